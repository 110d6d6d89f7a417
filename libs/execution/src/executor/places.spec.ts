import { expect, it, vi } from 'vitest';
import { Places } from './places.js';

it('so many work at once, the others in the order in which they came, whatever becomes of those before', async () => {
  const places = new Places(2, 60_000);
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const works = Array.from({ length: 5 }, (_, index) => places.during(() => new Promise<number>((resolve, reject) => {
    begun.push(index);
    ends[index] = (error) => (error === undefined ? resolve(index) : reject(error));
  })));
  const outcomes = Promise.allSettled(works);
  const settle = () => new Promise((next) => setImmediate(next));
  await settle();
  expect(begun).toEqual([0, 1]);
  ends[1]?.(new Error('gone'));
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await settle();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  ends[3]?.();
  ends[4]?.();
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(await places.during(async () => 'free again')).toBe('free again');
});

it('who gets none in time does not work, and is in nobody\'s way', async () => {
  vi.useFakeTimers();
  try {
    const places = new Places(1, 1_000);
    let end = (): void => undefined;
    const first = places.during(() => new Promise<string>((resolve) => (end = () => resolve('first'))));
    const work = vi.fn(async () => 'never');
    const refused = expect(places.during(work)).rejects.toMatchObject({ code: 'signer-busy', disposition: 'retryable' });
    await vi.advanceTimersByTimeAsync(500);
    const later = places.during(async () => 'later');
    await vi.advanceTimersByTimeAsync(500);
    await refused;
    end();
    expect([await first, await later, work.mock.calls.length]).toEqual(['first', 'later', 0]);
    expect(await places.during(async () => 'free again')).toBe('free again');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
