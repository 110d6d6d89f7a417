// `npm run e2e` and `npm run e2e:web`: installs and builds what is missing, then plays one story.
import { spawn } from 'node:child_process';
import { ROOT, bin, build, installPackages } from './prepare.mjs';

const [story, ...args] = process.argv.slice(2);
// Standard output is the story's alone: one JSON line.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
await installPackages();
await build();
process.stdout.write = write;
const child = spawn(bin('tsx'), [`test/e2e/${story}.ts`, ...args], { cwd: ROOT, stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
