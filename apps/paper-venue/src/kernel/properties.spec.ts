import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aLinear, aMarket, anInverse, aVenue, e8, e12, prices } from '../../test/venues.js';
import {
  VenueRefusal, apply, imbalanceE8, liquidatable, liquidationPrice, marginOf, newAccount, tiersOfLeverage, valuationOf, type Account, type Position, type VenueEvent, type VenueState,
} from './index.js';

const side = fc.constantFrom('buy' as const, 'sell' as const);
const who = fc.constantFrom('a', 'b', 'c');

/** Something that may happen to a venue; what it refuses changes nothing. */
const step = (name: string, lot: bigint, tick: bigint) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('order' as const), account: who, side, lots: fc.bigInt(1n, 3_000n), away: fc.integer({ min: -300, max: 300 }), reduceOnly: fc.boolean(), timeInForce: fc.constantFrom('good-til-cancelled' as const, 'immediate-or-cancel' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('prices' as const), permille: fc.integer({ min: 700, max: 1400 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('funding' as const), rate: fc.bigInt(-(10n ** 10n), 10n ** 10n) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('mode' as const), account: who, isolated: fc.boolean(), leverage: fc.bigInt(1n, 25n) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('adl' as const), account: who }) },
  ).map((what) => (state: VenueState): readonly VenueEvent[] => {
    const market = state.markets[name];
    if (market === undefined) return [];
    switch (what.kind) {
      case 'order':
        return [{ kind: 'order', order: { account: what.account, instrument: name, side: what.side, sizeE8: what.lots * lot, priceE8: (market.markE8 * BigInt(10_000 + what.away)) / (10_000n * tick) * tick, timeInForce: what.timeInForce, postOnly: false, reduceOnly: what.reduceOnly, clientId: null } }];
      case 'prices':
        return [prices(state, name, String((1_500_000 * what.permille) / 1_000_000))];
      case 'funding':
        return [{ kind: 'funding-rate', instrument: name, rateE12: what.rate }, { kind: 'pay-funding', instrument: name }];
      case 'mode':
        return [{ kind: 'mode', account: what.account, instrument: name, mode: { kind: what.isolated ? 'isolated' : 'cross', leverage: what.leverage } }];
      case 'adl':
        return [{ kind: 'adl', account: what.account, instrument: name, shareBps: 5_000n, priceE8: market.markE8 }];
    }
  });

const VENUES = [
  ['linear', aLinear({ lotE8: e8('0.01') }), 'USDC', '3000'],
  ['inverse', anInverse({ lotE8: e8('10') }), 'ETH', '3'],
] as const;

describe.each(VENUES)('on a venue of %s perpetuals', (_kind, instrument, currency, deposit) => {
  const venue = aVenue([aMarket(instrument, '1500')], { a: [currency, deposit], b: [currency, deposit], c: [currency, deposit] });
  const run = (steps: readonly ((state: VenueState) => readonly VenueEvent[])[], check: (before: VenueState, event: VenueEvent, after: VenueState) => void): void => {
    let state = venue;
    for (const event of steps) {
      for (const happening of event(state)) {
        const before = state;
        try {
          state = apply(state, happening, state.nowMs + 1_000).state;
        } catch (error) {
          if (!(error instanceof VenueRefusal)) throw error;
        }
        check(before, happening, state);
      }
    }
  };
  const steps = fc.array(step(instrument.name, instrument.lotE8, instrument.tickE8), { minLength: 5, maxLength: 40 });

  it('no money appears or is lost: deposits are accounts, fees, insurance and the feed\'s side, to the last unit', () => {
    let liquidations = 0;
    fc.assert(fc.property(steps, (made) => {
      run(made, (_before, _event, after) => expect(imbalanceE8(after, currency)).toBe(0n));
      run(made, (before, _event, after) => (liquidations += after.fills.slice(before.fills.length).filter(({ reason }) => reason !== 'order').length));
    }), { numRuns: 150, seed: 7 });
    expect(liquidations).toBeGreaterThan(20);
  });

  it('a fill never beats its limit', () => {
    fc.assert(fc.property(steps, (made) => run(made, (before, _event, after) => {
      for (const fill of after.fills.slice(before.fills.length)) {
        const order = fill.orderId === null ? undefined : after.orders[fill.orderId];
        if (order !== undefined) expect(order.side === 'buy' ? fill.priceE8 <= order.priceE8 : fill.priceE8 >= order.priceE8).toBe(true);
        if (order !== undefined) expect(order.filledE8 <= order.sizeE8).toBe(true);
      }
    })), { numRuns: 100, seed: 8 });
  });

  it('a reduce-only order never grows a position nor turns it round', () => {
    fc.assert(fc.property(steps, (made) => run(made, (before, _event, after) => {
      for (const fill of after.fills.slice(before.fills.length)) {
        if (fill.orderId === null || after.orders[fill.orderId]?.reduceOnly !== true) continue;
        const held = fill.startSizeE8;
        expect(fill.side === 'buy' ? held < 0n && fill.sizeE8 <= -held : held > 0n && fill.sizeE8 <= held).toBe(true);
      }
    })), { numRuns: 100, seed: 9 });
  });
});

