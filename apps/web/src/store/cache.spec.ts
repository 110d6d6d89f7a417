import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/client.js';
import { Cache } from './cache.js';

const problem = (status: number): ApiProblem => new ApiProblem({ type: 'about:blank', title: '', status, detail: 'No.', code: 'no', instance: '' });

describe('the store of answers', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

  it('reads an answer when it is first looked at, once for all who look', async () => {
    const read = vi.fn(async () => 'positions');
    const cache = new Cache(read);
    const told = vi.fn();
    cache.watch('/a', () => told());
    cache.watch('/a', () => told());
    await settle();
    expect(read).toHaveBeenCalledTimes(1);
    expect(cache.look('/a').value).toBe('positions');
    expect(told).toHaveBeenCalledTimes(2);
  });

  it('reads again at most four times a second, however many changes it hears of', async () => {
    const read = vi.fn(async () => 'x');
    const cache = new Cache(read);
    cache.watch('/a', () => undefined);
    await settle();
    for (let change = 0; change < 100; change += 1) {
      cache.invalidate(() => true);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(read.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(read.mock.calls.length).toBeLessThanOrEqual(5);
  });

  it('never reads one answer twice at once, and reads once more for what changed meanwhile', async () => {
    const answers: ((value: string) => void)[] = [];
    const cache = new Cache(() => new Promise((resolve) => answers.push(resolve)));
    cache.watch('/a', () => undefined);
    cache.invalidate(() => true);
    cache.invalidate(() => true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(answers).toHaveLength(1);
    answers[0]?.('old');
    await vi.advanceTimersByTimeAsync(300);
    expect(answers).toHaveLength(2);
  });

  it('keeps the last answer and its age when a later read fails', async () => {
    const read = vi.fn<() => Promise<unknown>>().mockResolvedValueOnce('good').mockRejectedValue(problem(503));
    const cache = new Cache(read);
    cache.watch('/a', () => undefined);
    await settle();
    const { readAt } = cache.look('/a');
    await vi.advanceTimersByTimeAsync(5_000);
    cache.refresh('/a');
    await settle();
    expect(cache.look('/a')).toMatchObject({ value: 'good', readAt });
    expect(cache.look('/a').problem?.status).toBe(503);
  });

  it.each([404, 401, 403])('drops an answer that is gone or no longer ours to see (%i)', async (status) => {
    const read = vi.fn<() => Promise<unknown>>().mockResolvedValueOnce('good').mockRejectedValue(problem(status));
    const cache = new Cache(read);
    cache.watch('/a', () => undefined);
    await settle();
    await vi.advanceTimersByTimeAsync(300);
    cache.refresh('/a');
    await settle();
    expect(cache.look('/a').value).toBeUndefined();
  });

  it('forgets what nobody looks at once it changed', async () => {
    const read = vi.fn(async () => 'x');
    const cache = new Cache(read);
    cache.watch('/a', () => undefined)();
    await settle();
    cache.invalidate(() => true);
    expect(cache.look('/a').value).toBeUndefined();
    expect(read).toHaveBeenCalledTimes(1);
  });
});
