// `npm run golden -- FILE`, `npm run evaluate < FILE` and their like: a command of the CLI that prints its result and ends.
import { resolve } from 'node:path';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ROOT, bin, installPackages } from './prepare.mjs';

// Standard output is the command's alone.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
await installPackages();
process.stdout.write = write;
const [command, ...rest] = process.argv.slice(2);
// Files are named from where the user stands.
const from = process.env.INIT_CWD ?? process.cwd();
const named = rest.map((argument) => (existsSync(resolve(from, argument)) ? resolve(from, argument) : argument));
const child = spawn(bin('tsx'), ['apps/cli/src/main.ts', command, ...named], { cwd: ROOT, stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
