import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StopsInForce } from './stops-in-force.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.parse('2027-01-15T08:00:00Z') }));
afterEach(() => void vi.useRealTimers());

it('a stop is in force a quarter of a second after it was set, also where the clock was set back an hour', async () => {
  const stop = { scope: { kind: 'all' } as const, stops: 'all' as const, setBy: 'operator', reason: 'maintenance' };
  let inForce: readonly (typeof stop)[] = [];
  const stops = new StopsInForce(31_337, { inForce: async () => inForce as never }, { holderOf: async () => 'the leader' as never });
  expect(await stops.all()).toEqual([]);
  inForce = [stop];
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(250);
  expect(await stops.all()).toEqual([stop]);
});
