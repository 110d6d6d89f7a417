import { readFileSync } from 'node:fs';
import { CASE_TYPES } from './cases/index.js';
import { GoldenFileInvalid, parseGoldenFile } from './file-schema.js';
import { runGolden } from './run.js';

/** Prints a line for each value that is not as the file expects, then `N passed, N failed`. Returns 0 only when none failed. */
export function golden(path: string | undefined): number {
  if (path === undefined) {
    console.error('expected a file of golden values: npm run golden -- FILE');
    return 1;
  }
  try {
    const { passed, failed } = runGolden(parseGoldenFile(readFileSync(path, 'utf8')), CASE_TYPES, (line) => console.log(line));
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof GoldenFileInvalid) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    console.error(`${path}: ${(error as Error).message}`);
    return 1;
  }
}
