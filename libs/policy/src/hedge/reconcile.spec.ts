import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContractsE18 } from '@ballast/units';
import { clientOrderId, expiryByName, instrumentId, type FillCause, type VenueFill, type VenueOrder } from '@ballast/positions';
import { DERIBIT, WALL, aDerivativeAccount, anOptionPosition, aPerpPosition, aPerpetual, contracts, settlement, usd } from '../../../../test/factories/derivatives.js';
import { adoptVenue, orderUnderWay, reconcile, venueGate, type GateFacts, type VenueIntent, type VenueIntentState, type VenueLedger } from '../index.js';
import { aHedgePolicy } from '../../../../test/factories/hedge.js';

const ID = clientOrderId('a'.repeat(32));
const OTHER = clientOrderId('b'.repeat(32));
const instrument = aPerpetual().id;
const account = aDerivativeAccount();
const LOTS = new Map([[instrument, contracts(0.01)]]);
const order = { account: account.id, instrument, clientId: ID, side: 'sell' as 'sell' | 'buy', contracts: contracts(10), priceCap: { unit: 'usd' as const, usdE8: usd(2_991) }, reduceOnly: false, validUntil: WALL + 10_000 };
const intent = (state: VenueIntentState, filled = 0): VenueIntent => ({ order, underlying: 'ETH', state, sent: { kind: 'sent', times: 1, lastAt: WALL }, filled: contracts(filled), why: { kind: 'nothing' } });
const fill = (change: Partial<VenueFill> = {}): VenueFill => ({ account: account.id, instrument, fillId: 'f1', venueOrderId: 'v1', clientId: { kind: 'ours', id: ID }, cause: 'order', side: 'sell', contracts: contracts(10), price: { unit: 'usd', usdE8: usd(3_000) }, fee: settlement(1), at: WALL, ...change });
const ledger = (change: Partial<VenueLedger> = {}): VenueLedger => ({ held: new Map(), countedFills: new Set(), countedPayments: new Set(), intents: [intent('FILLED', 10)], filledLately: [], ...change });
const holding = (size: number, change: object = {}) => aDerivativeAccount({ positions: size === 0 ? [] : [aPerpPosition({ contracts: contracts(size) })], ...change });

