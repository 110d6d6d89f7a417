import { AbiCoder } from 'ethers';
import { describe, expect, it } from 'vitest';
import type { ReadClient } from '@ballast/connectors';
import type { ActionJournal } from '@ballast/policy';
import type { JournalReader, MandateRecord, MandateStore } from '@ballast/storage';
import { chainId, hash32 } from '@ballast/units';
import { positionId } from '@ballast/positions';
import { BLOCK_TIME, OWNER } from '../../../../test/factories/lending-position.js';
import { aMandate } from '../../../../test/factories/mandate.js';
import { MandateKeeper } from './mandate-keeper.js';

const EPOCH = `0x${'e'.repeat(64)}`;
const head = { number: 100n, hash: hash32(`0x${'1'.repeat(64)}`), timestamp: BLOCK_TIME };
const record = (digit: string, status: MandateRecord['status'], signature: `0x${string}`): MandateRecord => ({
  ...aMandate({ hash: hash32(`0x${digit.repeat(64)}`), status, signature }), positionId: positionId(31337, 'aave-v3', OWNER), statusReason: null, createdAt: new Date(0), activatedAt: null,
});

/** A keeper that sees `live` as the pair's mandate on the chain, at its newest block `newest`; tells what it activated, ended and planned. */
function keeperOn(stored: readonly MandateRecord[], live: string, newest = live, prev = EPOCH) {
  const told: string[] = [];
  const encode = (types: string[], values: unknown[]) => ({ kind: 'ok', data: AbiCoder.defaultAbiCoder().encode(types, values) });
  const client = {
    chainId: chainId(31337),
    blockAt: async (number: bigint) => ({ number, hash: hash32(`0x${'9'.repeat(64)}`), timestamp: BLOCK_TIME }),
    multicall: async ({ number }: { number: bigint }) => {
      const there = number === head.number ? newest : live;
      return [encode(['bytes32', 'bytes32', 'bytes32', 'uint64', 'uint40', 'uint128'], [there, there, EPOCH, 1, 0, 0]), encode(['bytes32'], [EPOCH]), encode(['bytes32'], [prev])];
    },
  } as unknown as ReadClient;
  const mandates = {
    inStatus: async (_chain: number, status: string) => stored.filter((each) => each.status === status), get: async (hash: string) => stored.find((each) => each.hash === hash) ?? null,
    takeBack: async (hash: string) => void told.push(`taken back ${hash.slice(2, 3)}`),
    activate: async (hash: string) => void told.push(`activate ${hash.slice(2, 3)}`), end: async (hash: string, end: string) => void told.push(`${end} ${hash.slice(2, 3)}`),
  } as unknown as MandateStore;
  const journal = { plan: async () => (told.push('plan'), { kind: 'busy' }) } as unknown as ActionJournal;
  const keeper = new MandateKeeper(client, { confirmations: 3 } as never, mandates, journal, { intentsOf: async () => [] } as unknown as JournalReader);
  return { told, run: () => keeper.reconcile(head, stored.filter(({ status }) => status === 'active' || status === 'signed'), () => false) };
}
const hashOf = (digit: string): string => `0x${digit.repeat(64)}`;

describe('mandates that their owners put in force themselves', () => {
  it('are never brought to the guard by us, and active once the chain says so', async () => {
    const waiting = keeperOn([record('a', 'signed', '0x')], `0x${'0'.repeat(64)}`);
    await waiting.run();
    expect(waiting.told).toEqual([]);
    const done = keeperOn([record('a', 'signed', '0x')], hashOf('a'));
    await done.run();
    expect(done.told).toEqual(['activate a']);
  });

  it('count as the chain has them, also an earlier draft that a later one had pushed aside', async () => {
    const { told, run } = keeperOn([record('a', 'superseded', '0x'), record('b', 'signed', '0x')], hashOf('a'));
    await run();
    expect(told).toEqual(['activate a']);
    const signed = keeperOn([record('a', 'superseded', '0x'), record('b', 'signed', `0x${'2'.repeat(130)}`)], hashOf('a'));
    await signed.run();
    expect(signed.told).toEqual(['activate a']);
  });

  it('that are signed are brought to the guard', async () => {
    const { told, run } = keeperOn([record('b', 'signed', `0x${'2'.repeat(130)}`)], `0x${'0'.repeat(64)}`);
    await run();
    expect(told).toEqual(['plan']);
  });

  it('are not brought to the guard again while they wait to be settled', async () => {
    const { told, run } = keeperOn([record('b', 'signed', `0x${'2'.repeat(130)}`)], `0x${'0'.repeat(64)}`, hashOf('b'));
    await run();
    expect(told).toEqual([]);
  });
});

describe('a mandate that was in force and is not any more', () => {
  const NONE = `0x${'0'.repeat(64)}`;
  const stored = record('a', 'active', `0x${'2'.repeat(130)}`);

  it('was revoked by its owner', async () => {
    const { told, run } = keeperOn([stored], NONE);
    await run();
    expect(told).toEqual(['revoked a']);
  });

  it('waits to be in force again where the chain took back the block that had put it there', async () => {
    const { told, run } = keeperOn([stored], NONE, NONE, stored.terms.prev);
    await run();
    expect(told).toEqual(['taken back a']);
  });
});
