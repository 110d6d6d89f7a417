import { address, bps, chainId, hash32, rawAmount, usdE8, type Address, type RawAmount } from '@ballast/units';
import { positionId, type Asset, type CollateralLeg, type DebtLeg, type LendingPosition, type OraclePrice, type ReserveState, type WalletFunds } from '@ballast/positions';
import { aaveHealth } from '@ballast/risk';

/** An address that says what it stands for only by its number. */
export const anAddress = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`);

const ONE_CHAIN = chainId(31337);
export const WETH: Asset = { chainId: ONE_CHAIN, address: anAddress(0xe), symbol: 'WETH', decimals: 18 };
export const WBTC: Asset = { chainId: ONE_CHAIN, address: anAddress(0xb), symbol: 'WBTC', decimals: 8 };
export const USDC: Asset = { chainId: ONE_CHAIN, address: anAddress(0xc), symbol: 'USDC', decimals: 6 };
export const DAI: Asset = { chainId: ONE_CHAIN, address: anAddress(0xd), symbol: 'DAI', decimals: 18 };
export const OWNER = anAddress(0xaa);

/** The block time of every made position unless told otherwise. */
export const BLOCK_TIME = 1_800_000_000n;
export const USABLE: ReserveState = { active: true, frozen: false, paused: false };

export const aPrice = (dollarsE8: bigint, updatedAt: bigint | null = BLOCK_TIME): OraclePrice => ({
  kind: 'price', usdE8: usdE8(dollarsE8), updatedAt, source: anAddress(0xfeed),
});
export const noPrice: OraclePrice = { kind: 'no-price', source: anAddress(0xfeed) };

const floorValue = (amount: bigint, price: OraclePrice, decimals: number): bigint =>
  price.kind === 'price' ? (amount * price.usdE8) / 10n ** BigInt(decimals) : 0n;
const ceilValue = (amount: bigint, price: OraclePrice, decimals: number): bigint =>
  price.kind === 'price' ? (amount * price.usdE8 + 10n ** BigInt(decimals) - 1n) / 10n ** BigInt(decimals) : 0n;

/** 10 WETH at 3,000 USD with threshold 83% and bonus 5%; the value follows amount and price. */
export function aCollateralLeg(given: Partial<Omit<CollateralLeg, 'amount' | 'valueUsdE8'>> & { readonly amount?: bigint } = {}): CollateralLeg {
  const asset = given.asset ?? WETH;
  const price = given.price ?? aPrice(300_000_000_000n);
  const amount = rawAmount(given.amount ?? 10n * 10n ** 18n);
  return {
    liquidationThreshold: bps(8_300n), liquidationBonus: bps(500n), enabled: true, reserve: USABLE,
    ...given, asset, price, amount, valueUsdE8: usdE8(floorValue(amount, price, asset.decimals)),
  };
}

/** 20,000 USDC at 1 USD; the value follows amount and price. */
export function aDebtLeg(given: Partial<Omit<DebtLeg, 'amount' | 'valueUsdE8'>> & { readonly amount?: bigint } = {}): DebtLeg {
  const asset = given.asset ?? USDC;
  const price = given.price ?? aPrice(100_000_000n);
  const amount = rawAmount(given.amount ?? 20_000n * 10n ** 6n);
  return { reserve: USABLE, ...given, asset, price, amount, valueUsdE8: usdE8(ceilValue(amount, price, asset.decimals)) };
}

export const walletFunds = (asset: Asset, balance: bigint, allowance: bigint = balance): WalletFunds => ({
  asset, balance: balance as RawAmount, allowance: allowance as RawAmount,
});

/**
 * The loan of the story: 10 WETH at 3,000 USD, 20,000 USDC owed, 15,000 USDC in the wallet and approved; health 1.245.
 * The protocol's own figures are computed from the legs as Aave computes them, unless given.
 */
export function aLendingPosition(given: Partial<LendingPosition> = {}): LendingPosition {
  const account = given.account ?? OWNER;
  const collaterals = given.collaterals ?? [aCollateralLeg()];
  const debts = given.debts ?? [aDebtLeg()];
  const counted = collaterals.filter((leg) => leg.enabled && leg.amount > 0n);
  const weighted = counted.reduce((sum, leg) => sum + leg.valueUsdE8 * leg.liquidationThreshold, 0n);
  const collateralUsd = counted.reduce<bigint>((sum, leg) => sum + leg.valueUsdE8, 0n);
  const debtUsd = debts.reduce<bigint>((sum, leg) => sum + leg.valueUsdE8, 0n);
  return {
    id: positionId(31337, 'aave-v3', account),
    protocol: 'aave-v3',
    market: anAddress(0x9001),
    account,
    provenance: {
      chainId: ONE_CHAIN, blockNumber: 100n, blockHash: hash32(`0x${'1'.repeat(64)}`), blockTimestamp: BLOCK_TIME, observedAt: 1_800_000_000_500, source: 'factory',
    },
    collaterals,
    debts,
    eMode: { kind: 'none' },
    reported: {
      collateralUsdE8: usdE8(collateralUsd),
      debtUsdE8: usdE8(debtUsd),
      liquidationThreshold: bps(collateralUsd === 0n ? 0n : weighted / collateralUsd),
      health: aaveHealth(weighted, debtUsd),
    },
    wallet: [walletFunds(USDC, 15_000n * 10n ** 6n)],
    ...given,
  };
}

/** The same loan with WETH at another price, in whole dollars or with cents as `[dollars, cents]` in 8 decimals. */
export const withEthAt = (priceE8: bigint, given: Partial<LendingPosition> = {}): LendingPosition =>
  aLendingPosition({ collaterals: [aCollateralLeg({ price: aPrice(priceE8) })], ...given });
