// Brings a clone to the point where it can run: packages, generated code, build. Plain Node: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { giveWay } from './lanes.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const toScreen = (text) => process.stdout.write(text);

/** A step as the user sees it: what is being done, and at its end how long it took. */
export async function step(title, work, write = toScreen) {
  const startedAt = Date.now();
  write(`  ${title} …\n`);
  const answer = await work();
  const seconds = (Date.now() - startedAt) / 1000;
  if (seconds >= 1) write(`  ${title}: done in ${seconds.toFixed(0)} s\n`);
  return answer;
}

/** Runs a command to its end, its output kept back and shown only when it fails. `gives`: others have the processor first. */
export function run(command, args, { env = {}, cwd = ROOT, gives = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    if (gives) giveWay(child);
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`))));
  });
}

export const bin = (name) => join(ROOT, 'node_modules', '.bin', name);

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node ${process.versions.node} is too old: Ballast needs 20.19 or newer.`);
  process.exit(1);
}

const sha = (text) => createHash('sha256').update(text).digest('hex');

/** Names, sizes and times of every file under the folders: changes when any of them is edited. */
function fingerprint(paths) {
  const lines = [];
  const visit = (path) => {
    if (!existsSync(path)) return;
    const stats = statSync(path);
    if (stats.isDirectory()) {
      for (const name of readdirSync(path).sort()) {
        if (!['node_modules', 'generated', 'out', 'cache', 'dist'].includes(name)) visit(join(path, name));
      }
    } else {
      lines.push(`${path}:${stats.size}:${stats.mtimeMs}`);
    }
  };
  paths.forEach((path) => visit(join(ROOT, path)));
  return sha(lines.join('\n'));
}

async function whenChanged(markerPath, mark, work) {
  const marker = join(ROOT, markerPath);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === mark) return false;
  await work();
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, mark);
  return true;
}

/** Installs what package-lock.json names, unless that was done already. */
export async function installPackages() {
  requireNode();
  // The platform is part of the mark: packages hold binaries for one.
  const mark = sha(readFileSync(join(ROOT, 'package-lock.json'), 'utf8') + process.platform + process.arch);
  await whenChanged('node_modules/.ballast-installed', mark, () =>
    step('Installing packages (about 600, once)', () => run(npm, ['ci', '--no-audit', '--no-fund'])),
  );
}

/** Writes the Prisma client from prisma/schema.prisma. */
export const generateClient = () => step('Generating the database client', () => run(process.execPath, ['tools/generate-prisma.mjs']));

const SERVER_SOURCES = ['apps/api/src', 'apps/worker/src', 'apps/signer/src', 'apps/gateway/src', 'apps/watchdog/src', 'apps/paper-venue/src', 'apps/cli/src', 'libs', 'prisma', 'apps/tsconfig.services.json', 'nest-cli.json', 'tsconfig.json'];
const WEB_SOURCES = ['apps/web', 'libs/units/src'];

/** Writes the Prisma client where it is missing or its schema changed. */
export async function prepareClient() {
  if (!existsSync(join(ROOT, 'libs/storage/src/generated/prisma/client.ts'))) rmSync(join(ROOT, 'dist/.client'), { force: true });
  await whenChanged('dist/.client', fingerprint(['prisma/schema.prisma']), generateClient);
}

/** Builds the services and the dashboard into dist/, each only when its sources changed. */
export async function build({ write } = {}) {
  await prepareClient();
  await whenChanged('dist/.servers', fingerprint(SERVER_SOURCES), () =>
    step('Building api, worker, signer, gateway, watchdog, paper venue and command line', async () => {
      await run(bin('nest'), ['build', 'services']);
      await run(process.execPath, ['tools/divide-services.mjs']);
    }, write),
  );
  await whenChanged('dist/.web', fingerprint(WEB_SOURCES), () =>
    step('Building the dashboard and the revoke page', async () => {
      // In this order: the dashboard's build empties the folder that both go to.
      for (const page of ['apps/web', 'apps/web/revoke']) await run(bin('vite'), ['build', '--config', `${page}/vite.config.ts`, '--logLevel', 'warn']);
    }, write),
  );
}

/** Compiles and deploys the local chain's market, once: whatever starts a chain later loads it. */
export const prepareMarket = ({ write } = {}) => step("Deploying the local chain's market", () => run(bin('tsx'), ['tools/market-allocs.mts']), write);

/** The path of a program on PATH, or null. */
export function onPath(name) {
  const found = spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim().split('\n')[0] : null;
}
