import { describe, expect, it } from 'vitest';
import { WALL, usd } from '../../../../test/factories/derivatives.js';
import { aSentOrder } from '../../../../test/factories/hedge.js';
import { isTurnedDown, mostReducedToday, sentCounts } from '../index.js';

const GROWTH = { reduceOnly: false };
const REDUCTION = { reduceOnly: true };

describe('what counts against caps', () => {
  const orders = [aSentOrder({ at: WALL - 86_400_000 }), aSentOrder({ at: WALL - 3_600_000, notionalUsdE8: usd(100) }), aSentOrder({ at: WALL - 30_000, notionalUsdE8: usd(20) }), aSentOrder({ at: WALL - 1_000, notionalUsdE8: usd(3), reduceOnly: true, side: 'buy' })];

  it('of growing is everything of the day; of a reduction other reductions alone', () => {
    expect(sentCounts(orders, GROWTH, WALL)).toEqual({ ordersToday: 3, ordersLastMinute: 2, notionalTodayUsdE8: usd(123), grownTodayUsdE8: usd(120) });
    expect(sentCounts(orders, REDUCTION, WALL)).toEqual({ ordersToday: 1, ordersLastMinute: 1, notionalTodayUsdE8: usd(3), grownTodayUsdE8: usd(120) });
  });

  it('is not what the venue turned down, but in the minute', () => {
    const refused = [...orders, aSentOrder({ at: WALL - 2_000, isRejected: true, notionalUsdE8: usd(1_000_000) })];
    expect(sentCounts(refused, GROWTH, WALL)).toEqual({ ordersToday: 3, ordersLastMinute: 3, notionalTodayUsdE8: usd(123), grownTodayUsdE8: usd(120) });
  });

  it('is also what a clock ahead of ours has sent', () => expect(sentCounts([aSentOrder({ at: WALL + 5_000 })], GROWTH, WALL)).toMatchObject({ ordersToday: 1, ordersLastMinute: 1 }));
});

describe('what reductions of a day may come to', () => {
  const most = (held: number, reduced: number, grown: number): number => Number(mostReducedToday(usd(100), usd(held), { notionalTodayUsdE8: usd(reduced), grownTodayUsdE8: usd(grown) })) / 1e8;

  it('is four times what may be held', () => expect([most(0, 0, 0), most(100, 350, 400)]).toEqual([400, 400]));
  it('is what was held before where that is more, however much of it is closed already', () => expect([most(1_000, 0, 0), most(10, 990, 0), most(50, 1_000, 50)]).toEqual([1_000, 1_000, 1_000]));
});

describe('an order after refusals', () => {
  const refusals = (times: number, change: Parameters<typeof aSentOrder>[0] = {}) => Array.from({ length: times }, (_, index) => aSentOrder({ at: WALL - (times - 1 - index) * 1_000, isRejected: true, ...change }));
  const kind = { ...aSentOrder(), isEmergency: false };

  it('waits the longer the more there were in a row, a reduction at most a minute', () => {
    for (const [times, waits] of [[1, 2_000], [2, 4_000], [5, 32_000], [30, 600_000]] as const) {
      expect(isTurnedDown(refusals(times), kind, WALL + waits - 1), `${times}`).toBe(true);
      expect(isTurnedDown(refusals(times), kind, WALL + waits), `${times}`).toBe(false);
    }
    const cut = { ...kind, reduceOnly: true };
    expect(isTurnedDown(refusals(30, { reduceOnly: true }), cut, WALL + 59_999)).toBe(true);
    expect(isTurnedDown(refusals(30, { reduceOnly: true }), cut, WALL + 60_000)).toBe(false);
  });

  it.each([['refused it for want of a match', true], ['was done with nothing of it filled', false]])('that saves a margin waits five seconds at most where the venue %s, however often, and uses nothing up', (_, isRejected) => {
    const unmatched = refusals(12, { reduceOnly: true, isRejected, isUnmatched: true });
    const cut = { ...kind, reduceOnly: true };
    expect(isTurnedDown(unmatched, { ...cut, isEmergency: true }, WALL + 4_999)).toBe(true);
    expect(isTurnedDown(unmatched, { ...cut, isEmergency: true }, WALL + 5_000)).toBe(false);
    expect(isTurnedDown(unmatched, cut, WALL + 5_000)).toBe(true);
    expect(isTurnedDown([...unmatched, aSentOrder({ reduceOnly: true, isRejected: true })], { ...cut, isEmergency: true }, WALL + 5_000)).toBe(true);
    expect(sentCounts(unmatched, REDUCTION, WALL)).toEqual({ ordersToday: 0, ordersLastMinute: 0, notionalTodayUsdE8: 0n, grownTodayUsdE8: 0n });
  });

  it('does not where one went through since, or what was turned down was of another kind', () => {
    expect(isTurnedDown([...refusals(5), aSentOrder({ at: WALL })], kind, WALL)).toBe(false);
    expect(isTurnedDown([aSentOrder({ at: WALL - 9_000 }), ...refusals(1)], kind, WALL + 1_999)).toBe(true);
    for (const other of [{ side: 'buy' }, { reduceOnly: true }, { account: `${kind.account}2` as never }, { instrument: `${kind.instrument}2` as never }] as const) expect(isTurnedDown(refusals(5, other), kind, WALL)).toBe(false);
    expect(isTurnedDown([], kind, WALL)).toBe(false);
  });
});
