/**
 * The newcomer's way through the page, in a real browser: opens the crash player, presses the button, sees one loan saved and the other
 * liquidated, reads the record. Before that it signs in with a built-in account, is protected by signatures alone, and revokes again; afterwards the
 * saved loan is hedged at the paper venue. Fails on any console error or broken layout, and where a page shows other figures than the service tells.
 *
 *   --pictures DIR   also writes the pictures of the README
 *   --seconds T      length of the replay on the wall clock (100)
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { freshAccounts, openLoan, openMorphoLoan, openVenusLoan, type DevAccount } from '@ballast/devchain';
import { startDemo, type Demo } from '../../apps/cli/src/demo/demo.js';
import { parseEnv } from '../../apps/cli/src/env.js';
import { hedgeInBrowser } from './hedge-in-browser.js';
import { protectInBrowser, signIn } from './protect-in-browser.js';
import { temporaryHome } from './temporary-home.js';

const { values } = parseArgs({ options: { pictures: { type: 'string' }, seconds: { type: 'string', default: '100' }, 'protect-only': { type: 'boolean', default: false }, 'hedge-only': { type: 'boolean', default: false } } });
const root = resolve(import.meta.dirname, '../..');
const say = (text: string): void => console.error(`  ${text}`);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

function browserPath(): string {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(existsSync);
  if (!found) throw new Error('no Chromium found: install the package chromium (Debian: apt-get install chromium)');
  return found;
}

async function noSidewaysScroll(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  if (wide > 0) throw new Error(`${where} scrolls sideways by ${wide} px`);
}

async function picture(page: Page, name: string): Promise<void> {
  if (!values.pictures) return;
  await page.mouse.move(0, 0); // no crosshair in the chart
  await page.waitForTimeout(300);
  mkdirSync(resolve(values.pictures), { recursive: true });
  await page.screenshot({ path: join(resolve(values.pictures), `${name}.png`) });
}

/** Pasted, the address shows its loans at every protocol, each as it is called, within two blocks. */
async function threeProtocols(page: Page, { stack: { chain, publicUrl } }: Demo): Promise<void> {
  if (chain === null) throw new Error('the demo has no chain of its own');
  const [account] = freshAccounts(44_001, 1) as [DevAccount];
  for (const open of [openLoan, openMorphoLoan, openVenusLoan]) await open(chain, account);
  const pastedAt = await chain.provider.getBlockNumber();
  await page.goto(publicUrl);
  await page.getByRole('textbox').first().fill(account.address);
  await page.keyboard.press('Enter');
  for (const name of [/Aave v3/, /Morpho Blue/, /Venus/]) await page.getByRole('link', { name }).filter({ visible: true }).first().waitFor();
  const { positions } = (await (await fetch(`${publicUrl}/v1/accounts/${account.address}/positions`)).json()) as { positions: { protocol: string; id: string }[] };
  if (positions.map(({ protocol }) => protocol).sort().join() !== 'aave-v3,morpho-blue,venus') throw new Error(`the API tells of ${JSON.stringify(positions)}`);
  const first = await Promise.all(positions.map(async ({ id }) => {
    const { samples } = (await (await fetch(`${publicUrl}/v1/positions/${id}/history?points=500`)).json()) as { samples: { blockNumber: string }[] };
    return Number(samples[0]?.blockNumber);
  }));
  if (Math.max(...first) > pastedAt + 2) throw new Error(`pasted at block ${pastedAt}, first read at ${first.join(', ')}`);
  await noSidewaysScroll(page, 'three protocols');
  await picture(page, 'three-protocols');
}

/** The owner of the demo's saved loan hedges what is left of it, with a key of the paper venue. */
async function hedged(page: Page, { stack }: Demo, owner: { readonly address: string; readonly label: string }): Promise<object> {
  if (stack.chain === null || stack.paperVenue === null) throw new Error('the demo has no paper venue');
  const { publicUrl, chain, paperVenue: { plan } } = stack;
  await signIn(page, { publicUrl, ...owner });
  const look = async (name: string): Promise<void> => {
    await noSidewaysScroll(page, name);
    await picture(page, name);
  };
  return hedgeInBrowser(page, { publicUrl, address: owner.address, chain, keys: plan.keys.hyperliquid }, look, (name) => noSidewaysScroll(page, name));
}

