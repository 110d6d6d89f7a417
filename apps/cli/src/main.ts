import { resolve } from 'node:path';
import { readEnv, InvalidSetting } from './env.js';
import { runDevchain } from './devchain.js';
import { evaluateInput } from './evaluate/main.js';
import { golden } from './golden/main.js';
import { projectRoot } from './stack.js';
import { runStart } from './start.js';

const USAGE = `ballast start      everything on embedded defaults, with the crash player
ballast devchain   the local chain alone
ballast golden FILE   the risk engine against a file of checked values
ballast evaluate < FILE   the risk of a position given as JSON (docs/evaluating.md)`;

async function main(): Promise<void> {
  const root = projectRoot(import.meta.url);
  const command = process.argv[2] ?? 'start';
  if (command === 'golden') process.exit(golden(process.argv[3]));
  if (command === 'evaluate') process.exit(await evaluateInput());
  const env = readEnv();
  const home = resolve(root, env.BALLAST_HOME);
  if (command === 'start') return runStart({ env, root, home });
  if (command === 'devchain') return runDevchain({ home });
  console.error(USAGE);
  process.exit(1);
}

main().catch((error: Error) => {
  console.error(error instanceof InvalidSetting ? error.message : error);
  process.exit(1);
});
