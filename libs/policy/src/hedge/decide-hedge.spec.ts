import { describe, expect, it } from 'vitest';
import type { Bps, SignedUsdE8 } from '@ballast/units';
import { known, unknown, venueAccountId } from '@ballast/positions';
import { between, loanBook, unbounded } from '@ballast/risk';
import { DERIBIT, HYPERLIQUID, WALL, aMarket, aPerpetual, anInversePerpetual, anOptionPosition, coinQuote, coins, contracts, ratio, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLedger, aLeg, aSentOrder, anExposure } from '../../../../test/factories/hedge.js';
import { aLendingPosition } from '../../../../test/factories/lending-position.js';
import { dangerAfter, decideHedge, isOver, leastVarianceRatio, type HedgeDecision, type HedgeInput, type HedgeLeg } from '../index.js';

const orderOf = (decision: HedgeDecision) => {
  if (decision.kind !== 'act') throw new Error(`${decision.kind}: ${decision.reason}`);
  return decision.orders[0] as (typeof decision.orders)[number];
};
const size = (decision: HedgeDecision): number => {
  const { side, contracts: count } = orderOf(decision);
  return (Number(count) / 1e18) * (side === 'buy' ? 1 : -1);
};
const decided = (change: Partial<HedgeInput> = {}) => decideHedge(aHedgeInput(change));
const refusals = (times: number, change: Parameters<typeof aSentOrder>[0] = {}) => Array.from({ length: times }, (_, index) => aSentOrder({ at: WALL - (times - index) * 1_000, isRejected: true, ...change }));
const held = (coinsHeld: number, more: Parameters<typeof aLeg>[0] = {}) => [aLeg({ held: coinsHeld, ...more })];

