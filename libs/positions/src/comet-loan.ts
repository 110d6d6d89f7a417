import { WAD, mulDivDown, rawAmount, type Address, type RawAmount, type Wad } from '@ballast/units';
import type { Asset } from './asset.js';
import type { HealthFactor } from './lending.js';
import type { Provenance } from './provenance.js';

/** What a feed of the Comet says of one whole token, in the currency of its feeds (USD, or the base token) with 8 decimals; `no-price` where it reverts or says 0 or less: Comet then reverts. */
export type CometPrice = { readonly kind: 'price'; readonly e8: bigint } | { readonly kind: 'no-price' };

/** One collateral that the account holds, with the Comet's rules for it. Factors are scaled by 1e18. */
export interface CometHolding {
  readonly asset: Asset;
  readonly amount: RawAmount;
  readonly price: CometPrice;
  /** Ten to the power of its decimals. */
  readonly scale: bigint;
  /** Share of its value that may be owed when borrowing. */
  readonly borrowCollateralFactor: bigint;
  /** Share of its value that may be owed before anybody may have the account absorbed. */
  readonly liquidateCollateralFactor: bigint;
  /** Share of its value that an absorbed account is credited with. */
  readonly liquidationFactor: bigint;
  readonly supplyCap: RawAmount;
  /** Held by all accounts together: nothing is taken beyond the cap. */
  readonly totalSupplied: RawAmount;
  /** This collateral alone takes no supply: a switch that only newer Comets have. */
  readonly supplyPaused: boolean;
}

/** A Comet's switches. Only newer Comets have the two finer ones; the others leave them off. */
export interface CometPauses {
  /** Nothing is taken in: neither repayments nor collateral. */
  readonly supply: boolean;
  /** No base tokens are taken in, and so no repayments. */
  readonly baseSupply: boolean;
  readonly collateralSupply: boolean;
  /** Nothing goes out: neither loans nor collateral. */
  readonly withdraw: boolean;
  /** Nobody is absorbed. */
  readonly absorb: boolean;
}

/** One account at one Comet (Compound III) at one block, interest up to that block included. */
export interface CometLoan {
  readonly account: Address;
  readonly comet: Address;
  readonly provenance: Provenance;
  readonly base: Asset;
  readonly baseScale: bigint;
  readonly basePrice: CometPrice;
  /** Units of the base token owed, rounded down as Comet's `borrowBalanceOf` is. */
  readonly baseDebt: RawAmount;
  /** What one unit of lent principal has grown to, scaled by 1e15. */
  readonly supplyIndex: bigint;
  /** Those that it holds, in Comet's own order. */
  readonly holdings: readonly CometHolding[];
  readonly paused: CometPauses;
}

const INDEX_SCALE = 10n ** 15n;

/** An index of Comet after so many seconds at a rate per second scaled by 1e18: simple interest, rounded down, as Comet accrues. */
export const accrueCometIndex = (index: bigint, ratePerSecond: bigint, seconds: bigint): bigint => index + mulDivDown(index, ratePerSecond * seconds, WAD);

/**
 * The two sums whose difference Comet calls the account's liquidity, in the currency of its feeds with 8 decimals; `no-price` names the first token that Comet needs and cannot value:
 * it then reverts, and nobody can be absorbed.
 */
export type CometSums = { readonly kind: 'sums'; readonly counted: bigint; readonly owed: bigint } | { readonly kind: 'no-price'; readonly token: Address };

/**
 * Every step rounded as Comet's isLiquidatable rounds it: the debt's value and each collateral's down, then its factor's share down. Comet stops looking once enough is counted, so a
 * feed without a price behind that point changes nothing; the collateral counts as nothing then. Of an account without debt it asks no price at all.
 */
export function cometSums({ base, baseDebt, basePrice, baseScale, holdings }: Pick<CometLoan, 'base' | 'baseDebt' | 'basePrice' | 'baseScale' | 'holdings'>): CometSums {
  if (baseDebt > 0n && basePrice.kind === 'no-price') return { kind: 'no-price', token: base.address };
  const owed = basePrice.kind === 'no-price' ? 0n : mulDivDown(baseDebt, basePrice.e8, baseScale);
  let counted = 0n;
  for (const { asset, amount, price, scale, liquidateCollateralFactor } of holdings) {
    if (price.kind === 'price') counted += mulDivDown(mulDivDown(amount, price.e8, scale), liquidateCollateralFactor, WAD);
    else if (counted < owed) return { kind: 'no-price', token: asset.address };
  }
  return { kind: 'sums', counted, owed };
}

/**
 * What counts over what is owed, rounded down: at least 1 exactly when Comet, brought up to the block, says that the account is not liquidatable. 0 where Comet cannot value the
 * account; no debt where the debt is worth less than the feeds' last digit, which Comet does not liquidate.
 */
export function cometHealth(loan: Pick<CometLoan, 'base' | 'baseDebt' | 'basePrice' | 'baseScale' | 'holdings'>): HealthFactor {
  const sums = cometSums(loan);
  if (sums.kind === 'no-price') return { kind: 'ratio', wad: 0n as Wad };
  return sums.owed === 0n ? { kind: 'no-debt' } : { kind: 'ratio', wad: mulDivDown(sums.counted, WAD, sums.owed) as Wad };
}

/** What an absorption takes and gives. Values are in the currency of the feeds with 8 decimals, amounts in units. */
export interface CometAbsorption {
  /** All of every collateral, at its full value. */
  readonly seized: readonly { readonly asset: Asset; readonly amount: RawAmount; readonly value: bigint }[];
  /** Units of the base token that the collateral is credited with, after the liquidation factors. */
  readonly credited: RawAmount;
  /** Units of the base token that Comet's reserves give: the whole debt, and what the account gets beyond it. */
  readonly paidOut: RawAmount;
  /** The part of the debt that the credit does not cover, which the reserves lose. */
  readonly badDebt: RawAmount;
  /** What the account then is: it owes nothing, holds no collateral and lends what was left. `lent` is what `balanceOf` says. */
  readonly after: { readonly debt: RawAmount; readonly principal: bigint; readonly lent: RawAmount };
}

/**
 * What Comet's `absorb` does with the account at the loan's own block, step by step as it rounds; null where it refuses: absorbing is paused, the account is not liquidatable, or it
 * cannot be valued.
 */
export function absorbComet(loan: CometLoan): CometAbsorption | null {
  const sums = cometSums(loan);
  if (loan.paused.absorb || loan.basePrice.kind === 'no-price' || sums.kind === 'no-price' || sums.counted >= sums.owed) return null;
  const seized = loan.holdings.map(({ asset, amount, price, scale }) => ({ asset, amount, value: price.kind === 'price' ? mulDivDown(amount, price.e8, scale) : 0n }));
  const creditedValue = loan.holdings.reduce((sum, { liquidationFactor }, index) => sum + mulDivDown(seized[index]?.value ?? 0n, liquidationFactor, WAD), 0n);
  const credited = mulDivDown(creditedValue, loan.baseScale, loan.basePrice.e8);
  const left = credited > loan.baseDebt ? credited - loan.baseDebt : 0n;
  const principal = mulDivDown(left, INDEX_SCALE, loan.supplyIndex);
  return {
    seized, credited: rawAmount(credited), paidOut: rawAmount(loan.baseDebt + left), badDebt: rawAmount(loan.baseDebt > credited ? loan.baseDebt - credited : 0n),
    after: { debt: rawAmount(0n), principal, lent: rawAmount(mulDivDown(principal, loan.supplyIndex, INDEX_SCALE)) },
  };
}
