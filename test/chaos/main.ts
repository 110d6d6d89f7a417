/**
 * `npm run chaos -- --rounds N`: real workers on a real chain, database, queue and mail server, while one or several of these fail. See run.ts.
 *
 *   --seed S         decides everything that is left to chance (the round's own seed is printed with it)
 *   --first N        begins with this round: `--rounds 1 --first N` plays one again
 *   --only a,b       only these kinds of fault
 *   --write          puts the table of recovery times into docs/reliability.md
 */
import { parseArgs } from 'node:util';
import { recoveryTable, writeTable } from './recovery-table.js';
import { runChaos } from './run.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' }, only: { type: 'string' }, first: { type: 'string', default: '1' }, write: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 2_000) {
  console.error(`--rounds: got ${values.rounds}, expected a whole number from 1 to 2000`);
  process.exit(1);
}
const { results, disk } = await runChaos({ rounds, first: Number(values.first) - 1, seed: Number(values.seed), only: values.only?.split(','), say: (text) => console.log(`  ${text}`) });
const failed = results.filter(({ problems }) => problems.length > 0);
console.log(`\n${recoveryTable(results, disk)}\n`);
if (values.write) writeTable(results, disk);
for (const { round, seed, problems } of failed) console.log(`  round ${round + 1} (seed ${seed}): ${problems.join('; ')}`);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
