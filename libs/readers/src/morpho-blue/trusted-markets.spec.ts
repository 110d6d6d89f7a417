import { describe, expect, it } from 'vitest';
import { address, hash32, type Address, type Hash32 } from '@ballast/units';
import { TrustedMarkets, type MarketParts } from './trusted-markets.js';

const at = (digits: string): Address => address(`0x${digits.padStart(40, '0')}`);
const id = (digit: string): Hash32 => hash32(`0x${digit.repeat(64)}`);
const [WETH, USDC, ORACLE, IRM] = [at('1'), at('2'), at('3'), at('4')];
const named: MarketParts = { id: id('a'), loan: USDC, collateral: WETH, oracle: ORACLE, irm: IRM };
const made = (digit: string, change: Partial<MarketParts>): MarketParts => ({ ...named, id: id(digit), ...change });
const head = async () => ({ number: 1n, hash: id('9'), timestamp: 1n });

function trusted(others: readonly MarketParts[]) {
  const asked: string[] = [];
  const all = [named, ...others];
  const markets = new TrustedMarkets({ head }, [named.id], new Set([WETH, USDC]), async (ids) => {
    asked.push(...ids);
    return ids.map((wanted) => all.find((one) => one.id === wanted) as MarketParts);
  });
  return { asked, among: () => markets.among([named.id, ...others.map((one) => one.id)]) };
}

describe('markets of Morpho that may be read', () => {
  it('are the named ones and those made of the same parts, as one with another share', async () => {
    const { asked, among } = trusted([made('b', {}), made('c', { loan: WETH, collateral: USDC })]);
    expect(await among()).toEqual([id('a'), id('b'), id('c')]);
    await among();
    expect(asked).toHaveLength(3); // nothing is asked twice: what a market is made of never changes
  });

  it.each<[string, Partial<MarketParts>]>([['a stranger’s token', { collateral: at('66') }], ['a stranger’s loan token', { loan: at('66') }], ['a stranger’s oracle', { oracle: at('66') }], ['a stranger’s rate model', { irm: at('66') }]])(
    'are not those with %s', async (_name, change) => {
      expect(await trusted([made('b', change)]).among()).toEqual([id('a')]);
    },
  );

  it('are none where none is named', async () => {
    const markets = new TrustedMarkets({ head }, [], new Set([WETH, USDC]), async (ids) => ids.map(() => named));
    expect(await markets.among([named.id])).toEqual([]);
  });
});
