// `npm run drill -- --rounds N --seed S`: installs what is missing, then plays the stolen-key drill.
import { spawn } from 'node:child_process';
import { ROOT, bin, installPackages } from './prepare.mjs';

await installPackages();
const child = spawn(bin('tsx'), ['libs/contracts/test/drill/main.ts', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
