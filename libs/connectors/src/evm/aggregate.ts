import { ReadFailed } from '../errors.js';
import type { Call, CallResult } from './call.js';
import type { Hex } from './wire.js';

/** aggregate3((address target, bool allowFailure, bytes callData)[]) of Multicall3, written out: the general coder takes longer than the chain does. */
const SELECTOR = '0x82ad56cb';
const WORD = 64;
const word = (value: number): string => value.toString(16).padStart(WORD, '0');

/** Data of one aggregate3 call in which every call may fail by itself. */
export function encodeAggregate(calls: readonly Call[]): Hex {
  const tuples = calls.map(({ to, data }) => {
    const bytes = data.slice(2);
    const padded = bytes.padEnd(Math.ceil(bytes.length / WORD) * WORD, '0');
    return `${to.slice(2).padStart(WORD, '0')}${word(1)}${word(0x60)}${word(bytes.length / 2)}${padded}`;
  });
  let at = calls.length * 32;
  const offsets = tuples.map((tuple) => {
    const offset = at;
    at += tuple.length / 2;
    return word(offset);
  });
  return `${SELECTOR}${word(0x20)}${word(calls.length)}${offsets.join('')}${tuples.join('')}` as Hex;
}

/** Every call's outcome, in order. @throws ReadFailed where the answer is not one of aggregate3 to as many calls */
export function decodeAggregate(answer: Hex, expected: number): CallResult[] {
  const text = answer.slice(2);
  const fail = (): ReadFailed => new ReadFailed('multicall', answer.slice(0, 66), 'an answer of Multicall3 (is its address right?)');
  const numberAt = (place: number): number => {
    const digits = text.slice(place, place + WORD);
    // What counts or points here fits four bytes; anything more is no such answer.
    if (digits.length !== WORD || !/^0{56}/.test(digits)) throw fail();
    return parseInt(digits.slice(56), 16);
  };
  const start = numberAt(0) * 2;
  const count = numberAt(start);
  if (count !== expected) throw new ReadFailed('multicall', `${count} results`, `${expected} results`);
  const base = start + WORD;
  return Array.from({ length: count }, (_, index): CallResult => {
    const tuple = base + numberAt(base + index * WORD) * 2;
    const success = numberAt(tuple);
    const bytes = tuple + numberAt(tuple + WORD) * 2;
    const length = numberAt(bytes) * 2;
    const data = text.slice(bytes + WORD, bytes + WORD + length);
    if (success > 1 || data.length !== length) throw fail();
    return { kind: success === 1 ? 'ok' : 'reverted', data: `0x${data}` };
  });
}
