import { parseArgs } from 'node:util';
import { runConformance } from './run.js';

const { values } = parseArgs({ options: { positions: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } } });
const count = Number(values.positions);
const seed = Number(values.seed);
if (!(Number.isInteger(count) && count > 0 && Number.isInteger(seed) && seed >= 0)) {
  console.error(`expected --positions N and --seed N, whole numbers, got ${values.positions} and ${values.seed}`);
  process.exit(1);
}
const { phases, liquidations } = await runConformance({ count, seed }, (line) => console.log(line));
const differences = phases.flatMap(({ phase, differences: found }) => found.map(({ account, protocol, field, ours, theirs }) => `${phase}: ${protocol} ${account} ${field}: ours ${ours}, theirs ${theirs}`));
const untold = liquidations.flatMap(({ protocol, differences: found }) => found.map((line) => `liquidation at ${protocol} of ${line}`));
for (const line of [...differences, ...untold].slice(0, 50)) console.log(line);
const failed = new Set(phases.flatMap(({ phase, differences: found }) => found.map(({ account }) => `${phase} ${account}`))).size + untold.length;
const compared = phases.reduce((sum, phase) => sum + phase.compared, 0) + liquidations.reduce((sum, { done, refused }) => sum + done + refused, 0);
console.log(`${compared - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
