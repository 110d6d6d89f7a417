import { describe, expect, it } from 'vitest';
import { WAD, address, chainId, hash32 } from '@ballast/units';
import { liquidateVenus, venusHealth, venusSums, type VenusHolding, type VenusLoan } from './index.js';

const at = (digit: string) => address(`0x${digit.repeat(40)}`);
const [V_ETH, V_USDC] = [at('1'), at('2')];
const eth = (change: Partial<VenusHolding> = {}): VenusHolding => ({
  vToken: V_ETH, asset: { chainId: chainId(56), address: at('3'), symbol: 'WETH', decimals: 18 }, factor: (WAD * 8n) / 10n, exchangeRate: 2n * 10n ** 26n, price: 3_000n * WAD, vTokens: 50_000_000_000n, borrowed: 0n, ...change,
});
const usdc = (change: Partial<VenusHolding> = {}): VenusHolding => ({
  vToken: V_USDC, asset: { chainId: chainId(56), address: at('4'), symbol: 'USDC', decimals: 6 }, factor: (WAD * 82n) / 100n, exchangeRate: 2n * 10n ** 14n, price: 10n ** 30n, vTokens: 0n, borrowed: 20_000_000_000n, ...change,
});
const loan = (...holdings: VenusHolding[]): VenusLoan => ({
  account: at('a'), comptroller: at('c'), provenance: { chainId: chainId(56), blockNumber: 1n, blockHash: hash32(`0x${'1'.repeat(64)}`), blockTimestamp: 1n, observedAt: 0, source: 'test' }, holdings, vaiOwed: 0n,
});
const RULES = { closeFactor: WAD / 2n, incentive: (WAD * 110n) / 100n };

describe('an account of Venus', () => {
  it('may owe a share of each collateral, and owes every debt and its VAI', () => {
    // 50,000,000,000 vTokens at 0.02 are 10 WETH: 30,000 dollars, of which 80% count.
    expect(venusSums(loan(eth(), usdc()))).toEqual({ kind: 'sums', mayOweE18: 24_000n * WAD, owedE18: 20_000n * WAD });
    expect(venusHealth(loan(eth(), usdc()))).toEqual({ kind: 'ratio', wad: 1_200_000_000_000_000_000n });
    expect(venusHealth({ ...loan(eth(), usdc()), vaiOwed: 4_000n * WAD })).toEqual({ kind: 'ratio', wad: WAD });
    expect(venusHealth(loan(eth()))).toEqual({ kind: 'no-debt' });
    expect(venusHealth(loan())).toEqual({ kind: 'no-debt' });
  });

  it('counts as nothing at all where one market has no price', () => {
    expect(venusSums(loan(eth(), usdc({ price: 0n })))).toEqual({ kind: 'no-price', vToken: V_USDC });
    expect(venusHealth(loan(eth(), usdc({ price: 0n })))).toEqual({ kind: 'ratio', wad: 0n });
  });

  it('loses the incentive on what is repaid, up to the close factor and to what it has', () => {
    const short = loan(eth({ price: 2_300n * WAD }), usdc());
    const order = { debt: V_USDC, collateral: V_ETH, repay: 10_000_000_000n };
    // 10,000 dollars x 1.1 / 2,300 = 4.7826 WETH = 23,913,043,478.26 vTokens.
    expect(liquidateVenus(short, order, RULES)).toEqual({ seizedVTokens: 23_913_043_478n });
    expect(liquidateVenus(short, { ...order, repay: 10_000_000_001n }, RULES)).toBeNull();
    expect(liquidateVenus(short, { ...order, repay: 0n }, RULES)).toBeNull();
    expect(liquidateVenus(loan(eth(), usdc()), order, RULES)).toBeNull();
    expect(liquidateVenus(short, { ...order, collateral: at('9') }, RULES)).toBeNull();
    expect(liquidateVenus(loan(eth({ price: 2_300n * WAD, vTokens: 100n }), usdc()), order, RULES)).toBeNull();
  });
});
