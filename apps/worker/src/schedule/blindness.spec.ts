import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BlockRef } from '@ballast/connectors';
import type { Notice } from '@ballast/policy';
import { hash32 } from '@ballast/units';
import { Blindness } from './blindness.js';

type Parts = ConstructorParameters<typeof Blindness>[0];

const SECOND = 1_000;
let now: number;
/** The chain's row, as every worker sees it. */
let row: { seenAt: number; blindSince: number | null; reason: string };
let told: string[];

const parts = (): Parts => ({
  env: { blindAfterSeconds: 15 }, book: { name: 'Chain' }, reads: { chainId: 1 }, now: () => now,
  mandates: { inStatus: async () => [{ chainId: 1, positionId: 'p', terms: { owner: '0x1' } }] },
  chains: {
    get: async () => ({ head: { seenAt: new Date(row.seenAt) } }),
    headSeen: async (_chain: number, _name: string, _head: BlockRef, seenAt: Date) => void (row.seenAt = seenAt.getTime()),
    blind: async (_chain: number, _name: string, since: Date, reason: string, notices: readonly Notice[]) => {
      const began = row.blindSince === null;
      row = { ...row, blindSince: row.blindSince ?? since.getTime(), reason };
      if (began) told.push(...notices.map(({ kind }) => kind));
      return began;
    },
    sighted: async (_chain: number, notices: (since: Date) => readonly Notice[]) => {
      if (row.blindSince === null) return null;
      const since = new Date(row.blindSince);
      told.push(...notices(since).map(({ kind }) => kind));
      row.blindSince = null;
      return since;
    },
  },
}) as unknown as Parts;

const block = (number: number): BlockRef => ({ number: BigInt(number), hash: hash32(`0x${number.toString(16).padStart(64, '0')}`), timestamp: BigInt(number) });

/** So many seconds pass, by our clock and by the one that nobody sets. */
const pass = (seconds: number): void => {
  now += seconds * SECOND;
  vi.advanceTimersByTime(seconds * SECOND);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  now = 1_000 * SECOND;
  row = { seenAt: 0, blindSince: null, reason: '' };
  told = [];
});

afterEach(() => void vi.useRealTimers());

describe('a blind spell', () => {
  it('begins when no block was watched for the allowed time, from the last one on, and is told once', async () => {
    const blindness = new Blindness(parts());
    await blindness.watched(block(1));
    pass(14);
    await blindness.judge();
    expect(row.blindSince).toBeNull();
    pass(2);
    blindness.missed(new Error('ECONNREFUSED'));
    await blindness.judge();
    await blindness.judge();
    expect([row.blindSince, row.reason, told]).toEqual([1_000 * SECOND, 'ECONNREFUSED', ['blind']]);
  });

  it('is not ended by an old block, and is by a new one', async () => {
    const blindness = new Blindness(parts());
    await blindness.watched(block(1));
    pass(20);
    await blindness.judge();
    await blindness.watched(block(1));
    expect(told).toEqual(['blind']);
    await blindness.watched(block(2));
    await blindness.judge();
    expect([row.blindSince, told]).toEqual([null, ['blind', 'sighted']]);
  });

  it('that an earlier process left open is ended by the first block', async () => {
    row.blindSince = 5 * SECOND;
    await new Blindness(parts()).watched(block(1));
    expect([row.blindSince, told]).toEqual([null, ['sighted']]);
  });

  it('does not begin while another worker of the chain watches', async () => {
    const [one, other] = [new Blindness(parts()), new Blindness(parts())];
    await one.watched(block(1));
    for (let number = 2; number < 6; number++) {
      pass(10);
      await other.watched(block(number));
      await one.judge();
    }
    expect(told).toEqual([]);
    pass(16);
    await Promise.all([one.judge(), other.judge()]);
    expect([row.blindSince, told]).toEqual([1_040 * SECOND, ['blind']]);
    await one.watched(block(6));
    await other.judge();
    expect([row.blindSince, told]).toEqual([null, ['blind', 'sighted']]);
  });

  it('begins after the allowed time also where our clock was set back an hour', async () => {
    const blindness = new Blindness(parts());
    await blindness.watched(block(1));
    now -= 3_600 * SECOND;
    pass(14);
    await blindness.judge();
    expect(told).toEqual([]);
    pass(2);
    await blindness.judge();
    expect([row.blindSince, told]).toEqual([1_000 * SECOND, ['blind']]);
  });

  it('does not begin while another worker watches, also where the clocks of both were set back an hour', async () => {
    const [one, other] = [new Blindness(parts()), new Blindness(parts())];
    await one.watched(block(1));
    for (let number = 2; number < 8; number++) {
      if (number === 5) now -= 3_600 * SECOND;
      pass(10);
      await other.watched(block(number));
      await one.judge();
    }
    expect(told).toEqual([]);
    pass(16);
    await one.judge();
    await one.judge();
    expect(told).toEqual(['blind']);
  });
});
