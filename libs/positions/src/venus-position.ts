import { BPS, WAD, mulDivDown, mulDivUp, oneToken, rawAmount, type Address, type Bps, type UsdE8 } from '@ballast/units';
import type { Asset } from './asset.js';
import { positionId, type LendingPosition, type ReserveState, type WalletFunds } from './lending.js';
import type { OraclePrice } from './price.js';
import { venusHealth, venusSums, type VenusHolding, type VenusLoan, type VenusRules } from './venus-loan.js';

/** Venus prices are dollars for one unit with 36 decimals less the token's; ours are for one token with 8. */
const PRICE_SHIFT = 10n ** 28n;
const USD_E18_TO_E8 = 10n ** 10n;

/** What an account at Venus needs beside itself to be acted on. */
export interface VenusSurroundings {
  readonly rules: VenusRules;
  readonly oracle: Address;
  /** Switches of each market that the account is in. */
  readonly reserves: ReadonlyMap<Address, ReserveState>;
  readonly wallet: readonly WalletFunds[];
}

/**
 * The account in the terms that all protocols share. Values are Venus's own: what counts rounded down, what is owed up. The health is Venus's to the
 * last digit; thresholds are collateral factors, cut to hundredths of a percent. VAI minted against the account is a debt of a dollar each, as Venus counts it.
 */
export function venusPosition(loan: VenusLoan, { rules, oracle, reserves, wallet }: VenusSurroundings): LendingPosition {
  const { account, comptroller, provenance, holdings, vaiOwed } = loan;
  const state = (vToken: Address): ReserveState => reserves.get(vToken) ?? { active: true, frozen: false, paused: false };
  const collaterals = holdings.filter(({ vTokens }) => vTokens > 0n).map((holding) => {
    const amount = mulDivDown(holding.vTokens, holding.exchangeRate, WAD);
    return {
      asset: holding.asset, market: holding.vToken, amount: rawAmount(amount), valueUsdE8: mulDivDown(amount, holding.price, WAD * USD_E18_TO_E8) as UsdE8, price: priceOf(holding, oracle),
      liquidationThreshold: mulDivDown(holding.factor, BPS, WAD) as Bps, liquidationBonus: mulDivDown(rules.incentive - WAD, BPS, WAD) as Bps, enabled: true, reserve: state(holding.vToken),
    };
  });
  const debts = holdings.filter(({ borrowed }) => borrowed > 0n).map((holding) => ({
    asset: holding.asset, market: holding.vToken, amount: rawAmount(holding.borrowed), valueUsdE8: mulDivUp(holding.borrowed, holding.price, WAD * USD_E18_TO_E8) as UsdE8,
    price: priceOf(holding, oracle), reserve: state(holding.vToken),
  }));
  const vai: Asset = { chainId: provenance.chainId, address: comptroller, symbol: 'VAI', decimals: 18 };
  const minted = vaiOwed === 0n ? [] : [{
    asset: vai, amount: rawAmount(vaiOwed), valueUsdE8: mulDivUp(vaiOwed, 1n, USD_E18_TO_E8) as UsdE8,
    price: { kind: 'price' as const, usdE8: 100_000_000n as UsdE8, updatedAt: null, source: comptroller }, reserve: state(comptroller),
  }];
  const sums = venusSums(loan);
  const collateralUsdE8 = collaterals.reduce((sum, { valueUsdE8 }) => sum + valueUsdE8, 0n) as UsdE8;
  return {
    id: positionId(provenance.chainId, 'venus', account), protocol: 'venus', market: comptroller, account, provenance, collaterals, debts: [...debts, ...minted],
    closeFactor: mulDivDown(rules.closeFactor, BPS, WAD) as Bps, eMode: { kind: 'none' },
    reported: {
      collateralUsdE8,
      debtUsdE8: (sums.kind === 'sums' ? mulDivUp(sums.owedE18, 1n, USD_E18_TO_E8) : debts.reduce((sum, { valueUsdE8 }) => sum + valueUsdE8, 0n)) as UsdE8,
      liquidationThreshold: (collateralUsdE8 === 0n ? 0n : collaterals.reduce((sum, leg) => sum + leg.valueUsdE8 * leg.liquidationThreshold, 0n) / collateralUsdE8) as Bps,
      health: venusHealth(loan),
    },
    wallet,
  };
}

/** Dollars for one token, rounded down. Venus's oracle tells no time. */
function priceOf({ asset, price }: VenusHolding, oracle: Address): OraclePrice {
  const usdE8 = mulDivDown(price, oneToken(asset.decimals), PRICE_SHIFT) as UsdE8;
  return usdE8 === 0n ? { kind: 'no-price', source: oracle } : { kind: 'price', usdE8, updatedAt: null, source: oracle };
}