describe('books and venue', () => {
  it('agree where our fills tell the position, and each fill counts once however often it is told', () => {
    const first = reconcile(ledger(), { account: holding(-10), fills: [fill(), fill()], payments: [] }, LOTS);
    expect(first).toMatchObject({ verdict: 'reconciled', happenings: [{ kind: 'own', contracts: contracts(-10) }], alerts: [], misbooked: [], isShared: false });
    const again = reconcile({ ...ledger(), ...first.ledger }, { account: holding(-10), fills: [fill()], payments: [] }, LOTS);
    expect(again).toMatchObject({ verdict: 'reconciled', happenings: [] });
  });

  it.each<[string, Partial<VenueFill>, string, boolean, string]>([
    ['its owner traded', { clientId: { kind: 'foreign' } }, 'manual', false, 'reconciled'], ['it was liquidated', { cause: 'liquidation', clientId: { kind: 'foreign' } }, 'liquidation', true, 'reconciled'], ['it was deleveraged', { cause: 'adl', clientId: { kind: 'foreign' } }, 'adl', true, 'reconciled'],
    ['it expired', { cause: 'settlement', clientId: { kind: 'foreign' } }, 'expiry', false, 'reconciled'], ['an id of ours is in no book', { clientId: { kind: 'ours', id: OTHER } }, 'orphan', true, 'no-grow'],
  ])('tell that %s', (_, change, kind, isAlerted, verdict) => {
    const found = reconcile(ledger({ held: new Map([[instrument, contracts(-10)]]) }), { account: holding(-4), fills: [fill({ fillId: 'f2', side: 'buy', contracts: contracts(6), ...change })], payments: [] }, LOTS);
    expect(found).toMatchObject({ verdict, happenings: [{ kind, contracts: contracts(6) }] });
    expect(found.alerts).toHaveLength(isAlerted ? 1 : 0);
    expect(found.isShared).toBe(kind === 'manual');
  });

  it('do not grow on what nobody explains, until fills do or a person takes it over', () => {
    const before = ledger({ held: new Map([[instrument, contracts(-10)]]) });
    const gone = reconcile(before, { account: holding(0), fills: [], payments: [] }, LOTS);
    expect(gone).toMatchObject({ verdict: 'no-grow', alerts: [{ kind: 'unexplained', contracts: contracts(10) }] });
    expect(reconcile({ ...before, ...gone.ledger }, { account: holding(0), fills: [], payments: [] }, LOTS).verdict).toBe('no-grow');
    expect(reconcile({ ...before, ...gone.ledger }, { account: holding(0), fills: [fill({ fillId: 'late', side: 'buy', cause: 'adl' })], payments: [] }, LOTS)).toMatchObject({ verdict: 'reconciled', alerts: [{ kind: 'adl' }] });
    const says = { account: holding(0), fills: [], payments: [] };
    expect(reconcile({ ...before, ...adoptVenue(says, before) }, says, LOTS).verdict).toBe('reconciled');
    expect(reconcile(before, { account: holding(-9.995), fills: [], payments: [] }, LOTS).verdict).toBe('reconciled');
  });

  it('know of an option that its expiry is why it is gone, and only then', () => {
    const [put, now] = [instrumentId(DERIBIT, 'ETH-27MAR26-2500-P'), Date.UTC(2026, 2, 27, 8)];
    const before = ledger({ held: new Map([[put, contracts(20)]]) });
    const at = (observedAt: number, size = 0) => ({ account: aDerivativeAccount({ provenance: { ...aDerivativeAccount().provenance, observedAt }, positions: size === 0 ? [] : [anOptionPosition({ instrument: put, contracts: contracts(size) })] }), fills: [], payments: [] });
    const over = reconcile(before, at(now), LOTS);
    expect(over).toMatchObject({ verdict: 'reconciled', happenings: [{ kind: 'expiry', contracts: contracts(-20) }], alerts: [] });
    expect(reconcile({ ...before, ...over.ledger }, at(now + 1_000), LOTS)).toMatchObject({ verdict: 'reconciled', happenings: [] });
    expect(reconcile(before, at(now - 1), LOTS)).toMatchObject({ verdict: 'no-grow', alerts: [{ kind: 'unexplained' }] });
    expect(reconcile(before, at(now, 5), LOTS)).toMatchObject({ verdict: 'no-grow', alerts: [{ kind: 'unexplained' }] });
    expect([instrumentId(DERIBIT, 'ETH-PERPETUAL'), instrumentId(DERIBIT, 'ETH-27XXX26-2500-P'), instrumentId({ environment: 'paper', venue: 'okx' }, 'ETH-27MAR26-2500-P')].map(expiryByName)).toEqual([null, null, null]);
  });

  it.each<VenueIntentState>(['SENT', 'UNKNOWN', 'ACKED', 'PARTIAL'])('wait while an order that is %s may explain it, and count its fill once it comes', (state) => {
    const open = ledger({ intents: [intent(state)] });
    const first = reconcile(open, { account: holding(-10), fills: [], payments: [] }, LOTS);
    expect(first).toMatchObject({ verdict: 'waiting', alerts: [] });
    expect(reconcile({ ...open, ...first.ledger }, { account: holding(-10), fills: [fill()], payments: [] }, LOTS).verdict).toBe('reconciled');
  });

  it.each<[string, number, readonly VenueFill[], boolean]>([
    ['neither the position nor the fills tell of it', 0, [], true], ['the fills tell of it and the position does not', 0, [fill()], true], ['the position tells of it and the fills do not', -10, [], false], ['both tell of it', -10, [fill()], false],
  ])('say of an order that was filled a moment ago whether the position has it, and wait, where %s', (_, held, fills, isSettling) => {
    const found = reconcile(ledger({ filledLately: [{ intent: intent('FILLED', 10), counted: contracts(0) }] }), { account: holding(held), fills, payments: [] }, LOTS);
    expect(found.settling.map(({ order: { clientId } }) => clientId)).toEqual(isSettling ? [ID] : []);
    expect(found.alerts).toEqual([]);
    expect(found.verdict).toBe((held === 0) === (fills.length === 0) ? 'reconciled' : 'waiting');
  });

  it('count what was counted of it before once', () => {
    const counted = ledger({ held: new Map([[instrument, contracts(-10)]]), filledLately: [{ intent: intent('FILLED', 10), counted: contracts(10) }] });
    expect(reconcile(counted, { account: holding(-10), fills: [], payments: [] }, LOTS)).toMatchObject({ verdict: 'reconciled', settling: [] });
    expect(reconcile(counted, { account: holding(0), fills: [], payments: [] }, LOTS)).toMatchObject({ verdict: 'waiting', settling: [{ order: { clientId: ID } }] });
    expect(reconcile({ ...counted, filledLately: [] }, { account: holding(0), fills: [], payments: [] }, LOTS)).toMatchObject({ verdict: 'no-grow', settling: [] });
  });

  it('find an order whose fills are more than it is booked with', () => {
    expect(reconcile(ledger({ intents: [intent('CANCELED', 4)] }), { account: holding(-10), fills: [fill()], payments: [] }, LOTS)).toMatchObject({ verdict: 'no-grow', misbooked: [ID] });
  });

  it('see foreign orders, and count funding once', () => {
    const foreign: VenueOrder = { account: account.id, instrument, venueId: 'x', clientId: { kind: 'foreign' }, side: 'buy', reduceOnly: false, requested: contracts(1), filled: contracts(0), state: 'open', observedAt: WALL };
    const payment = { account: account.id, instrument, paymentId: 'p1', amount: settlement(-3), at: WALL };
    const found = reconcile(ledger(), { account: holding(0, { openOrders: [foreign] }), fills: [], payments: [payment, payment] }, LOTS);
    expect(found).toMatchObject({ foreignOrders: [foreign], isShared: true, funding: settlement(-3) });
    expect(reconcile({ ...ledger(), ...found.ledger }, { account: holding(0), fills: [], payments: [payment] }, LOTS).funding).toBe(0n);
  });

  it('agree for whatever fills, told in whatever pieces', () => {
    const causes = fc.constantFrom<FillCause>('order', 'liquidation', 'adl', 'settlement');
    fc.assert(fc.property(fc.array(fc.record({ cause: causes, side: fc.constantFrom('buy' as const, 'sell' as const), size: fc.integer({ min: 1, max: 500 }), foreign: fc.boolean() }), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (many, piece) => {
      const fills = many.map(({ cause, side, size, foreign }, index) => fill({ fillId: `f${index}`, cause, side, contracts: contracts(size / 100), clientId: foreign ? { kind: 'foreign' } : { kind: 'ours', id: ID } }));
      let books = ledger({ intents: [{ ...intent('FILLED', 1e6), order: { ...order, contracts: contracts(1e6) } }] });
      let total = 0n;
      for (let from = 0; from < fills.length; from += piece) {
        const told = fills.slice(Math.max(0, from - 1), from + piece); // pieces overlap
        total = fills.slice(0, from + piece).reduce((sum, one) => sum + (one.side === 'buy' ? one.contracts : -one.contracts), 0n);
        const found = reconcile(books, { account: holding(0, { positions: [aPerpPosition({ contracts: total as ContractsE18 })] }), fills: told, payments: [] }, LOTS);
        expect(found.verdict).toBe('reconciled');
        books = { ...books, ...found.ledger };
      }
      expect(books.held.get(instrument) ?? 0n).toBe(total);
    }));
  });
});

describe('an order of ours in the way', () => {
  it.each<[VenueIntentState, string]>([['PLANNED', 'open'], ['SENT', 'open'], ['UNKNOWN', 'unknown'], ['ACKED', 'open'], ['PARTIAL', 'open'], ['FILLED', 'none'], ['CANCELED', 'none'], ['REJECTED', 'none'], ['DROPPED', 'none']])('while %s is %s', (state, kind) => {
    expect(orderUnderWay([intent(state)], account.id, 'ETH').kind).toBe(kind);
    expect(orderUnderWay([intent(state)], account.id, 'BTC').kind).toBe('none');
  });
});

describe('the gate', () => {
  const facts = (change: Partial<GateFacts> = {}): GateFacts => ({
    now: WALL, stop: 'none', environment: 'paper', scopes: { kind: 'known', value: { trade: true, withdraw: false }, at: WALL }, allowed: [instrument], instrument: aPerpetual(), reference: { kind: 'agreed', usdE8: usd(3_000) }, policy: aHedgePolicy(),
    held: { kind: 'known', value: contracts(0), at: WALL }, notionalUsdE8: usd(30_000), totalAfterUsdE8: usd(30_000), leverageAfter: { kind: 'none' }, ordersToday: 0, ordersLastMinute: 0, notionalTodayUsdE8: usd(0), grownTodayUsdE8: usd(0), heldUsdE8: usd(0), exposureIsFresh: true, corridor: 'holds', premium: { kind: 'none' }, isInsideBand: false, underWay: 'none', ...change,
  });
  const why = (change: Partial<GateFacts>, of: Partial<typeof order> = {}) => {
    const found = venueGate({ ...order, ...of }, facts(change));
    return found.kind === 'pass' ? [] : found.because;
  };

  it('lets an order pass that nothing speaks against', () => expect(venueGate(order, facts())).toEqual({ kind: 'pass' }));

  it.each<[string, Partial<GateFacts>, Partial<typeof order>]>([
    ['stopped', { stop: 'cancel-all' }, {}], ['no-growth-allowed', { stop: 'no-grow' }, {}], ['wrong-environment', { environment: 'live' }, {}], ['wrong-instrument', { instrument: aPerpetual({ id: 'paper:okx:instrument:ETH' as never }) }, {}],
    ['key-scopes-unknown', { scopes: { kind: 'unknown', why: '' } }, {}], ['key-cannot-trade', { scopes: { kind: 'known', value: { trade: false, withdraw: false }, at: WALL } }, {}], ['key-can-withdraw', { scopes: { kind: 'known', value: { trade: true, withdraw: true }, at: WALL } }, {}],
    ['not-allowed-instrument', { allowed: [] }, {}], ['market-closed', { instrument: aPerpetual({ state: 'closed' }) }, {}], ['too-late', { now: WALL + 10_001 }, {}], ['size-not-whole-lots', {}, { contracts: contracts(0.005) }], ['price-cap', {}, { priceCap: { unit: 'usd', usdE8: usd(2_990.9) } }],
    ['price-refused', { reference: { kind: 'refused', because: 'old', fallback: { kind: 'price', usdE8: usd(3_000) } } }, {}], ['exposure-stale', { exposureIsFresh: false }, {}], ['corridor', { corridor: 'not-checked' }, {}], ['leverage', { leverageAfter: { kind: 'unknown' } }, {}],
    ['max-notional', { totalAfterUsdE8: usd(1_000_001) }, {}], ['inside-band', { isInsideBand: true }, {}], ['order-unknown', { underWay: 'unknown' }, {}], ['order-under-way', { underWay: 'open' }, {}], ['day-orders', { ordersToday: 200 }, {}], ['minute-orders', { ordersLastMinute: 6 }, {}],
    ['day-notional', { notionalTodayUsdE8: usd(1_970_001) }, {}],
    ['premium-over-budget', { premium: { kind: 'premium', costUsdE8: 2n, leftUsdE8: 1n } }, {}],
  ])('refuses with %s, and that alone', (refusal, change, of) => expect(why(change, of)).toEqual([refusal]));

  it.each([['a buy up to the next tick', 'buy', 3_008.5, 3_008.6], ['a sale down to the next tick', 'sell', 2_990.6, 2_990.5]] as const)('takes a cap that is beyond the reference’s by less than a tick: %s', (_, side, on, beyond) => {
    // 3,008.5489 and 2,990.5515 are the furthest that 2,999.55 allows; prices are in steps of 0.1.
    const moved = { reference: { kind: 'agreed' as const, usdE8: usd(2_999.55) } };
    const capped = (price: number) => why(moved, { side, priceCap: { unit: 'usd', usdE8: usd(price) } });
    expect([capped(on), capped(beyond), capped(side === 'buy' ? beyond + 0.1 : beyond - 0.1)]).toEqual([[], [], ['price-cap']]);
  });

  it('holds a reduction only to what could make it something else', () => {
    const short = { held: { kind: 'known' as const, value: contracts(-10), at: WALL } };
    const closing = { reduceOnly: true, side: 'buy' as const, priceCap: { unit: 'usd' as const, usdE8: usd(3_030) } };
    const refused = { stop: 'no-grow' as const, exposureIsFresh: false, corridor: 'broken' as const, reference: { kind: 'refused' as const, because: 'disagree' as const, fallback: { kind: 'price' as const, usdE8: usd(3_000) } }, isInsideBand: true, ordersToday: 399 };
    expect(why({ ...short, ...refused }, closing)).toEqual([]);
    expect(why(short, { ...closing, contracts: contracts(10.01) })).toEqual(['reduces-too-much']);
    expect(why({}, closing)).toEqual(['reduces-nothing']);
    expect(why({ held: { kind: 'unknown', why: '' } }, closing)).toEqual(['position-unknown']);
    expect(why({ ...short, ordersToday: 400 }, closing)).toEqual(['day-orders']);
    expect(why({ ...short, reference: { kind: 'refused', because: 'missing', fallback: { kind: 'none' } } }, closing)).toEqual(['price-cap']);
  });
});
