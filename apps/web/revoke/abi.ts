import { checksummed } from '../src/wallet/checksum.js';
import { keccak256 } from '../src/wallet/keccak.js';
import { PageProblem } from './problem.js';

/** Encodes and reads calls word by word: everything this page sends or reads is made of 32-byte words and, at most, one byte string. */
export type Hex = `0x${string}`;

/** 32 bytes as 64 lower-case hex digits, without 0x. */
export type Word = string;

const WORD = 64;

export const isAddress = (text: string): boolean => /^0x[0-9a-fA-F]{40}$/.test(text);
export const isHash = (text: string): boolean => /^0x[0-9a-fA-F]{64}$/.test(text);

/** Equal, whatever the case of their letters. */
export const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

export const addressWord = (address: string): Word => address.slice(2).toLowerCase().padStart(WORD, '0');
export const uintWord = (value: bigint | number): Word => BigInt(value).toString(16).padStart(WORD, '0');
export const boolWord = (value: boolean): Word => uintWord(value ? 1 : 0);
export const hashWord = (hash: string): Word => hash.slice(2).toLowerCase().padStart(WORD, '0');

export const encode = (selector: string, ...words: readonly Word[]): Hex => `${selector}${words.join('')}` as Hex;

/** A call whose last argument is a byte string, after static words. */
export function encodeWithBytes(selector: string, words: readonly Word[], bytes: string): Hex {
  const digits = bytes.slice(2);
  const padded = digits.padEnd(Math.ceil(digits.length / WORD) * WORD, '0');
  return encode(selector, ...words, uintWord((words.length + 1) * 32), uintWord(digits.length / 2), padded);
}

/** The words of what a call returned. @throws PageProblem when it is shorter than what was asked for answers */
export function words(data: unknown, least: number, what: string): Word[] {
  if (typeof data !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(data) || data.length < 2 + least * WORD) {
    throw new PageProblem('ANSWER_INVALID', `${what} answered ${String(data).slice(0, 40)}, expected ${least === 1 ? 'a word' : `${least} words`} of 32 bytes.`);
  }
  return data.slice(2).toLowerCase().match(/.{64}/g) ?? [];
}

/** The word at a place that `words` has made sure of. */
export const at = (list: readonly Word[], index: number): Word => list[index] as Word;
export const toUint = (word: Word): bigint => BigInt(`0x${word}`);
export const toHash = (word: Word): Hex => `0x${word}`;
export const toAddress = (word: Word): string => checksummed(`0x${word.slice(24)}`);

/** A text that a token gives: an ABI string, or (in some older tokens) 32 bytes filled with zeros. Null when it is neither. */
export function toText(data: unknown): string | null {
  if (typeof data !== 'string' || !/^0x([0-9a-fA-F]{2})+$/.test(data)) return null;
  const digits = data.slice(2);
  const bytes = (from: string): Uint8Array => Uint8Array.from(from.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  if (digits.length === WORD) return new TextDecoder().decode(bytes(digits)).replace(/\0+$/, '') || null;
  if (digits.length < 2 * WORD || toUint(digits.slice(0, WORD)) !== 32n) return null;
  const length = toUint(digits.slice(WORD, 2 * WORD));
  if (length > 200n) return null;
  return new TextDecoder().decode(bytes(digits.slice(2 * WORD, 2 * WORD + Number(length) * 2))) || null;
}

export function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
const toHex = (bytes: Uint8Array): Hex => `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** Keccak-256 of bytes given as hex. */
export const keccakOf = (hex: string): Hex => toHex(keccak256(hexBytes(hex)));
export const keccakOfText = (text: string): Hex => toHex(keccak256(new TextEncoder().encode(text)));
