/**
 * A hedge from the first click to its end, headless, through the public parts alone: an owner with 10 ETH of collateral connects an account at the paper venue by a key that he sealed himself, has 62% to 100% of his exposure hedged as
 * his loan's health falls, and lives through a fall of 25% and a rally of 60%. Prints one JSON line on standard output and ends with 0 only when everything that was promised held.
 *
 *   --faults      with kill -9 of worker and gateway at random moments, lost replies, automatic deleveraging, an outage of the venue, and at the end a revoked agent
 *   --seed S      decides those moments
 *   --steps N     steps of the price (20)
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { freshAccounts, openLoan, type Devchain } from '@ballast/devchain';
import { ApiUser } from '../../apps/cli/src/demo/onboarding.js';
import { tokenIn } from '../../apps/cli/src/demo/stage.js';
import type { Stack } from '../../apps/cli/src/stack.js';
import { until } from '../../apps/cli/src/until.js';
import { hedge as hedgeShape, hedgeDecisions } from '../../apps/api/src/contract/hedging-schemas.js';
import { HedgeFaults } from './hedge-faults.js';
import { walletOf } from './owner-wallet.js';
import { startStoryStack } from './story-stack.js';
import { temporaryHome } from './temporary-home.js';
import { VenueOwner, type Derivatives } from './venue-owner.js';
import { walkPrice } from './walk-price.js';

const { values } = parseArgs({ options: { faults: { type: 'boolean', default: false }, seed: { type: 'string' }, steps: { type: 'string', default: '20' } } });
const seed = Number(values.seed ?? Date.now() % 100_000);
const steps = Number(values.steps);
const say = (text: string): void => console.error(`  ${text}`);

type Hedge = z.output<typeof hedgeShape>;

/** What was seen after a step of the price. */
interface Seen {
  readonly priceUsd: number;
  readonly before: number;
  readonly after: number;
  readonly low: number;
  readonly high: number;
  readonly health: string | null;
  readonly marginRatio: string | null;
  readonly liquidationUsd: string | null;
}

const LIMITS = { instruments: ['ETH'], maxNotionalUsd: '60000', turnoverPerDayUsd: '500000', maxPriceApartPercent: '2' };
/** The hedge follows the health: the loan stands at 2.07 in the beginning, at 1.55 after the fall and at 2.49 after the rally. */
const WISH = { environment: 'paper', mode: { kind: 'above-hf', sharePercent: '100', belowHealth: '3', fullAtHealth: '1.5' }, maxNotionalUsd: '50000', fundingBudgetUsd: '2000', maxLeverage: '1.8', survivePercent: '50', minIntervalSeconds: 5 } as const;
const KEY = 'e2ehedgekey1';