async function main(): Promise<void> {
  const home = temporaryHome('web');
  const demo = await startDemo({
    env: parseEnv({}), home, root, cacheDir: join(root, '.ballast/cache'), playSeconds: Number(values.seconds), onStep: say,
    onBootFailure: (message) => {
      console.error(message);
      process.exit(1);
    },
  });
  const profile = mkdtempSync(join(tmpdir(), 'ballast-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, { executablePath: browserPath(), headless: true, args: FLAGS, viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of (404|409|503)/.test(message.text())) complaints.push(message.text());
    });
    page.setDefaultTimeout(30_000);

    await page.goto(demo.stack.publicUrl);
    await page.getByRole('heading', { level: 1, name: 'How far are you from liquidation?' }).waitFor();
    const opened = demo.stage!.open();
    await page.goto(`${demo.stack.publicUrl}/play`);
    await opened;
    const { accounts: onStage } = await demo.stage!.state();
    if (values['hedge-only']) {
      const figures = await hedged(page, demo, onStage.protected);
      if (complaints.length > 0) throw new Error(`the console complained:\n${[...new Set(complaints)].join('\n')}`);
      console.log(JSON.stringify({ hedged: figures, complaints: 0 }));
      return;
    }
    say('the twin’s owner signs in, is protected by signatures alone, and revokes');
    const spenders = await protectInBrowser(page, { publicUrl: demo.stack.publicUrl, ...onStage.twin }, async (name) => {
      await noSidewaysScroll(page, name);
      await picture(page, name);
    });
    if (values['protect-only']) {
      if (complaints.length > 0) throw new Error(`the console complained:\n${[...new Set(complaints)].join('\n')}`);
      console.log(JSON.stringify({ spenders, complaints: 0 }));
      return;
    }
    say('an address with loans at three protocols');
    await threeProtocols(page, demo);
    await page.goto(`${demo.stack.publicUrl}/play`);
    say('two loans are on stage; pressing the button');
    await page.getByRole('button', { name: 'Replay 12-13 March 2020' }).click();
    await page.getByRole('progressbar', { name: 'Replay' }).waitFor();
    const { accounts } = await demo.stage!.state();
    const owner = accounts.protected.address;
    await page.waitForTimeout(Number(values.seconds) * 500);
    await picture(page, 'crash-player');
    await page.getByRole('button', { name: 'Start over' }).waitFor({ timeout: (Number(values.seconds) + 120) * 1000 });
    const { outcome } = await demo.stage!.state();
    if (!outcome || outcome.protected.liquidated || !outcome.twin.liquidated || outcome.protected.repaid.length === 0) throw new Error(`the replay ended with ${JSON.stringify(outcome)}`);
    await page.getByText('Saved').first().waitFor();
    await noSidewaysScroll(page, 'the crash player');
    await picture(page, 'outcome');
    say(`saved with ${outcome.protected.repaid.length} repayments; the twin lost ${outcome.twin.lossUsd} USD`);

    await page.goto(`${demo.stack.publicUrl}/a/${owner}`);
    await page.getByText('Armed').first().waitFor();
    await noSidewaysScroll(page, 'the positions');
    await picture(page, 'positions');
    await page.getByRole('link', { name: /Aave v3/ }).first().click();
    await page.getByText(/before Aave may liquidate you/).waitFor();
    await page.waitForTimeout(1_500); // the chart is loaded lazily and draws itself
    await noSidewaysScroll(page, 'the position');
    await picture(page, 'position');
    await page.goto(`${demo.stack.publicUrl}/activity?account=${owner}`);
    await page.getByRole('heading', { level: 1, name: 'Everything Ballast did, and chose not to do' }).waitFor();
    await page.getByText(/Repaid\s[\d,.]+\sUSDC/).first().click();
    await page.getByText('What was weighed').waitFor();
    await picture(page, 'activity');

    say('the saved loan is hedged at the paper venue, lives through a fall, and its hedge is ended');
    const hedgedAt = Date.now();
    const figures = await hedged(page, demo, accounts.protected);
    say(`hedged for ${((Date.now() - hedgedAt) / 1000).toFixed(0)} s: ${JSON.stringify(figures)}`);

    say('on a phone');
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/', '/play', `/a/${owner}`, `/portfolio?account=${owner}`, `/activity?account=${owner}`, '/status']) {
      await page.goto(demo.stack.publicUrl + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await noSidewaysScroll(page, `${path} at 390 px`);
    }
    await page.goto(`${demo.stack.publicUrl}/a/${owner}`);
    await page.getByText('Armed').filter({ visible: true }).first().waitFor();
    await picture(page, 'positions-phone');
    if (complaints.length > 0) throw new Error(`the console complained:\n${[...new Set(complaints)].join('\n')}`);
    console.log(JSON.stringify({ saved: outcome.protected.repaid.length, twinLossUsd: Number(outcome.twin.lossUsd), hedged: figures, complaints: 0 }));
  } finally {
    await browser.close();
    await demo.stop();
    for (const folder of [home, profile]) rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
