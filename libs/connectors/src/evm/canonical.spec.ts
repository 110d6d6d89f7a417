import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadFailed } from '../errors.js';
import { canonical } from './canonical.js';

const hexOf = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((all) => `0x${Buffer.from(all).toString('hex')}`);
const small = fc.integer({ min: 0, max: 6 }).map((value) => `0x${value.toString(16)}`);
const log = fc.record({ address: hexOf(20), topics: fc.array(hexOf(32), { maxLength: 4 }), data: hexOf(40), blockNumber: small, blockHash: hexOf(32), transactionHash: hexOf(32), logIndex: small });
const keyOf = (method: string, params: readonly unknown[], value: unknown): string => canonical(method, params, value).key;
const louder = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replace(/"0x([0-9a-f]*)"/g, (_, digits: string) => `"0x${digits.toUpperCase()}"`));
const range = [{ fromBlock: '0x0', toBlock: '0x6' }];

describe('answers that say the same', () => {
  it('logs in any order, in any letter case, with or without `removed`', () => {
    fc.assert(
      fc.property(fc.array(log, { maxLength: 6 }).chain((logs) => fc.tuple(fc.constant(logs), fc.shuffledSubarray(logs, { minLength: logs.length }))), ([logs, shuffled]) => {
        const other = (louder(shuffled) as object[]).map((one) => ({ ...one, removed: false, blockTimestamp: '0x1' }));
        const answer = canonical('eth_getLogs', range, logs);
        expect(keyOf('eth_getLogs', range, other)).toBe(answer.key);
        expect((answer.value as unknown[]).length).toBe(logs.length);
      }),
    );
  });

  it('numbers with leading zeros, bytes in capitals, receipts with their logs in another order', () => {
    expect(keyOf('eth_getBalance', [], '0x0a')).toBe(keyOf('eth_getBalance', [], '0xA'));
    expect(keyOf('eth_call', [], '0xABcd')).toBe(keyOf('eth_call', [], '0xabCD'));
    fc.assert(
      fc.property(fc.array(log, { minLength: 2, maxLength: 4 }), hexOf(32), (logs, hash) => {
        const receipt = { transactionHash: hash, blockNumber: '0x1', blockHash: hash, from: `0x${'1'.repeat(40)}`, to: null, status: '0x1', gasUsed: '0x5', effectiveGasPrice: '0x7', logs };
        const { to: _, ...created } = receipt;
        expect(keyOf('eth_getTransactionReceipt', [hash], louder({ ...created, logs: [...logs].reverse(), type: '0x2' }))).toBe(keyOf('eth_getTransactionReceipt', [hash], receipt));
      }),
    );
  });
});

describe('answers that do not', () => {
  it('a log less, or one with another field', () => {
    fc.assert(
      fc.property(fc.array(log, { minLength: 1, maxLength: 5 }), fc.nat(), fc.constantFrom('data', 'address', 'transactionHash', 'blockHash'), (logs, at, field) => {
        const index = at % logs.length;
        const key = keyOf('eth_getLogs', range, logs);
        expect(keyOf('eth_getLogs', range, logs.filter((_, place) => place !== index))).not.toBe(key);
        const flip = (text: string): string => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
        expect(keyOf('eth_getLogs', range, logs.map((one, place) => (place === index ? { ...one, [field]: flip(one[field as 'data']) } : one)))).not.toBe(key);
      }),
    );
  });

  it('empty bytes and zero', () => {
    expect(keyOf('eth_call', [], '0x')).not.toBe(keyOf('eth_call', [], '0x00'));
    expect(canonical('eth_getBlockByNumber', ['0x5', false], null).isAbsent).toBe(true);
  });
});

describe('answers to another question are none', () => {
  const hash = `0x${'a'.repeat(64)}`;
  it.each([
    ['eth_getBlockByNumber', ['0x5', false], { number: '0x6', hash, timestamp: '0x1' }],
    ['eth_getBlockByNumber', ['0x5', false], 'block'],
    ['eth_call', [], null],
    ['eth_getBalance', [], '1'],
    ['eth_getTransactionReceipt', [`0x${'b'.repeat(64)}`], { transactionHash: hash, blockNumber: '0x1', blockHash: hash, from: `0x${'1'.repeat(40)}`, status: '0x1', gasUsed: '0x5', effectiveGasPrice: '0x7', logs: [] }],
    ['eth_getLogs', [{ blockHash: `0x${'b'.repeat(64)}` }], [{ address: `0x${'1'.repeat(40)}`, topics: [], data: '0x', blockNumber: '0x1', blockHash: hash, transactionHash: hash, logIndex: '0x0' }]],
  ])('%s %j: %j', (method, params, value) => {
    expect(() => canonical(method, params, value)).toThrow(ReadFailed);
  });
});
