import { InvalidInput, address, chainId } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { parseAddressBook } from './address-book.js';
import { CHAINS, addressBookEntry, blocksIn, chainOf } from './chains.js';

const at = (digit: string): string => `0x${digit.repeat(40)}`;

describe('the chains', () => {
  it('are known by their id, each with what is needed before it is read', () => {
    expect([...CHAINS.keys()]).toEqual([1, 10, 56, 137, 8453, 42_161]);
    for (const [id, chain] of CHAINS) {
      expect(chain.id).toBe(id);
      expect(chain.blockSeconds).toBeGreaterThan(0);
      // What parseAddressBook takes, and no more than a minute to wait.
      expect(Number.isInteger(chain.confirmations) && chain.confirmations >= 2 && chain.confirmations * chain.blockSeconds <= 60).toBe(true);
      expect(chain.wrapped.symbol).toBe(`W${chain.coin}`);
    }
    expect(new Set([...CHAINS.values()].map(({ name }) => name)).size).toBe(CHAINS.size);
  });

  it('say what a transaction pays beside its gas', () => {
    expect(Object.fromEntries([...CHAINS.values()].map(({ name, l1DataFee }) => [name, l1DataFee]))).toEqual({ Ethereum: 'none', Optimism: 'op-stack', 'BNB Smart Chain': 'none', Polygon: 'none', Base: 'op-stack', Arbitrum: 'arbitrum' });
  });

  it('are refused with the list of those that are known', () => {
    expect(() => chainOf(chainId(31_337))).toThrow(/chain: got 31337, expected one of 1 \(Ethereum\), 10 \(Optimism\)/);
  });

  it('tell how many blocks pass in a time', () => {
    expect(blocksIn(chainOf(chainId(1)), 60)).toBe(5);
    expect(blocksIn(chainOf(chainId(1)), 61)).toBe(6);
    expect(blocksIn(chainOf(chainId(56)), 60)).toBe(134);
  });
});

describe('an entry from Aave’s own address book', () => {
  const own = { multicall3: address(at('A')), ballast: { aaveGuard: address(at('1')), keepers: address(at('2')) } };
  const module = (change: object = {}) => ({
    CHAIN_ID: 8453, POOL: at('3'), ORACLE: at('4'), POOL_ADDRESSES_PROVIDER: at('5'), AAVE_PROTOCOL_DATA_PROVIDER: at('6'), ACL_MANAGER: at('7'),
    ASSETS: { WETH: { decimals: 18, id: 0, UNDERLYING: at('B'), A_TOKEN: at('C'), V_TOKEN: at('D'), ORACLE: at('E') }, USDC: { decimals: 6, id: 1, UNDERLYING: at('F') } }, E_MODES: {}, ...change,
  });

  it('is one that the address book’s parser takes', () => {
    expect(parseAddressBook(addressBookEntry(module(), own), 8453)).toEqual({
      name: 'Base', confirmations: 5, multicall3: at('a'), ballast: { aaveGuard: at('1'), keepers: at('2') },
      aaveV3: { pool: at('3'), oracle: at('4'), addressesProvider: at('5'), dataProvider: at('6') },
      tokens: [{ symbol: 'WETH', address: at('b'), decimals: 18 }, { symbol: 'USDC', address: at('f'), decimals: 6 }],
    });
  });

  it('is none where a field is missing, is no address, or the chain is not known', () => {
    expect(() => addressBookEntry(module({ POOL: undefined }), own)).toThrow(/Aave market: POOL: got nothing, expected/);
    expect(() => addressBookEntry(module({ ASSETS: { WETH: { decimals: 18, UNDERLYING: '0x12' } } }), own)).toThrow(/Aave market: ASSETS\.WETH\.UNDERLYING: got "0x12", expected an address/);
    expect(() => addressBookEntry(null, own)).toThrow(InvalidInput);
    expect(() => addressBookEntry(module({ CHAIN_ID: 43_114 }), own)).toThrow(/expected one of/);
  });
});
