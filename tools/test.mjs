// `npm test`: everything that must hold, from a fresh clone. Last line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, bin, build, installPackages, onPath, run, step } from './prepare.mjs';

const totals = { passed: 0, failed: 0 };
const add = ({ passed, failed }) => {
  totals.passed += passed;
  totals.failed += failed;
};

/** Runs a command with its output shown. Resolves to its exit code. */
function show(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(1));
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

async function vitest() {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await show(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
    const { numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: brokenFiles } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot be loaded fails without a failed test; so does an error outside any test.
    add({ passed, failed: Math.max(failed, brokenFiles, code === 0 ? 0 : 1) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function one(name, work) {
  const startedAt = Date.now();
  const code = await work();
  add(code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  console.log(`  ${code === 0 ? 'ok    ' : 'FAIL  '}${name} (${((Date.now() - startedAt) / 1000).toFixed(0)} s)`);
}

try {
  await installPackages();
  await ensureBrowser();
  await build();
  const { check } = await import('./check.mjs');
  console.log('Checks');
  add(await check());
  console.log('Contracts');
  await one('contracts: unit and fuzz tests', () => show(process.execPath, ['tools/test-contracts.mjs']));
  await one('drill: a stolen keeper key, 25 rounds', () => show(bin('tsx'), ['libs/contracts/test/drill/main.ts', '--rounds', '25', '--seed', '7']));
  console.log('Tests');
  await vitest();
  console.log('Stories');
  // The same without kills is `npm run e2e`; the dashboard's story below plays the same crash in a browser.
  await one('e2e: one loan through 12-13 March 2020, with the worker killed three times', () => show(bin('tsx'), ['test/e2e/march-2020.ts', '--kill', '3']));
  await one('e2e: loans with empty wallets are saved by selling collateral', () => show(bin('tsx'), ['test/e2e/fill.ts']));
  await one('e2e: a Safe of three owners is protected and saved', () => show(bin('tsx'), ['test/e2e/safe.ts']));
  await one('e2e: the dashboard in a browser', () => show(bin('tsx'), ['test/e2e/dashboard.ts', '--seconds', '60']));
  await one('e2e: the revoke page in a browser, from a file', () => show(bin('tsx'), ['test/e2e/revoke.ts']));
} catch (error) {
  console.error(error.message);
  totals.failed += 1;
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
