import { describe, expect, it } from 'vitest';
import { WAD, address, chainId, hash32, rawAmount, usdE8 } from '@ballast/units';
import { cometHealth, cometPosition, healthAgrees, partsOf, type CometLoan, type OraclePrice } from './index.js';

const asset = (last: string, symbol: string, decimals: number) => ({ chainId: chainId(1), address: address(`0x${last.padStart(40, '0')}`), symbol, decimals });
const COMET = address(`0x${'c'.repeat(40)}`);
const ACCOUNT = address(`0x${'a'.repeat(40)}`);
const usd = (price: bigint): OraclePrice => ({ kind: 'price', usdE8: usdE8(price * 100_000_000n), updatedAt: 1n, source: COMET });
const OPEN = { supply: false, baseSupply: false, collateralSupply: false, withdraw: false, absorb: false };

/** 10 WETH at 3,000, counted with 85%, against 20,000 USDC. */
function aLoan(change: Partial<CometLoan> = {}): CometLoan {
  return {
    account: ACCOUNT, comet: COMET, base: asset('1', 'USDC', 6), baseScale: 10n ** 6n, basePrice: { kind: 'price', e8: 100_000_000n }, baseDebt: rawAmount(20_000_000_000n), supplyIndex: 10n ** 15n, paused: OPEN,
    provenance: { chainId: chainId(1), blockNumber: 1n, blockHash: hash32(`0x${'1'.repeat(64)}`), blockTimestamp: 1n, observedAt: 0, source: 'test' },
    holdings: [{
      asset: asset('2', 'WETH', 18), amount: rawAmount(10n ** 19n), price: { kind: 'price', e8: 300_000_000_000n }, scale: WAD, borrowCollateralFactor: (WAD * 80n) / 100n,
      liquidateCollateralFactor: (WAD * 85n) / 100n, liquidationFactor: (WAD * 93n) / 100n, supplyCap: rawAmount(10n ** 24n), totalSupplied: rawAmount(10n ** 20n), supplyPaused: false,
    }],
    ...change,
  };
}

describe('a loan of Compound III as a position', () => {
  it('has Comet’s health, its own id for each Comet, and a liquidation that takes all', () => {
    const position = cometPosition(aLoan(), { baseUsd: usd(1n), wallet: [] });
    expect(partsOf(position.id)).toEqual({ chainId: 1, protocol: 'compound-v3', account: ACCOUNT, part: COMET });
    expect(position.reported).toMatchObject({ collateralUsdE8: 3_000_000_000_000n, debtUsdE8: 2_000_000_000_000n, liquidationThreshold: 8_500n, health: cometHealth(aLoan()) });
    expect(healthAgrees(position)).toBe(true);
    expect(position).toMatchObject({ takesAll: true, collaterals: [{ liquidationBonus: 700n, price: { usdE8: 300_000_000_000n } }], debts: [{ valueUsdE8: 2_000_000_000_000n }] });
  });

  it('whose Comet counts in ether is told in dollars by what ether costs elsewhere, and not at all where nobody knows', () => {
    const inEther = aLoan({
      base: asset('3', 'WETH', 18), baseScale: WAD, baseDebt: rawAmount(5n * WAD), holdings: aLoan().holdings.map((holding) => ({ ...holding, price: { kind: 'price', e8: 120_000_000n }, asset: asset('4', 'wstETH', 18) })),
    });
    const position = cometPosition(inEther, { baseUsd: usd(3_000n), wallet: [] });
    expect(position.collaterals[0]).toMatchObject({ valueUsdE8: 3_600_000_000_000n, price: { usdE8: 360_000_000_000n } });
    expect(position.debts[0]).toMatchObject({ valueUsdE8: 1_500_000_000_000n, price: { usdE8: 300_000_000_000n } });
    expect(healthAgrees(position)).toBe(true);
    const unknown = cometPosition(inEther, { baseUsd: { kind: 'no-price', source: COMET }, wallet: [] });
    expect([unknown.collaterals[0]?.price.kind, unknown.reported.health]).toEqual(['no-price', cometHealth(inEther)]);
  });

  it('shows what is paused or full', () => {
    const [holding] = aLoan().holdings;
    const full = cometPosition(aLoan({ holdings: [{ ...holding!, totalSupplied: holding!.supplyCap }] }), { baseUsd: usd(1n), wallet: [] });
    expect(full.collaterals[0]?.reserve).toMatchObject({ frozen: true, paused: false });
    const paused = cometPosition(aLoan({ paused: { ...OPEN, baseSupply: true } }), { baseUsd: usd(1n), wallet: [] });
    expect([paused.debts[0]?.reserve.paused, paused.collaterals[0]?.reserve.paused]).toEqual([true, false]);
    expect(cometPosition(aLoan({ holdings: [], baseDebt: rawAmount(0n) }), { baseUsd: usd(1n), wallet: [] })).toMatchObject({ collaterals: [], debts: [], reported: { health: { kind: 'no-debt' } } });
  });
});