describe('a hedge that is to grow', () => {
  it('is brought to just inside the band, with a limit that takes at most so much worse a price', () => {
    const decision = decided();
    const order = orderOf(decision);
    expect(decision).toMatchObject({ kind: 'act', reason: 'outside-band', unwinding: 'no' });
    expect(order).toMatchObject({ side: 'sell', reduceOnly: false, priceCap: { unit: 'usd', usdE8: usd(2_991) } });
    const half = 'half' in decision.band ? Number(decision.band.half) / 1e18 : NaN;
    expect(Math.abs(-20 + half * 0.8 - size(decision))).toBeLessThanOrEqual(0.011);
    expect(decision.candidates.filter(({ verdict }) => verdict === 'chosen')).toHaveLength(1);
  });

  it('takes a share of the best levels and leaves the rest for later', () => {
    const decision = decided({ legs: [aLeg({ levelContracts: 10 })] });
    expect(size(decision)).toBe(-9);
    expect(orderOf(decision).restCoins < 0n).toBe(true);
  });

  it('is a long where more is owed than owned', () => expect(size(decided({ exposure: anExposure(-5) }))).toBeGreaterThan(4.8));

  const away = WALL - 60_000;
  it.each<[string, Partial<HedgeInput>, string]>([
    ['a stop', { stop: 'cancel-all' }, 'stopped'], ['a stop of growth', { stop: 'no-grow' }, 'no-growth-allowed'], ['books that differ', { isReconciled: false }, 'not-reconciled'],
    ['an old exposure', { exposure: anExposure(20, { isFresh: false }) }, 'exposure-stale'], ['an exposure without bounds', { exposure: anExposure(20, { delta: unbounded('no node'), isFresh: false }) }, 'exposure-unknown'],
    ['no health where it counts', { health: { kind: 'unknown' }, policy: aHedgePolicy({ mode: { kind: 'above-hf', share: 10_000n as Bps, below: ratio(1.5), fullAt: ratio(1.1) } }) }, 'health-unknown'],
    ['a hedge to be closed and no venue', { stop: 'flatten', legs: [] }, 'no-venue'], ['no hedge wanted and no venue', { policy: aHedgePolicy({ mode: { kind: 'none' } }), legs: [] }, 'no-venue'], ['nothing to hedge and no venue', { exposure: anExposure(0), legs: [] }, 'no-venue'],
    ['a hedge to be closed in an account that cannot be read', { stop: 'flatten', legs: [aLeg({ change: { account: unknown('503') } })] }, 'hedge-unread'],
    ['no hedge wanted and an account that cannot be read', { policy: aHedgePolicy({ mode: { kind: 'none' } }), legs: [aLeg(), aLeg({ account: { id: venueAccountId(HYPERLIQUID, 'second') }, change: { account: unknown('503') } })] }, 'hedge-unread'],
    ['no venue', { legs: [] }, 'no-venue'], ['an account that cannot be read', { legs: [aLeg({ change: { account: unknown('503') } })] }, 'hedge-unread'],
    ['an account that is old', { legs: [aLeg({ change: { account: { ...aLeg().account, kind: 'stale' } as never } })] }, 'account-stale'],
    ['an order that nobody knows of', { legs: [aLeg({ change: { order: { kind: 'unknown', id: 'a'.repeat(32) as never } } })] }, 'order-unknown'],
    ['a refused key', { legs: [aLeg({ change: { key: { kind: 'refused', why: 'revoked' } } })] }, 'key-refused'],
    ['an oracle that disagrees', { oracle: { kind: 'price', usdE8: usd(3_040), at: WALL } }, 'price-refused'], ['an old oracle', { oracle: { kind: 'price', usdE8: usd(3_000), at: WALL - 4_600_000 } }, 'price-refused'], ['an old mark', { legs: [aLeg({ at: away })] }, 'price-refused'],
    ['a spent budget', { ledger: aLedger({ paidUsdE8: 500_000_000_000n as SignedUsdE8 }) }, 'budget-spent'], ['margin by scenarios', { legs: [aLeg({ account: { marginMode: 'portfolio' } })] }, 'portfolio-margin'],
    ['both sides in one account', { legs: [aLeg({ account: { positionMode: known('hedge', WALL) } })] }, 'not-one-way'], ['a table that is not told', { legs: [aLeg({ change: { instrument: aPerpetual({ tiers: { kind: 'unknown', why: '' } }) } })] }, 'margin-unknown'],
    ['isolated margin with too much leverage', { legs: [aLeg({ account: { marginMode: 'isolated' }, change: { leverage: { kind: 'read-back', wad: ratio(5) } } })] }, 'leverage-too-high'],
    ['leverage that was not read back', { legs: [aLeg({ account: { marginMode: 'isolated' }, change: { leverage: { kind: 'unknown' } } })] }, 'leverage-unknown'],
    ['a closed market', { legs: [aLeg({ change: { instrument: aPerpetual({ state: 'closed' }) } })] }, 'market-closed'], ['an empty book', { legs: [aLeg({ change: { market: known(aMarket({ bids: [] }), WALL) } })] }, 'book-thin'],
    ['no more notional', { policy: aHedgePolicy({ maxNotionalUsdE8: usd(5) }) }, 'max-notional'], ['no margin', { legs: [aLeg({ equityUsd: 1 })] }, 'max-leverage'],
    ['a market that is too small', { legs: [aLeg({ change: { market: known(aMarket({ openInterest: { kind: 'unknown', why: '' } }), WALL) } })] }, 'open-interest'],
    ['a day that is used up', { policy: aHedgePolicy({ caps: { ordersPerDay: 200, notionalPerDayUsdE8: usd(100), slicesPerMinute: 6 } }), ledger: aLedger({ orders: [aSentOrder({ at: WALL - 3_600_000, notionalUsdE8: usd(100) })] }) }, 'day-cap'],
    ['a venue that turned the last orders down', { ledger: aLedger({ orders: refusals(3) }) }, 'order-rejected'],
    ['a loan that goes inside the corridor', { loans: [loanBook(aLendingPosition())], policy: aHedgePolicy({ corridor: { downBps: 2_000n as Bps, upBps: 5_000n as Bps } }) }, 'corridor-loan'],
    ['a corridor wider than the leverage lives through', { policy: aHedgePolicy({ corridor: { downBps: 1_000n as Bps, upBps: 15_000n as Bps } }), exposure: anExposure(36) }, 'act'],
  ])('does not with %s', (_, change, reason) => {
    const decision = decided(change);
    if (reason === 'act') {
      // 60,000 dollars carry N ETH to +150% with a percent of funding and of basis: N 3,000 (1.525 + 2.525 x (0.02 + 0.01)) and no more.
      expect(Math.abs(size(decision))).toBeLessThan(60_000 / 3_000 / 1.6 + 0.01);
      expect(Math.abs(size(decision))).toBeGreaterThan(60_000 / 3_000 / 1.7);
      return;
    }
    expect(decision).toMatchObject({ kind: 'cannot', reason });
    expect(decision.candidates.every(({ why }) => why.length > 10)).toBe(true);
  });

  it('never has more leverage than lives through the move: 1.8 by default', () => {
    const decision = decided({ exposure: anExposure(200), policy: aHedgePolicy({ depthShare: 10_000n as Bps }) });
    expect(Math.abs(size(decision)) * 3_000).toBeLessThanOrEqual(60_000 * 1.8);
    // The corridor counts a percent each of funding and basis on top of the move, and so stays a little under it.
    expect(Math.abs(size(decision)) * 3_000).toBeGreaterThan(60_000 * 1.7);
  });

  it('goes on to the next venue where the first has no room', () => {
    const other = venueAccountId(HYPERLIQUID, 'second');
    const decision = decided({ legs: [aLeg({ equityUsd: 1 }), aLeg({ account: { id: other } })] });
    expect(orderOf(decision).account).toBe(other);
    expect(orderOf(decided({ legs: [aLeg(), aLeg({ account: { id: other } })], ledger: aLedger({ orders: refusals(3) }) })).account).toBe(other);
  });

  it('waits for the interval, and not in an emergency or for the rest of a slice', () => {
    const ledger = aLedger({ lastTrade: { kind: 'at', at: WALL - 1_000, wasWhole: true } });
    expect(decided({ ledger })).toMatchObject({ kind: 'hold', reason: 'too-soon' });
    expect(decided({ ledger, health: { kind: 'ratio', wad: ratio(1.04) } }).kind).toBe('act');
    expect(decided({ ledger: aLedger({ lastTrade: { kind: 'at', at: WALL - 1_000, wasWhole: false } }) }).kind).toBe('act');
    const many = aLedger({ orders: Array.from({ length: 6 }, () => aSentOrder({ at: WALL - 1_000, notionalUsdE8: usd(1) })) });
    expect(decided({ ledger: many, health: { kind: 'ratio', wad: ratio(1.04) } })).toMatchObject({ kind: 'hold', reason: 'too-soon' });
  });

  it('in coins hedges only what is more than the account’s own coins', () => {
    const id = venueAccountId(DERIBIT, 'main.ETH');
    const leg = aLeg({ account: { ...DERIBIT, id, settlement: { kind: 'coin', underlying: 'ETH' }, equity: settlement(10) }, change: { id, instrument: anInversePerpetual(), leverage: { kind: 'not-settable' }, market: known(aMarket({ levelContracts: 1e6, openInterest: { kind: 'contracts', contracts: contracts(1e9) }, instrument: anInversePerpetual().id }), WALL) } });
    const decision = decided({ exposure: anExposure(10), legs: [leg] });
    // (10 + 10) x 3,000 dollars, less the band.
    expect(size(decision)).toBeLessThan(-58_000);
    expect(size(decision)).toBeGreaterThanOrEqual(-60_000);
    // What puts in it are worth is in the equity and backs nothing: 5 of the 10 coins are left, and none where a mark is not told.
    const withPuts = (mark: Parameters<typeof anOptionPosition>[0]) => {
      const account = leg.account.kind === 'known' ? leg.account.value : null;
      return { ...leg, account: known({ ...(account as NonNullable<typeof account>), positions: [anOptionPosition({ account: id, contracts: contracts(20), ...mark })] }, WALL) };
    };
    const room = (at: typeof leg) => decided({ exposure: anExposure(1_000), legs: [at] });
    expect(size(room(withPuts({ mark: known(coinQuote(0.25), WALL) })))).toBeCloseTo(size(room(leg)) / 2, -2);
    expect(room(withPuts({ mark: unknown('') }))).toMatchObject({ kind: 'cannot', reason: 'max-leverage' });
  });
});

