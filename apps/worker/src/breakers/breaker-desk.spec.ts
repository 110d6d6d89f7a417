import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hash32 } from '@ballast/units';
import { BreakerDesk, type BreakerDeskParts } from './breaker-desk.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.parse('2027-01-15T08:00:00Z') }));
afterEach(() => void vi.useRealTimers());

it('what does not live on the chain is looked at again, and owners are told, also where the clock was set back an hour', async () => {
  let [looked, told] = [0, 0];
  const head = { number: 1n, hash: hash32(`0x${'1'.repeat(64)}`), timestamp: 1_800_000_000n };
  const desk = new BreakerDesk({
    reads: { chainId: 31_337, head: async () => head }, leases: { hold: async () => null }, board: { turn: async () => undefined },
    nodes: { saw: () => undefined, foundNoQuorum: () => undefined, look: () => [] }, looks: [{ of: 'one', look: async () => ((looked += 1), []) }],
    executions: { look: async () => undefined }, remover: { advance: async () => undefined }, teller: { tell: async () => void (told += 1) }, now: Date.now,
  } as unknown as BreakerDeskParts);
  await desk.turn();
  expect([looked, told]).toEqual([1, 1]);
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(4_999);
  await desk.turn();
  expect([looked, told]).toEqual([1, 1]);
  vi.advanceTimersByTime(5_001);
  await desk.turn();
  expect([looked, told]).toEqual([2, 2]);
});
