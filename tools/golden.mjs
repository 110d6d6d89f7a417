// `npm run golden -- FILE`: holds the risk engine against a file of golden values.
import { resolve } from 'node:path';
import { spawn } from 'node:child_process';
import { ROOT, bin, installPackages } from './prepare.mjs';

// Standard output is the command's alone.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
await installPackages();
process.stdout.write = write;
const [file, ...rest] = process.argv.slice(2);
const from = process.env.INIT_CWD ?? process.cwd();
const child = spawn(bin('tsx'), ['apps/cli/src/main.ts', 'golden', ...(file === undefined ? [] : [resolve(from, file)]), ...rest], { cwd: ROOT, stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
