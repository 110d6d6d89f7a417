import fc from 'fast-check';
import { Interface } from 'ethers';
import { describe, expect, it } from 'vitest';
import { address } from '@ballast/units';
import { ReadFailed } from '../errors.js';
import { multicall3Abi } from './abi/multicall3.js';
import { decodeAggregate, encodeAggregate } from './aggregate.js';
import { decodeWords, encodeWords, shapeOf } from './words.js';
import { callOf } from './decode.js';
import type { Hex } from './wire.js';

const abi = new Interface([
  'function plain(address who, bytes32 id) view returns (uint256 a, int256 b, address c, bool d, bytes32 e)', 'function counted(uint256 x) view returns (uint8)', 'function named() view returns (string)',
  'function nothing()', 'function pair() view returns ((uint256 a, address b) s)',
]);
const hexOf = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((list) => `0x${Buffer.from(list).toString('hex')}`);
const uint = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
const int = fc.bigInt({ min: -(1n << 255n), max: (1n << 255n) - 1n });

describe('values of one word', () => {
  it('are encoded as the general coder does', () => {
    fc.assert(fc.property(hexOf(20), hexOf(32), (who, id) => {
      expect(encodeWords(shapeOf(abi, 'plain'), [who, id])).toBe(abi.encodeFunctionData('plain', [who, id]));
      expect(callOf(address(who), abi, 'plain', [who, id]).data).toBe(abi.encodeFunctionData('plain', [who, id]));
    }));
    expect(encodeWords(shapeOf(abi, 'nothing'), [])).toBe(abi.encodeFunctionData('nothing'));
    expect(callOf(address(`0x${'1'.repeat(40)}`), abi, 'counted', [7]).data).toBe(abi.encodeFunctionData('counted', [7]));
  });

  it('are decoded as the general coder does', () => {
    fc.assert(fc.property(uint, int, hexOf(20), fc.boolean(), hexOf(32), (a, b, c, d, e) => {
      const data = abi.encodeFunctionResult('plain', [a, b, c, d, e]) as Hex;
      const [first, second, who, flag, id] = abi.decodeFunctionResult('plain', data);
      expect(decodeWords(shapeOf(abi, 'plain'), data)).toEqual([first, second, (who as string).toLowerCase(), flag, id]);
    }));
  });

  it('are left to the general coder where they are none, too short, or hold more than their kind', () => {
    expect(decodeWords(shapeOf(abi, 'named'), abi.encodeFunctionResult('named', ['x']) as Hex)).toBeNull();
    expect(decodeWords(shapeOf(abi, 'pair'), abi.encodeFunctionResult('pair', [[1n, `0x${'1'.repeat(40)}`]]) as Hex)).toBeNull();
    expect(decodeWords(shapeOf(abi, 'counted'), '0x')).toBeNull();
    const words = (...list: string[]): Hex => `0x${list.map((one) => one.padStart(64, '0')).join('')}`;
    expect(decodeWords(shapeOf(abi, 'plain'), words('1', '1', `1${'0'.repeat(41)}`, '1', '1'))).toBeNull();
    expect(decodeWords(shapeOf(abi, 'plain'), words('1', '1', '1', '2', '1'))).toBeNull();
    expect(decodeWords(shapeOf(abi, 'counted'), words('100'))).toBeNull();
    expect(decodeWords(shapeOf(abi, 'counted'), words('ff'))).toEqual([255n]);
    expect(decodeWords(shapeOf(abi, 'counted'), `${words('ff')}00`)).toBeNull();
    expect(encodeWords(shapeOf(abi, 'plain'), ['0xABCDEF0123456789012345678901234567890123', `0x${'0'.repeat(64)}`])).toBeNull();
    expect(() => shapeOf(abi, 'absent')).toThrow(/absent/);
  });
});

describe('many calls in one', () => {
  const calls = fc.array(fc.record({ to: hexOf(20), data: fc.uint8Array({ maxLength: 100 }).map((list) => `0x${Buffer.from(list).toString('hex')}` as Hex) }), { maxLength: 12 })
    .map((list) => list.map(({ to, data }) => ({ to: address(to), data })));
  const results = fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 100 }).map((list) => `0x${Buffer.from(list).toString('hex')}`)), { maxLength: 12 });

  it('are encoded and decoded as the general coder does', () => {
    fc.assert(fc.property(calls, (list) => {
      expect(encodeAggregate(list)).toBe(multicall3Abi.encodeFunctionData('aggregate3', [list.map(({ to, data }) => [to, true, data])]));
    }));
    fc.assert(fc.property(results, (list) => {
      const answer = multicall3Abi.encodeFunctionResult('aggregate3', [list]) as Hex;
      expect(decodeAggregate(answer, list.length)).toEqual(list.map(([success, data]) => ({ kind: success ? 'ok' : 'reverted', data })));
    }));
  });

  it('are refused where the answer is of another number, cut off or no answer at all', () => {
    const answer = multicall3Abi.encodeFunctionResult('aggregate3', [[[true, '0x1234'], [false, '0x']]]) as Hex;
    expect(() => decodeAggregate(answer, 3)).toThrow(/2 results, expected 3/);
    for (let cut = 2; cut < answer.length - 64; cut += 64) expect(() => decodeAggregate(answer.slice(0, cut) as Hex, 2)).toThrow(ReadFailed);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      try {
        decodeAggregate(`0x${Buffer.from(noise).toString('hex')}`, 2);
      } catch (error) {
        expect(error).toBeInstanceOf(ReadFailed);
      }
    }));
  });
});
