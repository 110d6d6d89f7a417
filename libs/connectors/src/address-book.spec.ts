import { InvalidInput } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { parseAddressBook } from './address-book.js';

const at = (digit: string): string => `0x${digit.repeat(40)}`;
const book = () => ({
  31337: {
    name: 'Local chain', multicall3: at('A'), confirmations: 2,
    aaveV3: { pool: at('1'), oracle: at('2'), addressesProvider: at('3'), dataProvider: at('4') },
    ballast: { aaveGuard: at('5'), keepers: at('6') },
    tokens: [{ address: at('B'), symbol: 'WETH', decimals: 18 }],
  },
});

describe('the address book', () => {
  it('gives the chain\'s entry with addresses in lower case, from text or from a value', () => {
    const entry = parseAddressBook(JSON.stringify(book()), 31337);
    expect(entry).toEqual(parseAddressBook(book(), 31337));
    expect(entry.multicall3).toBe(at('a'));
    expect(entry.tokens[0]?.address).toBe(at('b'));
  });

  it('says which chains are there when the one asked for is not', () => {
    expect(() => parseAddressBook(book(), 1)).toThrow('address book: got chains 31337, expected an entry for chain 1');
    expect(() => parseAddressBook({}, 1)).toThrow('got no chains');
  });

  it('names the field that is wrong, what it holds and what it should hold', () => {
    const wrong = book();
    wrong[31337].aaveV3.pool = '0x12';
    expect(() => parseAddressBook(wrong, 31337)).toThrow('address book.31337.aaveV3.pool: got "0x12", expected an address: 0x followed by 40 hex digits');
  });

  it('says so when an entry stands alone, without its chain id', () => {
    expect(() => parseAddressBook(book()[31337], 31337)).toThrow('address book: got the key "name", expected a chain id in decimal');
  });

  it('refuses what is no book at all', () => {
    for (const given of ['{', '[]', '3', 'null', { local: book()[31337] }]) expect(() => parseAddressBook(given, 31337)).toThrow(InvalidInput);
  });
});
