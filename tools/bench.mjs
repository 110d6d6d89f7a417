// `npm run bench -- risk`: installs what is missing and measures; JSON on standard output, progress on standard error.
import { spawn } from 'node:child_process';
import { ROOT, bin, installPackages, prepareClient } from './prepare.mjs';

const BENCHES = { risk: 'test/bench/risk-main.ts', readers: 'test/bench/readers-main.ts', reaction: 'test/bench/reaction-main.ts', crowd: 'test/bench/crowd-main.ts', alerts: 'test/bench/alerts-main.ts' };
const [name = '', ...rest] = process.argv.slice(2);
const script = BENCHES[name];
if (script === undefined) {
  console.error(`expected one of ${Object.keys(BENCHES).join(', ')}, got ${name === '' ? 'nothing' : name}`);
  process.exit(1);
}
// Standard output is the figures' alone.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
await installPackages();
await prepareClient();
process.stdout.write = write;
const child = spawn(bin('tsx'), ['--expose-gc', script, ...rest], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
child.on('close', (code) => process.exit(code ?? 1));
