import { coinEquity, type OptionPosition } from '@ballast/positions';
import { HedgePlanStore, VenueJournalReader } from '@ballast/storage';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { HedgeStage } from './hedge-stage.js';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** A put that expires in so many days. */
function putNamed(days: number, strike: number): string {
  const at = new Date(Date.now() + days * 86_400_000);
  return `ETH-${at.getUTCDate()}${MONTHS[at.getUTCMonth()]}${String(at.getUTCFullYear() % 100).padStart(2, '0')}-${strike}-P`;
}
const PUTS = [putNamed(20, 2_600), ...[2_300, 2_500, 2_600, 2_700].map((strike) => putNamed(48, strike))];
const COINS = '20';

let stage: HedgeStage;
afterEach(() => stage.close());

/** An owner of 20 ETH who owes 40,000 dollars: liquidated at about 2,410. */
async function opened(policy: object = {}): Promise<void> {
  stage = await HedgeStage.open(inject('postgresUrl'), { on: 'deribit', puts: PUTS, policy: { mode: { kind: 'tail' }, ...policy } });
  stage.owed = '40000';
}
const options = async (): Promise<readonly OptionPosition[]> => (await stage.connection.reader.account(stage.account)).positions.filter((one): one is OptionPosition => one.kind === 'option');
const amount = async (): Promise<number> => (await options()).reduce((sum, { contracts }) => sum + Number(contracts) / 1e18, 0);
const untilHeld = (): Promise<void> => stage.until(async () => (await amount()) > 0, () => stage.moment(COINS));
const sent = async (): Promise<readonly string[]> => (await stage.orders()).map(({ intent: { order, state } }) => `${order.side} ${state}`);

describe('a hedge of puts', () => {
  it('buys the cheapest that pays what the loan would need, once; it pays in a fall of 30%, and is sold when the hedge ends', async () => {
    await opened();
    await untilHeld();
    const [bought] = await options();
    // Of those that expire after the horizon 2,300 pays nothing where the loan goes, and 2,500 is the cheapest that pays enough.
    expect(bought?.instrument).toContain('-2500-P');
    const coins = await amount();
    expect(coins).toBeGreaterThanOrEqual(20);
    expect(coins).toBeLessThanOrEqual(40);
    for (let turn = 0; turn < 6; turn += 1) {
      await stage.moment(COINS);
      await stage.turn();
    }
    expect(await amount()).toBe(coins);
    expect(await sent()).toEqual(['buy FILLED']);
    expect(await stage.lastDecision()).toEqual({ kind: 'hold', reason: 'put-covers' });
    expect(await stage.notices('hedge.traded')).toMatchObject([{ data: { underlying: 'ETH puts', side: 'buy', reason: 'buy-put' } }]);

    const before = Number(coinEquity(await stage.connection.reader.account(stage.account))) / 1e18;
    await stage.moment(COINS, '2100');
    const after = Number(coinEquity(await stage.connection.reader.account(stage.account))) / 1e18;
    // The equity in coins grew by what the puts gained, also as dollars of the lower price.
    expect((after - before) * 2_100).toBeGreaterThan(coins * 300);

    await stage.replan({ policy: { mode: { kind: 'none' } } });
    await stage.until(async () => (await amount()) === 0, () => stage.moment(COINS, '2100'));
    await stage.moment(COINS, '2100');
    await stage.turn(2);
    // One that was decided on the bid of before the fall is not sent: the gate looks at the bid again.
    expect((await sent()).filter((one) => one.startsWith('sell') && one !== 'sell DROPPED')).toEqual(['sell FILLED']);
    expect(await new HedgePlanStore(stage.database).active(stage.chainId)).toEqual([]);
    expect(await stage.executed()).toBe(0);
  });

  it('a lost reply leaves exactly one position', async () => {
    await opened();
    await stage.faults({ on: 'order', kind: 'reply-lost' });
    await untilHeld();
    const coins = await amount();
    for (let turn = 0; turn < 6; turn += 1) {
      await stage.moment(COINS);
      await stage.turn();
    }
    expect(await amount()).toBe(coins);
    expect(await stage.executed()).toBe(coins);
    expect(await stage.there.orders()).toHaveLength(1);
    expect(await sent()).toEqual(['buy FILLED']);
  });

  it('buys nothing for more than the budget, and nothing where nothing may grow, and tells it', async () => {
    await opened({ fundingBudgetUsdE8: 100n * 100_000_000n });
    for (let turn = 0; turn < 4; turn += 1) {
      await stage.moment(COINS);
      await stage.turn();
    }
    expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'premium-over-budget' });
    await stage.stop('no-grow');
    await stage.moment(COINS);
    await stage.turn();
    expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'no-growth-allowed' });
    expect(await stage.there.orders()).toEqual([]);
  });

  it('sells what it bought and leaves what its owner bought himself', async () => {
    await opened();
    await untilHeld();
    const coins = await amount();
    const [{ instrument }] = (await options()) as readonly [OptionPosition];
    const market = await stage.connection.reader.market(instrument, 1);
    const priceCap = market.asks[0]?.price;
    if (priceCap === undefined) throw new Error('no offer');
    await stage.connection.trader.place({ account: stage.account, instrument, clientId: 'e'.repeat(32) as never, side: 'buy', contracts: (3n * 10n ** 18n) as never, priceCap, reduceOnly: false, validUntil: stage.now() + 5_000 });
    expect(await amount()).toBe(coins + 3);
    await stage.replan({ policy: { mode: { kind: 'none' } } });
    await stage.until(async () => (await amount()) === 3, () => stage.moment(COINS));
    await stage.moment(COINS);
    await stage.turn(3);
    expect(await amount()).toBe(3);
  });

  it('stands beside a perpetual with its cost, and is not bought', async () => {
    await opened({ mode: { kind: 'full', share: 10_000n } });
    await stage.until(async () => (await putCandidate()).costs !== undefined && !('kind' in (await putCandidate()).costs), () => stage.moment(COINS), 10);
    expect(await putCandidate()).toMatchObject({ verdict: 'possible', because: 'not-asked-for', why: expect.stringMatching(/puts struck at \$2,500 until .* are offered for \$.* fee included\. At \$2,4.*, where the first loan would be liquidated, they pay \$/) });
    expect(await amount()).toBe(0);
  });
});

async function putCandidate(): Promise<{ readonly costs: object; readonly why: string }> {
  const [last] = await new VenueJournalReader(stage.database).decisions({ planId: stage.plan?.id ?? '' }, 1);
  const candidates = last?.about.kind === 'hedge' ? last.about.decision.candidates : [];
  return candidates.find(({ action }) => action === 'put') ?? { costs: { kind: 'not-priced' }, why: '' };
}
