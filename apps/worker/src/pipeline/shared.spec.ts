import { expect, it, vi } from 'vitest';
import { Shared } from './shared.js';

it('an answer is shared for so long as is asked for, and one that failed is asked for again', async () => {
  let now = 1_000;
  const answers: (() => Promise<number>)[] = [async () => 1, () => Promise.reject(new Error('gone')), async () => 3];
  const shared = new Shared(() => (answers.shift() as () => Promise<number>)(), () => now);
  expect(await Promise.all([shared.within(250), shared.within(250)])).toEqual([1, 1]);
  now += 249;
  expect(await shared.within(250)).toBe(1);
  now += 1;
  await expect(shared.within(250)).rejects.toThrow('gone');
  expect(await shared.within(250)).toBe(3);
  expect(await shared.within(1)).toBe(3);
});

it('an answer is shared no longer where the clock was set back', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  try {
    let asked = 0;
    const shared = new Shared(async () => (asked += 1));
    expect(await shared.within(250)).toBe(1);
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(249);
    expect(await shared.within(250)).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await shared.within(250)).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
