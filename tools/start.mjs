// `npm start`: from a fresh clone to a page that can be used. The second start skips what is already there. `npm run devchain` names another command.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, build, installPackages } from './prepare.mjs';

const [command = 'start', ...rest] = process.argv.slice(2);
console.log('Ballast');
try {
  await installPackages();
  await build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, 'dist/apps/cli/apps/cli/src/main.js'), command, ...rest], { cwd: ROOT, stdio: 'inherit' });
// The terminal sends Ctrl-C to the whole group; the child decides when it is done.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
