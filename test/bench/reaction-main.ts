import { cpus, loadavg } from 'node:os';
import { benchReaction } from './reaction.js';

const sizes = [
  { tracked: 100, onChain: 100, blocks: 100, fewEvery: 0 },
  { tracked: 10_000, onChain: 1_000, blocks: 100, fewEvery: 10 },
  { tracked: 100_000, onChain: 1_000, blocks: 100, fewEvery: 10 },
];
const result = await benchReaction({ sizes, blockEveryMs: 1_000 }, (line) => console.error(line));
console.log(JSON.stringify({ machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: loadavg()[0] }, sizes: result }, null, 2));
process.exit(0);
