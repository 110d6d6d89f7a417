import { describe, expect, it } from 'vitest';
import { aLinear, aMarket, anOrder, aVenue, e12, e8 } from '../test/venues.js';
import { VenueClock } from './clock.js';
import { RunningVenue } from './running-venue.js';

const HOUR = 3_600_000;

function running({ mostKept = 100, startMs = 1_000 } = {}) {
  let nowMs = startMs;
  const clock = new VenueClock(() => nowMs);
  const venue = aVenue([aMarket(aLinear(), '3000')], { a: ['USDC', '100000'] });
  const run = new RunningVenue({ name: 'hyperliquid', fundingEveryMs: HOUR, fundingClock: 'venue', mostKept }, venue, clock);
  return { run, clock, wait: (byMs: number) => (nowMs += byMs), buy: (overrides = {}) => run.submit({ kind: 'order', order: anOrder('buy', '0.1', '3010', overrides) }, {}) };
}

describe('a venue in time', () => {
  it('pays funding at every full hour that has passed, once, at its own time', () => {
    const { run, wait, buy } = running();
    buy();
    run.happen({ kind: 'funding-rate', instrument: 'ETH', rateE12: e12('0.0001') });
    wait(HOUR * 3);
    run.tick();
    run.tick();
    expect(run.state.funding.map(({ atMs, amountE8 }) => [atMs, amountE8])).toEqual([1, 2, 3].map((hour) => [hour * HOUR, e8('-0.03')]));
    expect(run.fundingSettlements.map(({ atMs }) => atMs)).toEqual([HOUR, 2 * HOUR, 3 * HOUR]);
  });

  it('what is scripted happens in the order of time, funding between it', () => {
    const { run, wait, buy } = running();
    buy();
    run.happen({ kind: 'funding-rate', instrument: 'ETH', rateE12: e12('0.0001') }, HOUR);
    run.happen({ kind: 'funding-rate', instrument: 'ETH', rateE12: e12('0.0002') }, HOUR * 2 - 1_000);
    wait(HOUR * 3);
    run.tick();
    expect(run.state.funding.map(({ rateE12 }) => rateE12)).toEqual([0n, e12('0.0002'), e12('0.0002')]);
  });

  it('cancels every open order of one account at the time that it asked for last, and not when it took that back', () => {
    const { run, wait, buy } = running();
    const resting = { priceE8: e8('2000'), timeInForce: 'good-til-cancelled' };
    buy(resting);
    run.cancelAllLater('a', 5_000);
    run.cancelAllLater('a', 9_000);
    wait(7_000);
    run.tick();
    expect(run.state.openOrders).toHaveLength(1);
    wait(2_000);
    run.tick();
    expect([run.state.openOrders, run.state.orders[1]?.status, run.state.orders[1]?.changedAtMs]).toEqual([[], 'cancelled', 9_000]);
    buy(resting);
    run.cancelAllLater('a', 20_000);
    run.cancelAllLater('a', null);
    wait(60_000);
    run.tick();
    expect(run.state.openOrders).toHaveLength(1);
  });

  it('moved ahead, it takes a moment of a client\'s clock as the same distance from now', () => {
    const { run, clock } = running();
    clock.advance(50_000);
    expect([run.tick(), clock.fromClient(1_000), clock.fromClient(6_000)]).toEqual([51_000, 51_000, 56_000]);
  });

  it('keeps a bounded history', () => {
    const { run, buy } = running({ mostKept: 10 });
    for (let count = 0; count < 40; count += 1) {
      buy();
      run.happen({ kind: 'pay-funding', instrument: 'ETH' });
    }
    expect(run.state.fills.length).toBeLessThanOrEqual(11);
    expect(run.state.funding.length).toBeLessThanOrEqual(11);
    expect(Object.keys(run.state.orders).length).toBeLessThanOrEqual(11);
    expect(run.fundingSettlements).toHaveLength(10);
    expect(run.state.accounts['a']?.positions['ETH']?.sizeE8).toBe(e8('4'));
  });
});
