import { compareCase } from './compare.js';
import type { CaseType } from './case-type.js';
import type { GoldenFile } from './file-schema.js';

/** Holds every case of the file against the engine. A type that nobody knows and inputs that are not its own are failures, not skips. */
export function runGolden(file: GoldenFile, types: readonly CaseType[], say: (line: string) => void): { readonly passed: number; readonly failed: number } {
  let failed = 0;
  for (const entry of file.cases) {
    const lines = failuresOf(entry, types);
    if (lines.length > 0) failed += 1;
    for (const line of lines) say(`${entry.id}: ${line}`);
  }
  return { passed: file.cases.length - failed, failed };
}

function failuresOf(entry: GoldenFile['cases'][number], types: readonly CaseType[]): readonly string[] {
  const type = types.find((known) => known.type === entry.type);
  if (type === undefined) return [`type: expected one of ${types.map((known) => known.type).join(', ')}, got ${entry.type}`];
  try {
    return compareCase(entry, type.measure(entry.inputs)).map(({ field, expected, got, tolerance }) => `${field}: expected ${expected}, got ${got}, tolerance ${tolerance}`);
  } catch (error) {
    return [`not measured: ${(error as Error).message.replace(/\s+/g, ' ')}`];
  }
}
