/**
 * A leveraged account at a derivatives venue, of an owner who has no loan anywhere: he is long by four times his margin, and the price falls by 30%. Ballast gives the position what is free in the account, then closes a part of it.
 * A twin at the same venue does nothing. Prints one JSON line on standard output and ends with 0 only when everything that was promised held.
 *
 *   --steps N     steps of the price (20)
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { freshAccounts, type Devchain } from '@ballast/devchain';
import { plainHyperliquid } from '../../apps/paper-venue/test/plain-hyperliquid.js';
import type { HyperliquidAccount } from '../../apps/paper-venue/test/started-venue.js';
import { ApiUser } from '../../apps/cli/src/demo/onboarding.js';
import { tokenIn } from '../../apps/cli/src/demo/stage.js';
import { hedgeDecisions, venueAccount } from '../../apps/api/src/contract/hedging-schemas.js';
import { walletOf } from './owner-wallet.js';
import { startStoryStack } from './story-stack.js';
import { temporaryHome } from './temporary-home.js';
import { VenueOwner } from './venue-owner.js';
import { walkPrice } from './walk-price.js';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '20' } } });
const steps = Number(values.steps);
const say = (text: string): void => console.error(`  ${text}`);

const FALL = 0.3;
const LEVERAGE = 4;
const COINS = 46;
/** Of the account: a quarter of the position's 138,000 dollars is its margin, and what is left is enough for two additions and not for a third. */
const DEPOSIT_USD = '60000';
const BOUNDS = { earliestUsePercent: '10', latestUsePercent: '30', mayAddMargin: true, mayClose: true, mostClosedPercent: '50', slippagePercent: '1' } as const;
const LIMITS = { instruments: ['ETH'], maxNotionalUsd: '150000', turnoverPerDayUsd: '300000', maxPriceApartPercent: '2' };
const KEY = 'e2eaccount01';
const SYMBOL = 'ETH/USDC:USDC';

const twinAnswer = z.object({ account: z.string(), agent: z.string(), privateKey: z.string() });
const state = z.object({ marginSummary: z.object({ accountValue: z.string() }), assetPositions: z.array(z.object({ position: z.object({ szi: z.string() }) })) });

