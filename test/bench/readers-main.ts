import { cpus } from 'node:os';
import { benchReaders } from './readers.js';

const result = await benchReaders({ sizes: [200, 2_000], tracked: 10_000, rounds: 5 }, (line) => console.error(line));
console.log(JSON.stringify({ machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length }, ...result }, null, 2));
