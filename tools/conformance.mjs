// `npm run conformance`: random positions on the local chain's real protocols, every figure of ours against the protocol's own. See test/conformance/run.ts.
import { spawn } from 'node:child_process';
import { ROOT, bin, installPackages } from './prepare.mjs';

await installPackages();
const child = spawn(bin('tsx'), ['test/conformance/main.ts', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
child.on('close', (code) => process.exit(code ?? 1));
