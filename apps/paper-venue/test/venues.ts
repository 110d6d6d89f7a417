import { parseDecimal } from '@ballast/units';
import {
  apply, bookAround, newVenue, tiersOfLeverage, type Book, type Instrument, type Market, type NewOrder, type VenueEvent, type VenueRules, type VenueState,
} from '../src/kernel/index.js';

/** Decimal text as units of 1e-8. */
export const e8 = (text: string): bigint => parseDecimal(text, 8);
/** A share as decimal text, as units of 1e-12. */
export const e12 = (text: string): bigint => parseDecimal(text, 12);

export const rules = (overrides: Partial<VenueRules> = {}): VenueRules => ({
  clientIds: 'once', reduceOnly: 'clip', unmatched: 'refuse', partialAboveE8: e8('100000'), partialShareBps: 2_000n, partialPauseMs: 30_000, ...overrides,
});

export const aLinear = (overrides: Partial<Instrument> = {}): Instrument => ({
  name: 'ETH', kind: 'linear', settlesIn: 'USDC', tickE8: e8('0.1'), lotE8: e8('0.0001'), minNotionalE8: e8('10'), priceBandE12: e12('0.8'),
  makerFeeE12: e12('0.00015'), takerFeeE12: e12('0.00045'), tiers: tiersOfLeverage([{ aboveE8: 0n, maxLeverage: 25n }]), ...overrides,
});

export const anInverse = (overrides: Partial<Instrument> = {}): Instrument => ({
  name: 'ETH-PERPETUAL', kind: 'inverse', settlesIn: 'ETH', tickE8: e8('0.05'), lotE8: e8('1'), minNotionalE8: 0n, priceBandE12: e12('0.8'), makerFeeE12: 0n, takerFeeE12: e12('0.0005'),
  tiers: [{ aboveE8: 0n, initialRateE12: e12('0.02'), maintenanceRateE12: e12('0.01') }], ...overrides,
});

export const depth = { halfSpreadE12: e12('0.0001'), stepE12: e12('0.0005'), firstSizeE8: e8('5'), levels: 6 };

export const aMarket = (instrument: Instrument, price: string, overrides: Partial<Market> = {}): Market => ({
  instrument, markE8: e8(price), indexE8: e8(price), book: bookAround(e8(price), instrument.tickE8, instrument.kind === 'linear' ? depth : { ...depth, firstSizeE8: e8('20000') }),
  fundingRateE12: 0n, halted: false, ...overrides,
});

export const aVenue = (markets: readonly Market[], deposits: Readonly<Record<string, readonly [currency: string, amount: string]>>, overrides: Partial<VenueRules> = {}): VenueState =>
  Object.entries(deposits).reduce((state, [account, [settlesIn, amount]]) => after(state, { kind: 'open-account', account, settlesIn }, { kind: 'deposit', account, amountE8: e8(amount) }), newVenue(rules(overrides), markets, 0));

/** The state after the events, each a millisecond after the one before. */
export const after = (state: VenueState, ...events: readonly VenueEvent[]): VenueState => events.reduce((next, event) => apply(next, event, next.nowMs + 1).state, state);

export const anOrder = (side: 'buy' | 'sell', size: string, price: string, overrides: Partial<NewOrder> = {}): NewOrder => ({
  account: 'a', instrument: 'ETH', side, sizeE8: e8(size), priceE8: e8(price), timeInForce: 'immediate-or-cancel', postOnly: false, reduceOnly: false, clientId: null, ...overrides,
});
export const order = (...asked: Parameters<typeof anOrder>): VenueEvent => ({ kind: 'order', order: anOrder(...asked) });

export const prices = (state: VenueState, instrument: string, price: string, book?: Book): VenueEvent => {
  const market = state.markets[instrument];
  if (market === undefined) throw new RangeError(instrument);
  return { kind: 'prices', instrument, markE8: e8(price), indexE8: e8(price), book: book ?? aMarket(market.instrument, price).book };
};
