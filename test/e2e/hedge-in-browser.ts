import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { Devchain } from '@ballast/devchain';
import { derivatives as derivativesShape } from '../../apps/api/src/contract/hedging-schemas.js';
import type { OwnerKeys } from '../../apps/cli/src/paper-venue.js';
import { until } from '../../apps/cli/src/until.js';

interface Stage {
  readonly publicUrl: string;
  /** Signed in already; owns the loan that is hedged. */
  readonly address: string;
  readonly chain: Devchain;
  readonly keys: OwnerKeys['hyperliquid'];
}
type Derivatives = z.output<typeof derivativesShape>;
type Look = (name: string) => Promise<void>;

const SENTENCE = /^If our server is stolen, this account can lose all it holds: (.+)\. Your loans cannot be touched through it\.$/;
const FALL = 0.98;
/** Funding is paid by the chain's hours. */
const HOUR = 3_600;

/** As the pages write them. */
const dollars = (usd: string, side: 'floor' | 'ceil'): string => `$${Math[side](Number(usd)).toLocaleString('en-US')}`;
const cents = (usd: number): string => Math.abs(usd).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
const coins = (interval: { readonly low: string } | null): string => (interval === null ? 'not known' : `${Number(interval.low) < 0 ? '−' : '+'}${Math.abs(Number(interval.low)).toFixed(2)}`);

/** What the owner's page was told, asked for with his session. */
async function told(page: Page, address: string): Promise<Derivatives> {
  return derivativesShape.parse(await page.evaluate<unknown>(`fetch('/v1/accounts/${address}/derivatives').then((answer) => answer.json())`));
}

async function shows(page: Page, where: string, texts: readonly string[]): Promise<void> {
  const seen = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
  const missing = texts.filter((text) => !seen.includes(text.replace(/\s+/g, ' ')));
  if (missing.length > 0) throw new Error(`${where} does not show ${missing.map((text) => JSON.stringify(text)).join(', ')}; it shows: ${seen}`);
}

/** Seals a key of the paper venue in the page, reads what it could lose with its balance, and accepts. */
async function connect(page: Page, { publicUrl, address, keys }: Stage, look: Look): Promise<void> {
  await page.goto(`${publicUrl}/a/${address}/connect`);
  await page.getByRole('heading', { level: 1, name: 'Which account may Ballast trade with?' }).waitFor();
  await page.getByText(SENTENCE).waitFor();
  await page.getByRole('radio', { name: 'Hyperliquid' }).check();
  await page.getByLabel('Address of the account or sub-account').fill(keys.account);
  await page.getByLabel('Private key of the API wallet (agent)').fill(keys.agentKey);
  await page.getByLabel('Most of one position, $').fill('30,000');
  await page.getByLabel('Bought and sold in a day, $').fill('200,000');
  await page.getByRole('checkbox', { name: /I have read what a stolen server could lose/ }).check();
  await page.getByRole('button', { name: 'Seal the key and connect Hyperliquid' }).click();
  await page.getByRole('heading', { level: 1, name: 'Read what you are about to accept' }).waitFor({ timeout: 60_000 });
  const sentence = (await page.getByText(SENTENCE).first().innerText()).replace(/\s/g, ' ');
  if (SENTENCE.exec(sentence)?.[1] !== '60,000 USDC') throw new Error(`before it is connected the page says: ${sentence}`);
  await look('connect-venue');
  await page.getByRole('checkbox', { name: /I have read the warning/ }).check();
  await page.getByRole('button', { name: 'Accept and let Ballast trade inside these limits' }).click();
  await page.getByRole('heading', { level: 1, name: 'Hyperliquid is connected' }).waitFor();
}

async function setUp(page: Page, look: Look): Promise<void> {
  await page.getByRole('link', { name: 'Set up a hedge' }).click();
  await page.getByRole('heading', { level: 1, name: 'How much of your ETH should be hedged?' }).waitFor();
  await page.getByText(/A 1% fall of ETH costs you \$[\d,]+ instead of \$[\d,]+\.$/).waitFor();
  await look('edit-hedge');
  await page.getByRole('button', { name: 'Hedge inside these limits' }).click();
  await page.getByText('In band', { exact: true }).first().waitFor({ timeout: 60_000 });
}

/** The price falls within one hour; resolves once what is shown was decided after it. */
async function fall(page: Page, { chain, address }: Stage, share: number): Promise<Derivatives> {
  const { price } = await chain.feeds.latest('WETH');
  const target = BigInt(Math.round(Number(price) * share));
  await chain.mining.takeInHand();
  const time = (await chain.mining.chainTime()) + HOUR;
  await chain.feeds.set('WETH', target, time - 1);
  await chain.mining.mine(time);
  await chain.mining.idle();
  return until('the hedge rests at the new price', async () => {
    const now = await told(page, address);
    const [hedge] = now.hedges;
    const isAtPrice = Math.abs(Number(hedge?.legs[0]?.markUsd) * 1e8 - Number(target)) < 1e6 && Math.abs(Number(now.underlyings[0]?.priceUsd) * 1e8 - Number(target)) < 1e6;
    return isAtPrice && hedge?.state === 'in-band' && hedge.costs !== null && Number(hedge.costs.fundingUsd) !== 0 ? now : undefined;
  }, 60_000);
}

