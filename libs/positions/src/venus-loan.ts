import { WAD, mulDivDown, type Address, type Wad } from '@ballast/units';
import type { Asset } from './asset.js';
import type { HealthFactor } from './lending.js';
import type { Provenance } from './provenance.js';

/** What one account has in one market that it entered, as the market counts it without interest since it was last touched. */
export interface VenusHolding {
  readonly vToken: Address;
  readonly asset: Asset;
  /** Share of the value that counts, scaled by 1e18. */
  readonly factor: bigint;
  /** Units of the token for one unit of the vToken, scaled by 1e18. */
  readonly exchangeRate: bigint;
  /** Dollars for one unit, so scaled that price x units / 1e18 is dollars with 18 decimals; 0 where the oracle has none. */
  readonly price: bigint;
  readonly vTokens: bigint;
  readonly borrowed: bigint;
}

/** One account at Venus's core pool at one block. */
export interface VenusLoan {
  readonly account: Address;
  readonly comptroller: Address;
  readonly provenance: Provenance;
  readonly holdings: readonly VenusHolding[];
  /** VAI minted against the account, in dollars with 18 decimals. */
  readonly vaiOwed: bigint;
}

/** Dollars with 18 decimals: what may be owed and what is, as Venus itself compares them; `no-price` names a market that it cannot value, and then it does nothing with the account. */
export type VenusSums = { readonly kind: 'sums'; readonly mayOweE18: bigint; readonly owedE18: bigint } | { readonly kind: 'no-price'; readonly vToken: Address };

/** Every step rounded as Venus rounds it (ComptrollerLens.getHypotheticalAccountLiquidity of 9.0.0). */
export function venusSums({ holdings, vaiOwed }: VenusLoan): VenusSums {
  let [mayOweE18, owedE18] = [0n, vaiOwed];
  for (const { vToken, factor, exchangeRate, price, vTokens, borrowed } of holdings) {
    if (price === 0n) return { kind: 'no-price', vToken };
    const perVToken = mulDivDown(mulDivDown(factor, exchangeRate, WAD), price, WAD);
    mayOweE18 += mulDivDown(perVToken, vTokens, WAD);
    owedE18 += mulDivDown(price, borrowed, WAD);
  }
  return { kind: 'sums', mayOweE18, owedE18 };
}

/** What may be owed over what is owed, rounded down: at least 1 exactly when Venus finds no shortfall. 0 where a market has no price. */
export function venusHealth(loan: VenusLoan): HealthFactor {
  const sums = venusSums(loan);
  if (sums.kind === 'no-price') return { kind: 'ratio', wad: 0n as Wad };
  return sums.owedE18 === 0n ? { kind: 'no-debt' } : { kind: 'ratio', wad: mulDivDown(sums.mayOweE18, WAD, sums.owedE18) as Wad };
}

/** Rules of the whole pool, scaled by 1e18: the share of a debt that one liquidation may repay, and what its caller gets for each dollar. */
export interface VenusRules {
  readonly closeFactor: bigint;
  readonly incentive: bigint;
}

/**
 * Units of the collateral's vToken that leave the account when `repay` units of the debt are paid by a liquidator, as Venus rounds (liquidateCalculateSeizeTokens); null where it
 * refuses: no shortfall, no price, more than the close factor lets, or more than there is. A part of it may go to Venus's treasury.
 */
export function liquidateVenus(loan: VenusLoan, order: { readonly debt: Address; readonly collateral: Address; readonly repay: bigint }, { closeFactor, incentive }: VenusRules): { readonly seizedVTokens: bigint } | null {
  const sums = venusSums(loan);
  const debt = loan.holdings.find(({ vToken }) => vToken === order.debt);
  const collateral = loan.holdings.find(({ vToken }) => vToken === order.collateral);
  if (sums.kind === 'no-price' || sums.owedE18 <= sums.mayOweE18 || debt === undefined || collateral === undefined) return null;
  if (order.repay === 0n || order.repay > mulDivDown(closeFactor, debt.borrowed, WAD)) return null;
  const ratio = mulDivDown(mulDivDown(incentive, debt.price, WAD), WAD, mulDivDown(collateral.price, collateral.exchangeRate, WAD));
  const seizedVTokens = mulDivDown(ratio, order.repay, WAD);
  return seizedVTokens > collateral.vTokens ? null : { seizedVTokens };
}
