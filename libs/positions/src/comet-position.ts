import { BPS, WAD, mulDivDown, mulDivUp, oneToken, type Bps, type UsdE8 } from '@ballast/units';
import { cometHealth, type CometLoan, type CometPrice } from './comet-loan.js';
import { positionId, type LendingPosition, type WalletFunds } from './lending.js';
import type { OraclePrice } from './price.js';

const ONE_E8 = 100_000_000n;

/** What an account at a Comet needs beside itself to be told in dollars. */
export interface CometSurroundings {
  /** Dollars for the base token by another oracle: of use where the Comet's feeds count in the base token itself. */
  readonly baseUsd: OraclePrice;
  readonly wallet: readonly WalletFunds[];
}

/**
 * The account in the terms that all protocols share. The Comet's feeds are in dollars, or in its base token, of which they then say exactly 1: that is told apart by what the base token
 * costs elsewhere. Collateral is rounded down, the debt up; the health is Comet's to the last digit. Comet's feeds tell no time here.
 */
export function cometPosition(loan: CometLoan, { baseUsd, wallet }: CometSurroundings): LendingPosition {
  const { account, comet, provenance, base, baseDebt, basePrice, holdings, paused } = loan;
  const unit = dollarsForUnit(basePrice, baseUsd);
  const priced = (price: CometPrice): OraclePrice => {
    const usdE8 = (price.kind === 'price' && unit !== null ? mulDivDown(price.e8, unit, ONE_E8) : 0n) as UsdE8;
    return usdE8 === 0n ? { kind: 'no-price', source: comet } : { kind: 'price', usdE8, updatedAt: null, source: comet };
  };
  const worth = (amount: bigint, price: CometPrice, scale: bigint): bigint => (price.kind === 'price' && unit !== null ? mulDivDown(amount * price.e8, unit, scale * ONE_E8) : 0n);
  const collaterals = holdings.filter(({ amount }) => amount > 0n).map((holding) => ({
    asset: holding.asset, amount: holding.amount, valueUsdE8: worth(holding.amount, holding.price, holding.scale) as UsdE8, price: priced(holding.price),
    liquidationThreshold: mulDivDown(holding.liquidateCollateralFactor, BPS, WAD) as Bps, liquidationBonus: mulDivUp(WAD - holding.liquidationFactor, BPS, WAD) as Bps, enabled: true,
    reserve: { active: true, frozen: paused.supply || paused.collateralSupply || holding.supplyPaused || holding.totalSupplied >= holding.supplyCap, paused: paused.supply || paused.collateralSupply },
  }));
  const owed = basePrice.kind === 'price' && unit !== null ? mulDivUp(baseDebt * basePrice.e8, unit, oneToken(base.decimals) * ONE_E8) : 0n;
  const collateralUsdE8 = collaterals.reduce((sum, { valueUsdE8 }) => sum + valueUsdE8, 0n) as UsdE8;
  return {
    id: positionId(provenance.chainId, 'compound-v3', account, comet), protocol: 'compound-v3', market: comet, account, provenance, collaterals,
    debts: baseDebt === 0n ? [] : [{ asset: base, amount: baseDebt, valueUsdE8: owed as UsdE8, price: priced(basePrice), reserve: { active: true, frozen: false, paused: paused.supply || paused.baseSupply } }],
    takesAll: true, eMode: { kind: 'none' },
    reported: {
      collateralUsdE8, debtUsdE8: owed as UsdE8, health: cometHealth(loan),
      liquidationThreshold: (collateralUsdE8 === 0n ? 0n : collaterals.reduce((sum, leg) => sum + leg.valueUsdE8 * leg.liquidationThreshold, 0n) / collateralUsdE8) as Bps,
    },
    wallet,
  };
}

/** Dollars with 8 decimals for a unit of the feeds' currency; null where they count in the base token and nobody knows what that costs. */
function dollarsForUnit(basePrice: CometPrice, baseUsd: OraclePrice): bigint | null {
  if (basePrice.kind === 'no-price') return null;
  if (basePrice.e8 !== ONE_E8) return ONE_E8;
  if (baseUsd.kind === 'no-price') return null;
  // A dollar coin costs about 1 in either currency.
  return baseUsd.usdE8 > ONE_E8 / 2n && baseUsd.usdE8 < 2n * ONE_E8 ? ONE_E8 : baseUsd.usdE8;
}