/** The delta before and after the hedge, what it cost, what liquidates it, and its margin beside the loan's health: each as the service tells it. */
async function portfolioTells(page: Page, { underlyings: [exposure], hedges: [hedge] }: Derivatives): Promise<void> {
  const leg = hedge?.legs[0];
  if (hedge === undefined || leg === undefined || exposure === undefined || hedge.costs === null || hedge.onePercentFallUsd === null || hedge.health === null || leg.liquidation.usd === null) throw new Error(`the service does not tell all of the hedge: ${JSON.stringify(hedge)}`);
  const [before, after] = [Number(hedge.before?.low), Number(hedge.after?.low)];
  if (!(before > 1) || !(Math.abs(after / before - 0.25) < 0.02)) throw new Error(`three quarters are hedged, but the exposure is ${before} before and ${after} after`);
  if (!(Number(hedge.costs.feesUsd) > 0) || Number(hedge.costs.totalUsd).toFixed(2) !== (Number(hedge.costs.feesUsd) + Number(hedge.costs.fundingUsd)).toFixed(2)) throw new Error(`costs that do not add up: ${JSON.stringify(hedge.costs)}`);
  const { with: withIt, without } = hedge.onePercentFallUsd;
  const total = Number(hedge.costs.totalUsd);
  await shows(page, 'the portfolio', [
    `If ETH falls 1%, you lose ${dollars(withIt, 'ceil')} instead of ${dollars(without, 'ceil')}`, 'PAPER', 'Before', coins(hedge.before), 'After', coins(hedge.after), coins(hedge.held), 'Funding and fees so far', `${total > 0 ? '−' : '+'}${cents(total)}`,
    'Its own liquidation', `${dollars(leg.liquidation.usd, 'floor')} (+${leg.liquidation.distancePercent}%)`, 'Margin ratio', `${leg.marginRatio}× what it needs`, hedge.health, 'Only you can withdraw hedge profit and repay with it.',
  ]);
}

async function otherPages(page: Page, { publicUrl, address }: Stage, { accounts: [account] }: Derivatives, look: Look): Promise<void> {
  if (account === undefined) throw new Error('no derivative account is told');
  await page.goto(`${publicUrl}/a/${address}/v/${encodeURIComponent(account.id)}`);
  await page.getByText(account.sentence).first().waitFor();
  await shows(page, 'the venue account', ['What it holds', 'ETH', 'Short', `${account.marginRatio}×`, 'Its own liquidation', 'this position earns', 'If our server is stolen, this account can lose all it holds:']);
  await look('venue-account');
  await page.goto(`${publicUrl}/activity/hedges?account=${address}`);
  await page.getByText('What was weighed').waitFor();
  await shows(page, 'the hedge activity', ['Sell the perpetual', 'Hyperliquid', 'Repay the loan', 'filled the venue answered']);
  await look('hedge-activity');
  await page.goto(`${publicUrl}/activity?account=${address}`);
  await page.getByText(/PAPER: Sold [\d.,]+\sETH on Hyperliquid/).first().waitFor();
}

async function onPhone(page: Page, { publicUrl, address }: Stage, { accounts: [account] }: Derivatives, fits: Look): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [name, path] of [['the portfolio', `/portfolio?account=${address}`], ['the form of a hedge', `/portfolio/hedge/ETH?account=${address}`], ['the venue account', `/a/${address}/v/${encodeURIComponent(account?.id ?? '')}`], ['hedge activity', `/activity/hedges?account=${address}`], ['connecting', `/a/${address}/connect`]] as const) {
    await page.goto(publicUrl + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await fits(`${name} at 390 px`);
  }
  await page.setViewportSize(size);
}

/** Strangers see no word of it. */
async function isHidden({ publicUrl, address }: Stage): Promise<void> {
  const { items } = z.object({ items: z.array(z.object({ kind: z.string() })) }).parse(await (await fetch(`${publicUrl}/v1/accounts/${address}/activity`)).json());
  if (items.some(({ kind }) => /^(hedge|venue|account)\./.test(kind))) throw new Error(`anybody may read of the hedge: ${JSON.stringify(items)}`);
}

/** From a key to a hedge that lives through a fall, and to its end: what each page shows is what the service tells, and fits at any width. `look` sees each page, `fits` each of them on a phone. Returns the figures. */
export async function hedgeInBrowser(page: Page, stage: Stage, look: Look, fits: Look): Promise<object> {
  const began = await stage.chain.feeds.latest('WETH');
  await connect(page, stage, look);
  await setUp(page, look);
  const after = await fall(page, stage, FALL);
  await page.goto(`${stage.publicUrl}/portfolio?account=${stage.address}`);
  await page.getByText('In band', { exact: true }).first().waitFor();
  await portfolioTells(page, after);
  await look('portfolio');
  await otherPages(page, stage, after, look);
  await onPhone(page, stage, after, fits);
  await isHidden(stage);
  await page.goto(`${stage.publicUrl}/portfolio/hedge/ETH?account=${stage.address}`);
  await page.getByRole('button', { name: 'Unwind and end it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unwind and end it' }).click();
  await page.getByText('ETH is not hedged').waitFor({ timeout: 60_000 });
  await stage.chain.feeds.set('WETH', began.price, await stage.chain.mining.chainTime());
  const [hedge] = after.hedges;
  return { before: hedge?.before?.low, after: hedge?.after?.low, costUsd: hedge?.costs?.totalUsd, liquidationUsd: hedge?.legs[0]?.liquidation.usd };
}