async function main(): Promise<number> {
  const home = temporaryHome('e2e');
  const stops: (() => Promise<void>)[] = [];
  try {
    const stack = await startStoryStack(home, say);
    stops.push(() => stack.stop());
    const chain = stack.chain!;
    const [owner] = freshAccounts(0, 1);
    const user = new ApiUser(stack.publicUrl);
    await user.signIn(walletOf(owner!.privateKey, chain));
    await user.subscribeEmail(owner!.address, 'owner@ballast.example', async (email) => tokenIn((await stack.inbox!.waitFor((message) => message.to.includes(email) && tokenIn(message.text) !== null, 30_000)).text)!);
    const venue = new VenueOwner(stack, user, owner!.address);
    const { hyperliquid } = stack.paperVenue!.plan.keys;
    const twin = await venue.let('accounts', { deposits: { USDC: DEPOSIT_USD } }, twinAnswer);
    for (const [whose, trader] of [['the owner', { account: hyperliquid.account, privateKey: hyperliquid.agentKey }], ['a twin', twin]] as const) {
      await goLong(venue.url, trader);
      say(`${whose} is long ${COINS} ETH by ${LEVERAGE} times the margin`);
    }
    say(await venue.connect(KEY, 'leveraged account', LIMITS));
    const story = new Story(venue, chain, twin);
    await story.guard();
    await chain.mining.takeInHand();
    await story.fall(1 - FALL, steps);
    const { figures, failures } = await story.verdict();
    console.log(JSON.stringify({ ...figures, failures }));
    if (failures.length > 0) for (const name of ['worker', 'gateway', 'paper-venue']) say(`${name}: ${readFileSync(join(home, `logs/${name}.log`), 'utf8').split('\n').filter((line) => /WARN|ERROR|rror/.test(line)).slice(-15).join('\n')}`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    for (const stop of stops.reverse()) await stop().catch((error: Error) => say(error.message));
    rmSync(home, { recursive: true, force: true });
  }
}

/** By hand, with a margin of its own. */
async function goLong(url: string, { account, privateKey }: Pick<HyperliquidAccount, 'account' | 'privateKey'>): Promise<void> {
  const client = await plainHyperliquid({ url, account, privateKey });
  await client.setMarginMode('isolated', SYMBOL, { leverage: LEVERAGE });
  const { filled } = await client.createOrder(SYMBOL, 'limit', 'buy', COINS, 3_050, { timeInForce: 'IOC' });
  if (filled !== COINS) throw new Error(`${filled} of ${COINS} coins were bought`);
}

interface Act {
  readonly priceUsd: number;
  readonly action: 'margin' | 'close';
  /** Dollars, or coins. */
  readonly amount: number;
}

class Story {
  /** At which price each decision to act was seen first. */
  private readonly seenAt = new Map<string, number>();
  private twinEndedAt: number | null = null;
  private toldCostUsd = 0;

  constructor(private readonly venue: VenueOwner, private readonly chain: Devchain, private readonly twin: HyperliquidAccount) {}

  async guard(): Promise<void> {
    const { id } = (await this.venue.read()).accounts[0]!;
    const { protection, sentence } = await this.venue.user.call('PUT', `/v1/accounts/${this.venue.owner}/venue-accounts/${encodeURIComponent(id)}/protection`, venueAccount, BOUNDS);
    say(`${protection.sentence} ${sentence}`);
    await this.settled();
  }

  fall(share: number, count: number): Promise<void> {
    return walkPrice(this.chain, share, count, () => this.settled());
  }

  /** Waits until the account was looked at and decided about at this price, and nothing is under way. */
  private async settled(patienceMs = 60_000): Promise<void> {
    const price = Number((await this.chain.feeds.latest('WETH')).price) / 1e8;
    const end = Date.now() + patienceMs;
    let freshFrom: number | null = null;
    for (;;) {
      await this.chain.mining.mine((await this.chain.mining.chainTime()) + 1).catch(() => undefined);
      const account = (await this.venue.read()).accounts[0];
      const [position] = account?.positions ?? [];
      if (position === undefined) return;
      if (Math.abs(Number(position.markUsd) / price - 1) < 0.001) freshFrom ??= Date.now();
      await this.note(price);
      const [last] = await this.decisions();
      if (freshFrom !== null && last !== undefined && Date.parse(last.lastAt) > freshFrom && last.kind === 'hold' && last.reason === 'healthy') {
        say(`${price.toFixed(2)}: ${position.side} ${position.contracts}, margin use ${account!.marginUsePercent}%, ratio ${position.marginRatio}, acts at ${account!.protection.actsAtUsePercent}%, liquidated at ${position.liquidation.usd}, ${account!.free} free`);
        break;
      }
      if (Date.now() > end) throw new Error(`the account was not found healthy at ${price}: ${JSON.stringify(last)} ${JSON.stringify(account)}`);
      await sleep(400);
    }
    const held = await this.venue.info({ type: 'clearinghouseState', user: this.twin.account }, state);
    if (held.assetPositions.length === 0) this.twinEndedAt ??= price;
  }

  private async decisions() {
    return (await this.venue.user.call('GET', `/v1/accounts/${this.venue.owner}/hedge-decisions?limit=100`, hedgeDecisions)).items;
  }

  /** What was decided since the last look; what became of it is asked at the end. */
  private async note(priceUsd: number): Promise<void> {
    for (const { id, kind, candidates } of (await this.decisions()).toReversed()) {
      if (kind !== 'act' || this.seenAt.has(id)) continue;
      this.seenAt.set(id, priceUsd);
      const chosen = candidates.find(({ verdict }) => verdict === 'chosen');
      say(`${priceUsd.toFixed(2)}: ${chosen?.why}`);
      this.toldCostUsd += Number(chosen?.costUsd ?? 0);
    }
  }

  /** Oldest first. */
  private async acts(): Promise<readonly Act[]> {
    return (await this.decisions()).toReversed().flatMap(({ id, orders, moves }) => {
      const priceUsd = this.seenAt.get(id) ?? NaN;
      return [...moves.map(({ amount }): Act => ({ priceUsd, action: 'margin', amount: Number(amount) })), ...orders.map(({ filled }): Act => ({ priceUsd, action: 'close', amount: Number(filled) }))];
    });
  }

  async verdict(): Promise<{ readonly figures: object; readonly failures: readonly string[] }> {
    const failures: string[] = [];
    const [fills, twins] = [await this.venue.fills(), await this.venue.fills(this.twin.account)];
    const [state0, twinState] = await Promise.all([this.venue.stack.paperVenue!.plan.keys.hyperliquid.account, this.twin.account].map((user) => this.venue.info({ type: 'clearinghouseState', user }, state)));
    const ours = fills.filter(({ cloid }) => cloid !== null);
    const acts = await this.acts();
    const closes = acts.filter(({ action }) => action === 'close');
    const held = Number(state0!.assetPositions[0]?.position.szi ?? 0);
    if (fills.some(({ isLiquidation }) => isLiquidation) || held <= 0) failures.push('the position was liquidated');
    if (!twins.some(({ isLiquidation }) => isLiquidation)) failures.push('the twin was not liquidated');
    if (!acts.some(({ action }) => action === 'margin')) failures.push('no margin was added');
    if (closes.length !== 1) failures.push(`there were ${closes.length} partial closes, expected one`);
    const closed = ours.reduce((sum, { size }) => sum + size, 0);
    if (Math.abs(COINS - closed - held) > 1e-9) failures.push(`${closed} coins were closed and ${held} are held, of ${COINS}`);
    if (!(await this.venue.wasTold('account.protected'))) failures.push('the owner was not told of what was done');
    const feesUsd = ours.reduce((sum, { feeUsd }) => sum + feeUsd, 0);
    const slippageUsd = closes.length === 1 ? ours.reduce((sum, { price, size }) => sum + (closes[0]!.priceUsd - price) * size, 0) : null;
    return {
      figures: {
        coins: COINS, leverage: LEVERAGE, fallPercent: FALL * 100, acts, heldAtTheEnd: held, costUsd: { fees: cents(feesUsd), slippage: slippageUsd === null ? null : cents(slippageUsd), toldBefore: cents(this.toldCostUsd) },
        accountUsd: cents(Number(state0!.marginSummary.accountValue)), twin: { liquidatedAtUsd: this.twinEndedAt, accountUsd: cents(Number(twinState!.marginSummary.accountValue)) },
      },
      failures,
    };
  }
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