async function main(): Promise<number> {
  const home = temporaryHome('e2e');
  const stops: (() => Promise<void>)[] = [];
  const failures: string[] = [];
  try {
    const stack = await startStoryStack(home, say);
    stops.push(() => stack.stop());
    const chain = stack.chain!;
    const [owner] = freshAccounts(0, 1);
    say('opening a loan: 10 WETH at 3,000 USD against 12,000 USDC');
    await openLoan(chain, owner!, { usdc: 12_000_000_000n });
    const user = new ApiUser(stack.publicUrl);
    const wallet = walletOf(owner!.privateKey, chain);
    await user.watch(owner!.address);
    await user.signIn(wallet);
    await user.subscribeEmail(owner!.address, 'owner@ballast.example', async (email) => tokenIn((await stack.inbox!.waitFor((message) => message.to.includes(email) && tokenIn(message.text) !== null, 30_000)).text)!);
    const story = new Story(stack, chain, user, owner!.address);
    await story.connect();
    await story.hedge();
    const faults = values.faults ? new HedgeFaults(stack, seed, say) : null;
    await chain.mining.takeInHand();
    await story.walk(0.75, Math.round(steps * 0.4), faults);
    const bottom = await story.settled();
    say(`at the bottom: ${JSON.stringify(bottom)}`);
    await story.walk(1.6, Math.round(steps * 0.6), faults);
    const top = await story.settled();
    say(`at the top: ${JSON.stringify(top)}`);
    failures.push(...(await story.verdict(faults)));
    if (faults !== null) failures.push(...(await story.revoke(faults)));
    console.log(JSON.stringify({ ...story.figures(), bottom, top, faults: faults?.played ?? [], seed, failures }));
    if (failures.length > 0) for (const name of ['worker', 'gateway', 'paper-venue', 'api']) say(`${name}: ${readFileSync(join(home, `logs/${name}.log`), 'utf8').split('\n').filter((line) => /WARN|ERROR|rror/.test(line)).slice(-15).join('\n')}`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    for (const stop of stops.reverse()) await stop().catch((error: Error) => say(error.message));
    rmSync(home, { recursive: true, force: true });
  }
}

class Story {
  readonly seen: Seen[] = [];
  private last: Hedge | null = null;
  private outside = 0;
  private lastHealth: string | null = null;
  private lastPrice = 0;

  private readonly venue: VenueOwner;

  constructor(stack: Stack, private readonly chain: Devchain, private readonly user: ApiUser, private readonly owner: string) {
    this.venue = new VenueOwner(stack, user, owner);
  }

  async connect(): Promise<void> {
    say(await this.venue.connect(KEY, 'hedge account', LIMITS));
  }

  async hedge(): Promise<void> {
    const account = (await this.venue.read()).accounts[0]!.id;
    await this.user.call('PUT', `/v1/accounts/${this.owner}/hedges/ETH`, hedgeShape, { ...WISH, legs: [{ account, instrument: 'ETH', maxNotionalUsd: '50000' }] });
    await this.settled();
  }

  walk(share: number, count: number, faults: HedgeFaults | null): Promise<void> {
    return walkPrice(this.chain, share, count, async (price, step) => {
      await faults?.maybe(step, count);
      const began = Date.now();
      const hedge = await this.settled(faults === null ? 90_000 : 150_000);
      say(`${(Number(price) / 1e8).toFixed(2)}: ${hedge.after.toFixed(4)} ETH inside ${hedge.low.toFixed(4)} to ${hedge.high.toFixed(4)}, health ${hedge.health}, margin ${hedge.marginRatio}x, liquidated at ${hedge.liquidationUsd}; ${((Date.now() - began) / 1000).toFixed(1)} s`);
    });
  }

  /** Waits until the hedge was decided about at this price and has come to rest in its band. */
  async settled(patienceMs = 90_000): Promise<Seen> {
    const price = Number((await this.chain.feeds.latest('WETH')).price) / 1e8;
    const end = Date.now() + patienceMs;
    let freshFrom: number | null = null;
    for (;;) {
      await this.chain.mining.mine((await this.chain.mining.chainTime()) + 1).catch(() => undefined);
      const found = await this.venue.read().catch(() => null);
      const hedge = found?.hedges[0] ?? null;
      if (hedge !== null) this.last = hedge;
      const seen = found === null || hedge === null ? null : seenOf(found, hedge, price);
      const isAtPrice = seen !== null && Math.abs(seen.priceUsd / price - 1) < 0.001;
      // Once the loan is read at this price too, what is decided from then on rests on it.
      if (isAtPrice && (seen.health !== this.lastHealth || price === this.lastPrice)) freshFrom ??= Date.now();
      if (hedge?.state === 'in-band' && hedge.reason === 'inside-band' && isAtPrice && freshFrom !== null && Date.parse(hedge.decidedAt ?? '') > freshFrom) {
        [this.lastHealth, this.lastPrice] = [seen.health, price];
        this.seen.push(seen);
        if (seen.after < seen.low - 1e-9 || seen.after > seen.high + 1e-9) this.outside += 1;
        return seen;
      }
      if (Date.now() > end) throw new Error(`the hedge did not come to rest at ${price}: ${hedge?.state} ${hedge?.reason} ${hedge?.sentence}; after ${JSON.stringify(hedge?.after)}, band ${JSON.stringify(hedge?.band)}`);
      await sleep(400);
    }
  }

  async verdict(faults: HedgeFaults | null): Promise<string[]> {
    const { items } = await this.user.call('GET', `/v1/accounts/${this.owner}/hedge-decisions?limit=100`, hedgeDecisions);
    const failures: string[] = [];
    const orders = items.flatMap((item) => item.orders);
    const ids = new Set(orders.map(({ id }) => id));
    const venue = await this.venue.fills();
    if (this.outside > 0) failures.push(`the exposure was outside of its band ${this.outside} times`);
    if (venue.some(({ isLiquidation }) => isLiquidation)) failures.push('the hedge was liquidated');
    if (venue.some(({ cloid }) => cloid !== null && !ids.has(cloid.slice(2)) && orders.length < 100)) failures.push('the venue tells an order that no decision tells of');
    const filled = new Map<string, number>();
    for (const { cloid, size } of venue) if (cloid !== null) filled.set(cloid, (filled.get(cloid) ?? 0) + size);
    for (const { id, contracts, filled: told, state } of orders) {
      const really = filled.get(`0x${id}`) ?? 0;
      if (really > Number(contracts) + 1e-9) failures.push(`order ${id} was filled with ${really} of ${contracts}: more than once`);
      if (['FILLED', 'CANCELED', 'REJECTED', 'DROPPED'].includes(state) && Math.abs(really - Number(told)) > 1e-9) failures.push(`order ${id}: books say ${told}, the venue ${really}`);
    }
    if (Number(this.last?.costs?.feesUsd ?? 0) <= 0) failures.push('no fees are accounted');
    if (Number(this.last?.costs?.fundingUsd ?? 0) === 0) failures.push('no funding is accounted');
    if (this.seen.some(({ health, marginRatio }) => health === null || marginRatio === null)) failures.push('the loan’s health and the hedge’s margin were not shown together');
    for (const kind of faults?.toBeTold ?? []) if (!(await this.venue.wasTold(kind))) failures.push(`the owner was not told of ${kind}`);
    return failures;
  }

  /** The agent is revoked at the venue: told once as critical, and nothing more is sent. */
  async revoke(faults: HedgeFaults): Promise<string[]> {
    await faults.revokeAgent();
    const isTold = await until('the owner is told of the revoked agent', async () => ((await this.venue.wasTold('hedge.key')) ? true : undefined), 60_000).catch(() => false);
    return isTold === true ? [] : ['the owner was not told that his agent was revoked'];
  }

  figures(): object {
    const [first, last] = [this.seen[0], this.seen.at(-1)];
    const ratios = this.seen.map(({ marginRatio }) => Number(marginRatio));
    return { steps: this.seen.length, first, last, lowestMarginRatio: Math.min(...ratios), feesUsd: this.last?.costs?.feesUsd, fundingUsd: this.last?.costs?.fundingUsd, outsideBand: this.outside };
  }
}

function seenOf(found: Derivatives, hedge: Hedge, price: number): Seen | null {
  const exposure = found.underlyings.find(({ underlying, environment }) => underlying === 'ETH' && environment === 'paper');
  const [leg] = hedge.legs;
  if (hedge.before === null || hedge.after === null || hedge.band === null || leg === undefined || exposure === undefined) return null;
  return {
    priceUsd: Number(leg.markUsd ?? price), before: Number(hedge.before.low), after: Number(hedge.after.low), low: Number(hedge.band.low), high: Number(hedge.band.high), health: /stands at ([\d.]+)/.exec(hedge.health ?? '')?.[1]?.replace(/\.$/, '') ?? null,
    marginRatio: leg.marginRatio, liquidationUsd: leg.liquidation.usd,
  };
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