describe('a hedge that is to shrink', () => {
  it('does so on old prices, old data and beside a stop of growth, and only reduces', () => {
    for (const change of [{}, { stop: 'no-grow' as const }, { isReconciled: false }, { oracle: { kind: 'no-price' as const } }, { exposure: anExposure(5, { isFresh: false, delta: between(coins(0), coins(5)) }) }, { ledger: aLedger({ paidUsdE8: 900_000_000_000n as SignedUsdE8 }) }]) {
      const decision = decided({ exposure: anExposure(5), legs: held(-20), ...change });
      expect(orderOf(decision)).toMatchObject({ side: 'buy', reduceOnly: true });
      expect(size(decision)).toBeLessThanOrEqual(20);
    }
  });

  it('comes from the leg with the thinnest margin first, and from one that may be ordered at', () => {
    const second = venueAccountId(HYPERLIQUID, 'second');
    const legs = [aLeg({ held: -10, equityUsd: 10_000 }), aLeg({ held: -10, equityUsd: 40_000, account: { id: second } })];
    expect(orderOf(decided({ exposure: anExposure(15), legs })).account).toBe(legs[0]?.id);
    const blocked = [{ ...(legs[0] as (typeof legs)[number]), order: { kind: 'unknown' as const, id: 'a'.repeat(32) as never } }, legs[1] as (typeof legs)[number]];
    expect(orderOf(decided({ exposure: anExposure(5), legs: blocked })).account).toBe(second);
  });

  it('is cut to 0.4 where margin is above 0.7, and reduced above 0.5 unless its owner is to be asked', () => {
    const cut = decided({ legs: held(-20, { equityUsd: 1_600 }), ledger: aLedger({ lastTrade: { kind: 'at', at: WALL, wasWhole: true } }) });
    expect(cut).toMatchObject({ kind: 'act', reason: 'margin-cut' });
    const left = 20 - size(cut);
    expect((left * 3_000 * 0.02) / (1_600 - size(cut) * 3_000 * 0.01)).toBeLessThanOrEqual(0.4);
    expect(cut.tells.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['margin-warning', 'deposit-needed']));
    expect(decided({ legs: held(-20, { equityUsd: 2_000 }) })).toMatchObject({ kind: 'act', reason: 'margin-reduce' });
    const { ladder } = aHedgePolicy();
    const asking = decided({ legs: held(-20, { equityUsd: 2_000 }), policy: aHedgePolicy({ ladder: { ...ladder, atReduce: 'ask' } }) });
    expect(asking).toMatchObject({ kind: 'hold', reason: 'asked-for-margin' });
    expect(asking.tells).toContainEqual({ kind: 'deposit-needed', account: aLeg().id, amount: settlement(1_000), currency: 'USDC' });
    expect(decided({ legs: held(-20, { equityUsd: 3_500 }) }).tells).toContainEqual({ kind: 'margin-warning', account: aLeg().id, use: 342_857_142_857_142_858n });
  });

  it('at one account is reduced also while another account, which would have to be cut, does not let itself be', () => {
    const [stuck] = held(-20, { equityUsd: 1_600, change: { key: { kind: 'refused', why: 'revoked' } } });
    const id = venueAccountId(HYPERLIQUID, 'other');
    const [thin] = held(-20, { equityUsd: 2_200, account: { id }, change: { id } });
    const reduced = decided({ legs: [stuck!, thin!] });
    expect(reduced.kind === 'act' && reduced.orders.map(({ account, reduceOnly }) => [account, reduceOnly])).toEqual([[id, true]]);
  });

  it('is cut although growing has used up the day and the minute, and although orders were turned down; after its own refusals it waits', () => {
    const thin = held(-20, { equityUsd: 1_600 });
    const grown = Array.from({ length: 6 }, () => aSentOrder({ at: WALL - 1_000, notionalUsdE8: usd(2_000_000) }));
    expect(decided({ legs: thin, ledger: aLedger({ orders: grown }) })).toMatchObject({ kind: 'act', reason: 'margin-cut' });
    expect(decided({ legs: thin, ledger: aLedger({ orders: refusals(200) }) })).toMatchObject({ kind: 'act', reason: 'margin-cut' });
    const cut = { side: 'buy', reduceOnly: true } as const;
    expect(decided({ legs: thin, ledger: aLedger({ orders: refusals(3, cut) }) })).toMatchObject({ kind: 'cannot', reason: 'order-rejected' });
    expect(decided({ legs: thin, ledger: aLedger({ orders: refusals(3, cut).map((one) => ({ ...one, at: one.at - 8_000 })) }) })).toMatchObject({ kind: 'act', reason: 'margin-cut' });
    expect(decided({ legs: thin, ledger: aLedger({ orders: Array.from({ length: 6 }, () => aSentOrder({ ...cut, at: WALL - 1_000, notionalUsdE8: usd(1) })) }) })).toMatchObject({ kind: 'hold', reason: 'too-soon' });
    expect(decided({ legs: thin, ledger: aLedger({ orders: [aSentOrder({ at: WALL - 95_000, notionalUsdE8: usd(4_000_000) }), aSentOrder({ ...cut, at: WALL - 90_000, notionalUsdE8: usd(4_000_000) })] }) })).toMatchObject({ kind: 'cannot', reason: 'day-cap' });
  });

  it.each<[string, Partial<HedgeInput>, string]>([
    ['its owner says so', { stop: 'flatten' }, 'owner-flattened'], ['no hedge is wanted any more', { policy: aHedgePolicy({ mode: { kind: 'none' } }) }, 'no-policy'],
    ['what it hedged is gone', { exposure: anExposure(0, { parts: [] }) }, 'position-gone'], ['the key ends', { legs: held(-20, { change: { key: { kind: 'valid', ends: { kind: 'at', at: WALL + 86_400_000 } } } }) }, 'key-ending'],
    ['the budget is spent and its owner chose so', { policy: aHedgePolicy({ whenBudgetIsSpent: 'unwind' }), ledger: aLedger({ paidUsdE8: 500_000_000_000n as SignedUsdE8 }) }, 'budget-spent'],
    ['the danger has been gone for an hour', { policy: aHedgePolicy({ mode: { kind: 'above-hf', share: 10_000n as Bps, below: ratio(1.3), fullAt: ratio(1.1) } }), ledger: aLedger({ danger: { kind: 'gone-since', at: WALL - 3_600_000 } }) }, 'danger-gone'],
  ])('is closed when %s', (_, change, because) => {
    const decision = decided({ legs: held(-20), ...change });
    expect(decision).toMatchObject({ kind: 'act', reason: 'unwind', unwinding: because });
    expect(orderOf(decision)).toMatchObject({ side: 'buy', reduceOnly: true, contracts: contracts(20) });
  });

  it('stays a while when the danger has only just gone', () => {
    const policy = aHedgePolicy({ mode: { kind: 'above-hf', share: 10_000n as Bps, below: ratio(1.3), fullAt: ratio(1.1) } });
    expect(decided({ legs: held(-20), policy, ledger: aLedger({ danger: { kind: 'gone-since', at: WALL - 3_599_999 } }) })).toMatchObject({ kind: 'hold', reason: 'waiting-to-unwind' });
    expect(decided({ policy, ledger: aLedger({ danger: { kind: 'gone-since', at: WALL } }) })).toMatchObject({ kind: 'hold', reason: 'nothing-to-hedge' });
  });
});

