import { describe, expect, it } from 'vitest';
import type { SignedUsdE8 } from '@ballast/units';
import { known, unknown, venueAccountId } from '@ballast/positions';
import { DERIBIT, WALL, aMarket, anOption, coins, contracts, usd } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLedger } from '../../../../test/factories/hedge.js';
import { decideHedge, type HedgeDecision, type HedgeInput } from '../index.js';

const orderOf = (decision: HedgeDecision) => {
  if (decision.kind !== 'act') throw new Error(`${decision.kind}: ${decision.reason}`);
  return decision.orders[0] as (typeof decision.orders)[number];
};
const size = (decision: HedgeDecision): number => Number(orderOf(decision).contracts) / 1e18;
const decided = (change: Partial<HedgeInput> = {}) => decideHedge(aHedgeInput(change));

describe('a tail that puts hedge', () => {
  const need = { coins: coins(100), liquidationPriceUsdE8: usd(2_083), repayUsdE8: usd(40_000), indexUsdE8: usd(3_000) };
  const put = { option: anOption(), volatilities: { kind: 'told' as const, bid: 0.6, ask: 0.63 }, market: aMarket({ asks: [{ price: { unit: 'usd' as const, usdE8: usd(37) }, contracts: contracts(60) }] }) };
  const side = (change: object = {}) => ({ kind: 'looked-at' as const, account: venueAccountId(DERIBIT, 'main'), need, offers: 'read' as const, puts: [put], ...change });
  const there = (change: object = {}) => ({ kind: 'read' as const, id: venueAccountId(DERIBIT, 'main'), isFresh: true, held: [], order: { kind: 'none' as const }, key: { kind: 'valid' as const, ends: { kind: 'never' as const } }, stop: 'none' as const, ...change });
  const market = known(aMarket({ bids: [{ price: { unit: 'usd', usdE8: usd(30) }, contracts: contracts(50) }] }), WALL);
  const holds = (amount: number, change: object = {}) => ({ held: [{ option: anOption(), contracts: contracts(amount), own: contracts(amount), market, ...change }] });
  const tail = (change: object = {}, more: Partial<HedgeInput> = {}, account: object = {}) => decided({ policy: aHedgePolicy({ mode: { kind: 'tail' } }), puts: side(change), putAccount: there(account), ...more });

  it('buys what is offered of the cheapest that fits, and the rest later', () => {
    expect(orderOf(tail())).toMatchObject({ side: 'buy', contracts: contracts(60), restCoins: coins(40), priceCap: { unit: 'usd', usdE8: usd(37) } });
    expect(tail({}, {}, holds(100))).toMatchObject({ kind: 'hold', reason: 'put-covers' });
    expect(size(tail({}, {}, holds(60)))).toBe(38);
    expect(tail({ puts: [] })).toMatchObject({ kind: 'cannot', reason: 'no-put-fits' });
    expect(tail({}, { stop: 'no-grow' })).toMatchObject({ kind: 'cannot', reason: 'no-growth-allowed' });
    expect(tail({}, {}, { order: { kind: 'unknown', id: 'a'.repeat(32) } })).toMatchObject({ kind: 'cannot', reason: 'order-unknown' });
    expect(decided({ policy: aHedgePolicy({ mode: { kind: 'tail' } }) })).toMatchObject({ kind: 'cannot', reason: 'puts-not-looked-at' });
  });

  it('costs no more than is left of the budget, all of it, and a slice counts with what it is worth itself', () => {
    const budget = (dollars: number) => ({ policy: aHedgePolicy({ mode: { kind: 'tail' }, fundingBudgetUsdE8: usd(dollars) }) });
    // 100 puts of 37 dollars with a fee of 90 dollars.
    expect(tail({}, budget(3_790))).toMatchObject({ kind: 'act' });
    expect(tail({}, budget(3_789.99))).toMatchObject({ kind: 'cannot', reason: 'premium-over-budget' });
    expect(tail({}, { ...budget(3_800), ledger: aLedger({ paidUsdE8: usd(11) as bigint as SignedUsdE8 }) })).toMatchObject({ kind: 'cannot', reason: 'premium-over-budget' });
    expect(orderOf(tail()).notionalUsdE8).toBe(usd(60 * 37));
  });

  it('is told as one that cannot be carried out where no account is named for it, with what puts would cost', () => {
    const { offers: _offers, ...priced } = side({ kind: 'priced-only' });
    const decision = tail({}, { puts: priced as never, putAccount: { kind: 'none' } });
    expect(decision).toMatchObject({ kind: 'cannot', reason: 'puts-no-account' });
    expect(decision.candidates.find(({ action }) => action === 'put')).toMatchObject({ verdict: 'possible', because: 'not-asked-for', costs: { carryUsdE8: usd(3_700), tradeUsdE8: usd(90) }, why: expect.stringContaining('are offered for $3,790.00, fee included.') });
    for (const because of ['puts-no-account', 'puts-unread', 'exposure-unknown'] as const) expect(tail({}, { puts: { kind: 'not-looked-at', because } })).toMatchObject({ kind: 'cannot', reason: because });
    expect(tail({}, { puts: { kind: 'not-looked-at', because: 'puts-not-needed' } })).toMatchObject({ kind: 'hold', reason: 'nothing-to-hedge' });
    // Beside a perpetual it is a candidate that is not taken, and changes nothing else.
    const beside = decided({ puts: priced as never });
    expect(beside.kind === 'act' && beside.orders).toEqual([orderOf(decided())]);
    expect(beside.candidates.find(({ action }) => action === 'put')).toMatchObject({ verdict: 'possible', because: 'not-asked-for' });
  });

  it('is bought only into an account that was read just now and takes the key, on offers that were read', () => {
    for (const [account, reason] of [[{ isFresh: false }, 'account-stale'], [{ key: { kind: 'refused', why: '' } }, 'key-refused'], [{ key: { kind: 'valid', ends: { kind: 'at', at: WALL + 86_400_000 } } }, 'key-ending']] as const) expect(tail({}, {}, account), reason).toMatchObject({ kind: 'cannot', reason });
    expect(tail({ offers: 'unread', puts: [] })).toMatchObject({ kind: 'cannot', reason: 'puts-unread' });
    expect(tail({ offers: 'unread', puts: [] }, {}, holds(100))).toMatchObject({ kind: 'hold', reason: 'put-covers' });
    expect(tail({}, { putAccount: { kind: 'unread' } })).toMatchObject({ kind: 'cannot', reason: 'hedge-unread' });
    expect(tail({}, {}, { order: { kind: 'open', id: 'a'.repeat(32) } })).toMatchObject({ kind: 'hold', reason: 'order-under-way' });
  });

  it('is not bought again before the venue had time to tell the last purchase', () => {
    const bought = (ago: number) => ({ ledger: aLedger({ lastTrade: { kind: 'at', at: WALL - ago, wasWhole: false } }) });
    expect(tail({}, bought(59_999))).toMatchObject({ kind: 'hold', reason: 'too-soon' });
    expect(tail({}, bought(60_000))).toMatchObject({ kind: 'act', reason: 'buy-put' });
  });

  it('is sold, no more of it than the plan bought, where no hedge is wanted or everything is to be closed', () => {
    const closed = (account: object, more: Partial<HedgeInput> = {}) => decided({ policy: aHedgePolicy({ mode: { kind: 'none' } }), putAccount: there(account), ...more });
    const sale = orderOf(closed(holds(100, { own: contracts(40) })));
    expect(sale).toMatchObject({ side: 'sell', reduceOnly: true, contracts: contracts(40), priceCap: { unit: 'usd', usdE8: usd(30) }, notionalUsdE8: usd(1_200) });
    expect(orderOf(closed(holds(100)))).toMatchObject({ contracts: contracts(50), restCoins: coins(-50) });
    expect(closed(holds(100))).toMatchObject({ reason: 'unwind', unwinding: 'no-policy' });
    expect(tail({}, { stop: 'flatten' }, holds(100))).toMatchObject({ kind: 'act', reason: 'unwind', unwinding: 'owner-flattened' });
    // Only there, or only not there.
    expect(tail({}, {}, { ...holds(100), stop: 'flatten' })).toMatchObject({ kind: 'act', reason: 'unwind', unwinding: 'owner-flattened' });
    expect(closed({ ...holds(100), stop: 'cancel-all' })).toMatchObject({ kind: 'cannot', reason: 'stopped' });
    expect([tail({}, {}, { stop: 'no-grow' }), tail({}, {}, { stop: 'cancel-all' })]).toMatchObject([{ kind: 'cannot', reason: 'no-growth-allowed' }, { kind: 'cannot', reason: 'stopped' }]);
    expect(closed(holds(100, { own: 0n }))).toMatchObject({ kind: 'hold', reason: 'nothing-to-hedge' });
    // Until it is known that nothing is held the plan does not end.
    expect(closed({}, { putAccount: { kind: 'unread' } })).toMatchObject({ kind: 'cannot', reason: 'hedge-unread' });
    expect(closed({ ...holds(0), order: { kind: 'unknown', id: 'a'.repeat(32) } })).toMatchObject({ kind: 'cannot', reason: 'order-unknown' });
    expect(closed(holds(100, { market: unknown('503') }))).toMatchObject({ kind: 'cannot', reason: 'puts-unread' });
    expect(closed(holds(100, { market: known(aMarket({ bids: [] }), WALL) }))).toMatchObject({ kind: 'cannot', reason: 'book-thin' });
  });

  it('is rolled: it counts no more a week before it expires, and is sold once another covers', () => {
    const old = { option: anOption({ id: 'paper:deribit:instrument:OLD' as never, expiresAt: WALL + 6 * 86_400_000 }), contracts: contracts(100), own: contracts(100), market };
    expect(tail({}, {}, { held: [old] })).toMatchObject({ kind: 'act', reason: 'buy-put' });
    const rolled = tail({}, {}, { held: [old, ...holds(100).held] });
    expect(rolled).toMatchObject({ kind: 'act', reason: 'put-rolled', unwinding: 'no' });
    expect(orderOf(rolled)).toMatchObject({ instrument: old.option.id, side: 'sell', reduceOnly: true, contracts: contracts(50) });
    expect(tail({}, {}, { held: [{ ...old, own: 0n }, ...holds(100).held] })).toMatchObject({ kind: 'hold', reason: 'put-covers' });
  });

  it('says in words what each put lacks', () => {
    const none = decided({ puts: side({ puts: [{ ...put, volatilities: { kind: 'unknown' } }] }) }).candidates.find(({ action }) => action === 'put');
    expect(none).toMatchObject({ because: 'no-put-fits', why: 'No put that is listed would do. ETH_USDC-26FEB27-2500-P: bid or offer is missing.' });
  });

  it('is weighed beside a perpetual in every other mode, at what it is offered for', () => {
    const candidate = decided({ puts: side() }).candidates.find(({ action }) => action === 'put');
    expect(candidate).toMatchObject({ verdict: 'possible', because: 'not-asked-for', coins: coins(100) });
    expect(candidate?.costs).toMatchObject({ carryUsdE8: usd(3_700) });
  });
});
