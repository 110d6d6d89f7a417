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

  it('takes what only some chains have, and refuses a pair whose feeds may lag further than a fill allows', () => {
    const more = {
      morpho: { address: at('C') }, compoundV3: { comets: [at('F')] }, uniswapV3: { factory: at('1'), quoter: at('2'), swapRouter: at('3') },
      safe: { singleton: at('1'), proxyFactory: at('2'), multiSendCallOnly: at('3'), fallbackHandler: at('4') },
      fillPairs: [{ collateral: at('B'), debt: at('D'), deviationBps: 50 }],
    };
    const { tokens, ...entry } = book()[31337];
    const whole = { ...entry, ...more, ballast: { ...entry.ballast, aaveFiller: at('7'), morphoGuard: at('8'), morphoFiller: at('9'), venusGuard: at('E') }, tokens };
    expect(parseAddressBook({ 31337: whole }, 31337)).toEqual(JSON.parse(JSON.stringify(whole).replace(/0x[0-9A-F]+/g, (address) => address.toLowerCase())));
    const wide = { ...whole, fillPairs: [{ collateral: at('B'), debt: at('D'), deviationBps: 51 }] };
    expect(() => parseAddressBook({ 31337: wide }, 31337)).toThrow('address book.31337.fillPairs.0.deviationBps: got 51');
  });

  it('takes the block where a protocol\'s events begin, and refuses one that is no block', () => {
    const { aaveV3, ...entry } = book()[31337];
    const starting = (fromBlock: unknown) => ({ 31337: { ...entry, aaveV3: { ...aaveV3, fromBlock }, venus: { comptroller: at('C'), fromBlock: 7 } } });
    expect(parseAddressBook(starting(16_291_127), 31337)).toMatchObject({ aaveV3: { fromBlock: 16_291_127 }, venus: { fromBlock: 7 } });
    for (const wrong of [-1, 1.5, '16291127']) expect(() => parseAddressBook(starting(wrong), 31337)).toThrow(`address book.31337.aaveV3.fromBlock: got ${JSON.stringify(wrong)}`);
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
