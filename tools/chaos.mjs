// `npm run chaos -- --rounds N`: faults in the pipeline, on real parts. See test/chaos/main.ts.
import { spawn } from 'node:child_process';
import { ROOT, bin, build, installPackages } from './prepare.mjs';

await installPackages();
await build();
const child = spawn(bin('tsx'), ['test/chaos/main.ts', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
child.on('close', (code) => process.exit(code ?? 1));
