import { cpus } from 'node:os';
import { benchRisk } from './risk.js';

/** Big enough for the caches to be of no help; few enough rounds for a minute or two. */
const SIZES = [10_000, 100_000, 1_000_000];
const ROUNDS = 7;

const result = await benchRisk({ sizes: SIZES, rounds: ROUNDS, quantlibSample: 2_000, aaveSample: 2_000, morphoSample: 200_000 }, (line) => console.error(line));
console.log(JSON.stringify({ machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length }, ...result }, null, 2));
