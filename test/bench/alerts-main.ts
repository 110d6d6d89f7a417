import { cpus, loadavg } from 'node:os';
import { benchAlerts } from './alerts.js';

const result = await benchAlerts({ subscribers: 10_000 }, (line) => console.error(line));
console.log(JSON.stringify({ machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: loadavg()[0] }, ...result }, null, 2));
process.exit(result.unsettled === 0 && result.ledger.withoutId === 0 ? 0 : 1);
