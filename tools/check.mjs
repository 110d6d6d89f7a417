// `npm run check`: types, lint, import rules, generated files. Each check is one line; the first lines of a failure are shown.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, bin, generateClient, installPackages, run } from './prepare.mjs';

const CHECKS = [
  ['types', () => run(bin('tsc'), ['--noEmit', '-p', 'tsconfig.json'])],
  ['types of the dashboard', () => run(bin('tsc'), ['--noEmit', '-p', 'apps/web/tsconfig.json'])],
  ['lint', () => run(bin('eslint'), ['apps', 'libs', 'test'])],
  ['import rules', () => run(bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'test'])],
  ['contract ABIs are up to date', () => run(process.execPath, ['tools/compile-contracts.mjs', '--check'])],
  ['answers in docs/evaluating.md are what the engine gives', () => run(bin('tsx'), ['tools/generate-examples.mts', '--check'])],
  ['OpenAPI document and its types are up to date', () => run(bin('tsx'), ['tools/generate-openapi.mts', '--check'])],
];

/** Runs every check. Returns how many passed and failed. */
export async function check() {
  if (!existsSync(join(ROOT, 'libs/storage/src/generated/prisma/client.ts'))) await generateClient();
  let failed = 0;
  for (const [name, work] of CHECKS) {
    try {
      await work();
      console.log(`  ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`  FAIL  ${name}\n${error.message.split('\n').slice(0, 60).join('\n')}`);
    }
  }
  return { passed: CHECKS.length - failed, failed };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  await installPackages();
  const { passed, failed } = await check();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