describe('a hedge of which nothing seems to be held', () => {
  const unwanted = aHedgePolicy({ mode: { kind: 'none' } });
  const with_ = (change: Parameters<typeof aLeg>[0]): HedgeInput['legs'] => [aLeg(), aLeg({ ...change, account: { id: venueAccountId(HYPERLIQUID, 'second') } })];

  it('is over once every leg was read and nothing is under way', () => expect(decided({ policy: unwanted, legs: with_({}) })).toMatchObject({ kind: 'hold', reason: 'nothing-to-hedge' }));

  it.each<[string, Partial<HedgeInput>, HedgeDecision['kind'], string]>([
    ['has no leg that is looked at', { legs: [] }, 'cannot', 'no-venue'],
    ['has a leg that was never read', { legs: with_({ change: { account: unknown('503') } }) }, 'cannot', 'hedge-unread'],
    ['has a leg that was not read lately', { legs: with_({ change: { account: { ...aLeg().account, kind: 'stale' } as never } }) }, 'cannot', 'hedge-unread'],
    ['has an order that nobody knows of', { legs: with_({ change: { order: { kind: 'unknown', id: 'a'.repeat(32) as never } } }) }, 'cannot', 'order-unknown'],
    ['has an order under way', { legs: with_({ change: { order: { kind: 'open', id: 'a'.repeat(32) as never } } }) }, 'hold', 'order-under-way'],
    ['has books that say otherwise', { isReconciled: false }, 'cannot', 'not-reconciled'],
  ])('is not over while it %s', (_, change, kind, reason) => expect(decided({ policy: unwanted, ...change })).toMatchObject({ kind, reason }));

  it('the same holds where what it hedged is gone', () => {
    const gone = { exposure: anExposure(0, { parts: [] }) };
    expect(decided(gone)).toMatchObject({ kind: 'hold', reason: 'nothing-to-hedge' });
    expect(decided({ ...gone, legs: with_({ change: { account: unknown('503') } }) })).toMatchObject({ kind: 'cannot', reason: 'hedge-unread' });
  });
});

