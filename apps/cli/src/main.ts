import { resolve } from 'node:path';
import { InvalidInput } from '@ballast/units';
import { calibrate } from './calibrate/main.js';
import { readDatabaseUrl, readEnv, InvalidSetting } from './env.js';
import { evaluateInput } from './evaluate/main.js';
import { golden } from './golden/main.js';
import { projectRoot } from './project-root.js';

const USAGE = `ballast start      everything on embedded defaults, with the crash player
ballast devchain [--borrowers N] [--seed S]   the local chain alone, with random loans at Aave, Morpho and Venus
ballast golden FILE   the risk engine against a file of checked values
ballast keys new|import|address   encrypted keystores for the signer (docs/signing.md)
ballast evaluate < FILE   the risk of a position given as JSON (docs/evaluating.md)
ballast calibrate   the chances against years of prices (docs/calibration.md)
ballast switch list|stop|release   kill switches and breakers (docs/breakers.md)`;

async function main(): Promise<void> {
  const root = projectRoot(import.meta.url);
  const command = process.argv[2] ?? 'start';
  if (command === 'golden') process.exit(golden(process.argv[3]));
  if (command === 'keys') process.exit(await (await import('./keys/main.js')).keys(process.argv.slice(3)));
  if (command === 'evaluate') process.exit(await evaluateInput());
  if (command === 'switch') process.exit(await (await import('./switch/main.js')).switches(process.argv.slice(3), readDatabaseUrl()));
  const env = readEnv();
  const home = resolve(root, env.BALLAST_HOME);
  if (command === 'calibrate') process.exit(calibrate(root, resolve(root, env.BALLAST_DATA), process.argv.slice(3)));
  // Loaded only when asked for: the commands that only compute need neither servers nor a generated database client.
  if (command === 'start') return (await import('./start.js')).runStart({ env, root, home });
  if (command === 'devchain') return (await import('./devchain.js')).runDevchain({ home, args: process.argv.slice(3) });
  console.error(USAGE);
  process.exit(1);
}

main().catch((error: Error) => {
  console.error(error instanceof InvalidSetting || error instanceof InvalidInput ? error.message : error);
  process.exit(1);
});
