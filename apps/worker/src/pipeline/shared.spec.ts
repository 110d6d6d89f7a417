import { expect, it } from 'vitest';
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
