import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCrowd } from './crowd.js';

const { values } = parseArgs({ options: { positions: { type: 'string', default: '500' }, 'block-every-ms': { type: 'string', default: '2000' } } });
const [positions, blockEveryMs] = [Number(values.positions), Number(values['block-every-ms'])];
if (!Number.isInteger(positions) || positions < 1 || !Number.isInteger(blockEveryMs) || blockEveryMs < 1) throw new Error('--positions and --block-every-ms are whole numbers above 0');
// Standard output is the figures' alone; the worker's log goes where progress does.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const result = await benchCrowd({ positions, blockEveryMs, mostBlocks: 60 }, (line) => console.error(line));
process.stdout.write = write;
console.log(JSON.stringify({ machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: loadavg()[0] }, ...result }, null, 2));
if (result.liquidatedFromSafe > 0 || result.open > 0) console.error(`${result.liquidatedFromSafe} loans at or above 1.08 were liquidated, ${result.open} were left open`);
process.exit(result.liquidatedFromSafe > 0 || result.open > 0 ? 1 : 0);