describe('a leg that its owner took out of the hedge', () => {
  const dropped = (change: Parameters<typeof aLeg>[0] & { readonly stop?: HedgeLeg['stop'] } = {}): HedgeLeg => ({ ...aLeg({ held: -20, ...change, account: { id: venueAccountId(HYPERLIQUID, 'second'), ...change.account } }), stop: change.stop ?? 'none' });
  const onlyOrder = (decision: HedgeDecision) => {
    expect(decision.kind === 'act' && decision.orders).toHaveLength(1);
    return orderOf(decision);
  };

  it('is closed, reduce-only, and counts in the hedge meanwhile', () => {
    const decision = decided({ leaving: [dropped()] });
    expect(decision).toMatchObject({ kind: 'act', reason: 'leg-dropped', unwinding: 'no', held: { lo: coins(-20), hi: coins(-20) } });
    expect(onlyOrder(decision)).toMatchObject({ account: dropped().id, side: 'buy', reduceOnly: true, contracts: contracts(20) });
    expect(decision.candidates.filter(({ verdict }) => verdict === 'chosen')).toMatchObject([{ action: 'shrink', where: dropped().id, because: 'leg-dropped' }]);
  });

  it('gives way to another account as it is closed: both orders go out together', () => {
    const decision = decided({ leaving: [dropped({ held: -12 })] });
    expect(decision.kind === 'act' && decision.orders.map(({ account, side, reduceOnly }) => [account, side, reduceOnly])).toEqual([[dropped().id, 'buy', true], [aLeg().id, 'sell', false]]);
  });

  it.each<[string, Partial<HedgeInput>]>([
    ['beside a stop of growth', { stop: 'no-grow' }], ['where the exposure is old', { exposure: anExposure(20, { isFresh: false }) }], ['with the hedge itself', { policy: aHedgePolicy({ mode: { kind: 'none' } }) }], ['in a hedge of puts', { policy: aHedgePolicy({ mode: { kind: 'tail' } }) }],
  ])('is closed %s', (_, change) => expect(orderOf(decided({ leaving: [dropped()], ...change }))).toMatchObject({ account: dropped().id, side: 'buy', reduceOnly: true }));

  it('that cannot be closed now keeps nothing else from being done, and is told where nothing else is', () => {
    const stuck = dropped({ held: -12, change: { key: { kind: 'refused', why: 'revoked' } } });
    expect(onlyOrder(decided({ leaving: [stuck] }))).toMatchObject({ account: aLeg().id, side: 'sell' });
    expect(decided({ leaving: [stuck], legs: [aLeg({ held: -8 })] })).toMatchObject({ kind: 'cannot', reason: 'key-refused' });
    expect(onlyOrder(decided({ leaving: [dropped({ held: -12, stop: 'cancel-all' })] })).account).toBe(aLeg().id);
    expect(decided({ leaving: [dropped({ held: -12, stop: 'cancel-all' })], legs: [aLeg({ held: -8 })] })).toMatchObject({ kind: 'hold', reason: 'inside-band' });
  });

  it('keeps the plan from ending, and is over once it was read with nothing in it and nothing under way', () => {
    const unwanted = aHedgePolicy({ mode: { kind: 'none' } });
    expect(decided({ policy: unwanted, leaving: [dropped({ held: 0, change: { account: unknown('503') } })] })).toMatchObject({ kind: 'cannot', reason: 'hedge-unread' });
    expect(decided({ policy: unwanted, leaving: [dropped({ held: 0 })] })).toMatchObject({ kind: 'hold', reason: 'nothing-to-hedge' });
    expect([isOver(dropped({ held: 0 })), isOver(dropped())]).toEqual([true, false]);
    for (const change of [{ account: unknown('503') }, { account: { ...dropped({ held: 0 }).account, kind: 'stale' } as never }, { order: { kind: 'open', id: 'a'.repeat(32) as never } }, { order: { kind: 'unknown', id: 'a'.repeat(32) as never } }] as const) expect(isOver(dropped({ held: 0, change }))).toBe(false);
    // Less than the venue takes an order for.
    const dust = { held: -0.003, change: { instrument: aPerpetual({ minNotionalUsdE8: usd(10), minNotionalExemptsReduceOnly: false }) } };
    expect([isOver(dropped(dust)), isOver(dropped({ ...dust, held: -0.004 }))]).toEqual([true, false]);
  });
});

