// `npm test`: everything that must hold, from a fresh clone. Last line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveWay, hasRoomFor, runLanes } from './lanes.mjs';
import { ROOT, bin, build, installPackages, onPath, prepareClient, prepareMarket, run, step } from './prepare.mjs';

const totals = { passed: 0, failed: 0 };
const add = ({ passed, failed }) => {
  totals.passed += passed;
  totals.failed += failed;
};

/** Runs a command, its output written as it comes. Resolves to its exit code. */
function show(write, command, args, { gives = false } = {}) {
  return new Promise((resolve) => {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(command, args, { cwd: ROOT, env: { ...colour, ...process.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    if (gives) giveWay(child);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', write);
    child.on('error', (error) => {
      write(`${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** The browser tests need a Chromium. As root on Debian it is installed; elsewhere the user is told. */
async function ensureBrowser() {
  if (onPath('chromium') || onPath('chromium-browser') || onPath('google-chrome')) return;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    await step('Installing Chromium for the browser tests (Debian package)', async () => {
      await run('apt-get', ['update', '-q']).catch(() => {}); // an old list may still do
      await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
    });
    return;
  }
  throw new Error('The browser tests need Chromium on PATH: install the package `chromium` (Debian: apt-get install chromium) and run npm test again.');
}

async function vitest(write, project, { without = [], ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await show(write, bin('vitest'), ['run', '--project', project, ...without.map((folder) => `--exclude=${folder}/**`), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], options);
    const { numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: brokenFiles } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot be loaded fails without a failed test; so does an error outside any test.
    add({ passed, failed: Math.max(failed, brokenFiles, code === 0 ? 0 : 1) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function one(write, name, command, args, options) {
  const startedAt = Date.now();
  const code = await show(write, command, args, options);
  add(code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  write(`  ${code === 0 ? 'ok    ' : 'FAIL  '}${name} (${((Date.now() - startedAt) / 1000).toFixed(0)} s)\n`);
}

/** Pure work: the processor is all that it waits for, so that it gives way to loans that must be saved before a clock runs out. */
const gives = { gives: true };

/** The market of the local chain is made once, by whoever needs it first; all others load it. */
let market;
const marketReady = (write) => (market ??= prepareMarket({ write }));

async function checks(write) {
  const { check } = await import('./check.mjs');
  write('Checks\n');
  add(await check({ write, gives: true }));
}

async function contracts(write) {
  await marketReady(write);
  write('Contracts\n');
  await one(write, 'contracts: unit and fuzz tests', process.execPath, ['tools/test-contracts.mjs', '--market-is-written'], gives);
  await one(write, 'drill: a stolen keeper key, 25 rounds', bin('tsx'), ['libs/contracts/test/drill/main.ts', '--rounds', '25', '--seed', '7'], gives);
}

async function units(write) {
  write('Tests of pure code\n');
  await vitest(write, 'unit', gives);
}

/** In two parts, so that the lane of the stories takes one of them. A part is all that is not in the other: no file is in neither. */
const integration = (name, without) => async (write) => {
  await marketReady(write);
  write(`Tests on real parts: ${name}\n`);
  await vitest(write, 'integration', { without });
};

async function stories(write) {
  await build({ write });
  await marketReady(write);
  write('Stories\n');
  const story = (name, ...args) => one(write, `e2e: ${name}`, bin('tsx'), args);
  // The same without kills is `npm run e2e`; the dashboard's story below plays the same crash in a browser.
  await story('one loan through 12-13 March 2020, with the worker killed three times', 'test/e2e/march-2020.ts', '--kill', '3');
  await story('loans with empty wallets are saved by selling collateral', 'test/e2e/fill.ts');
  await story('a Safe of three owners is protected and saved', 'test/e2e/safe.ts');
  // Many more of them are `npm run chaos`.
  await story('chaos: six rounds of faults', 'test/chaos/main.ts', '--rounds', '6', '--seed', '7');
  await story('the dashboard in a browser', 'test/e2e/dashboard.ts', '--seconds', '60');
  await story('the revoke page in a browser, from a file', 'test/e2e/revoke.ts');
}

try {
  await installPackages();
  await ensureBrowser();
  await prepareClient();
  const lanes = [[checks, contracts, units], [integration('services', ['libs', 'test'])], [stories, integration('libraries', ['apps'])]];
  await runLanes(lanes, { sideBySide: hasRoomFor(lanes.length) });
} catch (error) {
  console.error(error.message);
  totals.failed += 1;
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