describe('the liquidation price', () => {
  const steep = tiersOfLeverage([{ aboveE8: 0n, maxLeverage: 25n }, { aboveE8: e8('20000'), maxLeverage: 10n }, { aboveE8: e8('60000'), maxLeverage: 5n }]);
  const kinds = fc.constantFrom(
    { instrument: aLinear({ tiers: steep }), currency: 'USDC', mostLots: 400_000n, cash: 50_000n * 10n ** 8n },
    { instrument: anInverse({ tiers: [{ aboveE8: 0n, initialRateE12: e12('0.02'), maintenanceRateE12: e12('0.01') }, { aboveE8: e8('10'), initialRateE12: e12('0.04'), maintenanceRateE12: e12('0.025') }] }), currency: 'ETH', mostLots: 60_000n, cash: 30n * 10n ** 8n },
  );

  it('is where the maintenance margin is reached: alive there or before it, liquidated from 1e-8 on, across margin steps', () => {
    let found = 0;
    fc.assert(fc.property(kinds, side, fc.bigInt(1n, 1_000n), fc.bigInt(1n, 1_000n), fc.boolean(), ({ instrument, currency, mostLots, cash }, way, sizePermille, cashPermille, isolated) => {
      const state = aVenue([aMarket(instrument, '1500')], {});
      const size = (instrument.lotE8 * mostLots * sizePermille) / 1_000n * (way === 'buy' ? 1n : -1n);
      const costE8 = instrument.kind === 'linear' ? (size * e8('1500')) / e8('1') : (-size * e8('1')) / e8('1500');
      const backing = (cash * cashPermille) / 1_000n;
      const position: Position = { instrument: instrument.name, sizeE8: size, costE8, mode: { kind: isolated ? 'isolated' : 'cross', leverage: 5n }, isolatedE8: isolated ? backing : 0n, fundingE8: 0n };
      const account: Account = { ...newAccount('a', currency), cashE8: isolated ? 0n : backing, positions: { [instrument.name]: position } };
      const valuation = valuationOf(state);
      const at = (priceE8: bigint) => liquidatable(marginOf(account, { ...valuation, marks: { [instrument.name]: priceE8 } }, isolated ? position : 'cross'));
      if (at(e8('1500'))) return;
      const price = liquidationPrice(account, valuation, position);
      if (price.kind === 'none') {
        for (const text of ['0.01', '100', '3000', '1000000', '1000000000']) expect(at(e8(text))).toBe(false);
        return;
      }
      found += 1;
      expect(at(price.priceE8)).toBe(true);
      expect(at(price.priceE8 + (way === 'buy' ? 1n : -1n))).toBe(false);
    }), { numRuns: 300, seed: 11 });
    expect(found).toBeGreaterThan(100);
  });
});
