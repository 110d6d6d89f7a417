import { Interface } from 'ethers';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { AnswerUnreadable, aaveFillerCalls, aaveGuardAbi, aaveGuardCalls, keepersAbi, keepersCalls, readAaveGuardError, readAaveGuardEvent, readKeepersEvent, type AaveGuardError } from './index.js';

const guard = new Interface(aaveGuardAbi);
const hex = (length: number): fc.Arbitrary<`0x${string}`> => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as const);
const uint = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const mandate = fc.record({
  owner: hex(20), collateral: hex(20), debt: hex(20), actions: uint(8), triggerHf: uint(64), minHf: uint(64), maxHf: uint(64), maxCostBps: uint(16), fillPerDay: uint(128), keepers: hex(20), expiry: uint(40), prev: hex(32),
});
const lower = (value: unknown): string => JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)).toLowerCase();

describe('calls', () => {
  it('are encoded as the interface says, and read back', () => {
    fc.assert(fc.property(mandate, uint(256), uint(256), (m, min, max) => {
      const data = aaveGuardCalls.repay.encode(m, min, max, 7);
      expect(data).toBe(guard.encodeFunctionData('repay', [m, min, max, 7]));
      expect(lower(aaveGuardCalls.repay.read(data))).toBe(lower([m, min, max, 7n]));
      expect(aaveGuardCalls.topUp.read(data)).toBeNull();
      expect(aaveGuardCalls.repay.read(`${data}00`)).toBeNull();
    }), { numRuns: 30 });
  });
  it('carry the selector of the function', () => {
    expect(aaveGuardCalls.revokeAll.selector).toBe(guard.getFunction('revokeAll')?.selector);
    expect(aaveGuardCalls.revokeAll.encode()).toBe(aaveGuardCalls.revokeAll.selector);
  });
  it('are refused when a value does not fit', () => expect(() => aaveGuardCalls.revoke.encode('0x12', `0x${'00'.repeat(20)}`)).toThrow(TypeError));
  it('with lists and structs inside structs keep their shape', () => {
    const [order, aim] = aaveFillerCalls.fillTowards.read(aaveFillerCalls.fillTowards.encode(
      { m: fc.sample(mandate, 1)[0] as never, min: 1, max: 2, out: 3, deadline: 4, lender: 1, router: `0x${'12'.repeat(20)}`, path: '0x1234', keeps: 5 },
      { health: 1, otherDebt: 2, thresholdBps: 3, costBps: 4 } as never,
    )) ?? [];
    expect(order).toMatchObject({ min: 1n, path: '0x1234', keeps: 5n, m: { actions: expect.any(BigInt) } });
    expect(aim).toMatchObject({ health: 1n });
  });
});

describe('answers', () => {
  const face = new Interface(keepersAbi);
  it('of several values are by name, of one as it is, of none undefined', () => {
    const position = aaveGuardCalls.position.decode(guard.encodeFunctionResult('position', [`0x${'01'.repeat(32)}`, `0x${'02'.repeat(32)}`, `0x${'03'.repeat(32)}`, 4, 5, 6]));
    expect(position).toEqual({ head: `0x${'01'.repeat(32)}`, activeHash: `0x${'02'.repeat(32)}`, epoch: `0x${'03'.repeat(32)}`, seq: 4n, bucketAt: 5n, used: 6n });
    expectTypeOf(position.seq).toEqualTypeOf<bigint>();
    expect(keepersCalls.isKeeper.decode(face.encodeFunctionResult('isKeeper', [true]))).toBe(true);
    expect(keepersCalls.requirePriceOk.decode('0x')).toBeUndefined();
    const feed = ['0x' + '11'.repeat(20), '0x' + '22'.repeat(20), 3600, 50];
    expect(keepersCalls.feedsOf.decode(face.encodeFunctionResult('feedsOf', [[`0x${'09'.repeat(32)}`, feed, feed]])).debt).toMatchObject({ heartbeat: 3600n, deviationBps: 50n });
  });
  it.each(['0x', '0x01', `0x${'00'.repeat(31)}`, `0x${'00'.repeat(64)}`])('that are something else (%s) are said to be', (data) => expect(() => keepersCalls.isKeeper.decode(data)).toThrow(AnswerUnreadable));
});

describe('errors and events', () => {
  it('are one of a union, with their arguments', () => {
    const error = readAaveGuardError(guard.encodeErrorResult('NotTriggered', [5, 4]));
    expect(error?.name).toBe('NotTriggered');
    expectTypeOf(error).toEqualTypeOf<AaveGuardError | null>();
    if (error?.name === 'AboveBand') expectTypeOf(error.args.maxHf).toEqualTypeOf<bigint>();
    expect(readAaveGuardError('0x08c379a0')).toBeNull();
    expect(readAaveGuardError('0x')).toBeNull();
    expect(readAaveGuardError('0x12345678')).toBeNull();
  });
  it('of logs are read, and those of another contract are none', () => {
    const [owner, hash] = [`0x${'7A'.repeat(20)}`, `0x${'01'.repeat(32)}`];
    const log = guard.encodeEventLog('Activated', [hash, owner, owner, owner]);
    expect(lower(readAaveGuardEvent(log))).toBe(lower({ name: 'Activated', args: { mandateHash: hash, owner, collateral: owner, debt: owner } }));
    expect(readKeepersEvent(log)).toBeNull();
    expect(readAaveGuardEvent({ topics: [], data: '0x' })).toBeNull();
    expect(readAaveGuardEvent({ topics: log.topics, data: '0x12' })).toBeNull();
  });
});