describe('a hedge at rest', () => {
  it('holds inside its band, and says so where it could not be adjusted', () => {
    expect(decided({ legs: held(-20) })).toMatchObject({ kind: 'hold', reason: 'inside-band' });
    expect(decided({ legs: held(-20, { change: { key: { kind: 'refused', why: 'revoked' } } }) })).toMatchObject({ kind: 'cannot', reason: 'key-refused' });
    expect(decided({ legs: held(-20), isReconciled: false })).toMatchObject({ kind: 'cannot', reason: 'not-reconciled' });
    expect(decided({ legs: held(-20, { change: { order: { kind: 'open', id: 'a'.repeat(32) as never } } }) })).toMatchObject({ kind: 'hold', reason: 'order-under-way' });
    expect(decided({ legs: [aLeg({ change: { instrument: aPerpetual({ underlying: 'BTC' }) } })] })).toMatchObject({ kind: 'cannot', reason: 'other-underlying' });
  });

  it('tells what its owner could withdraw to pay back a loan that is about to go', () => {
    expect(decided({ legs: held(-20), health: { kind: 'ratio', wad: ratio(1.02) } }).tells).toContainEqual({ kind: 'withdrawal-helps', account: aLeg().id, amount: settlement(60_000), currency: 'USDC' });
    expect(decided({ legs: held(-20) }).tells).toEqual([]);
  });

  it('remembers since when the danger is gone, and begins anew when it is back', () => {
    const policy = aHedgePolicy({ mode: { kind: 'above-hf', share: 10_000n as Bps, below: ratio(1.3), fullAt: ratio(1.1) } });
    const safe = { kind: 'ratio', wad: ratio(1.5) } as const;
    const gone = dangerAfter({ kind: 'there' }, policy, safe, 1_000);
    expect(gone).toEqual({ kind: 'gone-since', at: 1_000 });
    expect(dangerAfter(gone, policy, safe, 9_000)).toEqual(gone);
    expect(dangerAfter(gone, policy, { kind: 'ratio', wad: ratio(1.2) }, 9_000)).toEqual({ kind: 'there' });
    expect(dangerAfter(gone, policy, { kind: 'unknown' }, 9_000)).toEqual({ kind: 'there' });
  });

  it('hedges what moves more by more, and not what moves otherwise', () => {
    expect(leastVarianceRatio({ exposureVolatility: 0.7, hedgeVolatility: 0.7, correlation: 1 })).toMatchObject({ kind: 'ratio', wad: ratio(1), residualShare: 0 });
    const staked = leastVarianceRatio({ exposureVolatility: 0.72, hedgeVolatility: 0.7, correlation: 0.98 });
    expect(staked.kind === 'ratio' && Number(staked.wad) / 1e18).toBeCloseTo(0.98 * 0.72 / 0.7, 9);
    expect(leastVarianceRatio({ exposureVolatility: 0.7, hedgeVolatility: 0.7, correlation: 0.5 })).toEqual({ kind: 'useless' });
    expect(size(decided({ legs: [aLeg({ change: { hedgeRatio: ratio(0.9) } })] }))).toBeCloseTo(-20 * 0.9, 0);
  });
});
