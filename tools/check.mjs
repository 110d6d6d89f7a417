// `npm run check`: types, lint, import rules, generated files. Each check is one line; the first lines of a failure are shown.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasRoomFor } from './lanes.mjs';
import { ROOT, bin, generateClient, installPackages, run } from './prepare.mjs';

/** The two that take longest and most memory come first, so that they run beside each other where two may. */
const CHECKS = [
  ['lint', bin('eslint'), 'apps', 'libs', 'test'],
  ['types', bin('tsc'), '--noEmit', '-p', 'tsconfig.json'],
  ['types of the dashboard', bin('tsc'), '--noEmit', '-p', 'apps/web/tsconfig.json'],
  ['import rules', bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'test'],
  ['contract ABIs are up to date', process.execPath, 'tools/compile-contracts.mjs', '--check'],
  ['answers in docs/evaluating.md are what the engine gives', bin('tsx'), 'tools/generate-examples.mts', '--check'],
  ['OpenAPI document and its types are up to date', bin('tsx'), 'tools/generate-openapi.mts', '--check'],
  ['schemas of webhooks are up to date', bin('tsx'), 'tools/generate-webhook-schemas.mts', '--check'],
];

/** Runs every check, `atOnce` of them at a time, and writes a line for each as it ends. Returns how many passed and failed. */
export async function check({ write = (text) => process.stdout.write(text), atOnce = 1, gives = false } = {}) {
  if (!existsSync(join(ROOT, 'libs/storage/src/generated/prisma/client.ts'))) await generateClient();
  const waiting = [...CHECKS];
  let failed = 0;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, command, ...args] = next;
      try {
        await run(command, args, { gives });
        write(`  ok    ${name}\n`);
      } catch (error) {
        failed += 1;
        write(`  FAIL  ${name}\n${error.message.split('\n').slice(0, 60).join('\n')}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { passed: CHECKS.length - failed, failed };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  await installPackages();
  const { passed, failed } = await check({ atOnce: hasRoomFor(2) ? 2 : 1 });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
