// `npm run gas`: installs what is missing and measures the gas of every action; see libs/contracts/test/gas/main.ts.
import { spawn } from 'node:child_process';
import { ROOT, bin, installPackages } from './prepare.mjs';

await installPackages();
const child = spawn(bin('tsx'), ['libs/contracts/test/gas/main.ts', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
child.on('close', (code) => process.exit(code ?? 1));
