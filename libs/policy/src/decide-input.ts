import type { Asset, LendingPosition } from '@ballast/positions';
import { STABLE_SYMBOLS, type RiskReport } from '@ballast/risk';
import type { Address, UsdE8, Wad } from '@ballast/units';
import type { FillFacts } from './fill-facts.js';
import type { HedgeDecision } from './hedge/hedge-decision.js';
import type { Mandate } from './mandate.js';
import type { Stop } from './stop.js';

export interface DecideLimits {
  /** A price of a risky asset older than this, in chain seconds, does not tell what the asset is worth now. */
  readonly maxPriceAgeSeconds: number;
  /** The same for assets in `stableSymbols`, whose feeds beat once a day. */
  readonly maxStablePriceAgeSeconds: number;
  readonly stableSymbols: readonly string[];
  /** Less than this in the wallet is dust: using it up would cost more than it brings. */
  readonly minActionUsdE8: UsdE8;
  /** A loan that was read longer ago than this, in seconds of our own clock, is not being checked. */
  readonly maxCheckAgeSeconds: number;
}

/** Hourly and daily heartbeats of Chainlink's feeds, each with some minutes of grace; dust under 10 dollars; two minutes from reading to deciding. */
export const DEFAULT_LIMITS: DecideLimits = {
  maxPriceAgeSeconds: 4_500,
  maxStablePriceAgeSeconds: 90_000,
  stableSymbols: STABLE_SYMBOLS,
  minActionUsdE8: 1_000_000_000n as UsdE8,
  maxCheckAgeSeconds: 120,
};

/** What the last confirmed action of this mandate did. */
export interface LastAction {
  /** Chain time of its block, in seconds. */
  readonly at: bigint;
  /** Health right after it; null where it was not told. */
  readonly healthAfter: Wad | null;
  /** The highest health seen since; null where nothing was seen yet. */
  readonly highestSince: Wad | null;
}

/** Of one token, what others have a first right to: of the wallet's balance, and of what the guard in question may take. */
export interface ReservedFunds {
  readonly asset: Address;
  readonly balance: bigint;
  readonly allowance: bigint;
}

/** What was decided last about the owner's hedge of an underlying; `none` where he has set up none. */
export type LoanHedge = { readonly kind: 'none' } | { readonly kind: 'plan'; readonly environment: 'paper' | 'live'; readonly decision: HedgeDecision };

/** Everything that a decision about one position at one block rests on. */
export interface DecideInput {
  readonly position: LendingPosition;
  readonly report: RiskReport;
  /** The newest mandate of the position that was ever signed; null where there is none. */
  readonly mandate: Mandate | null;
  /** The block's time, in seconds. */
  readonly now: bigint;
  /** What one rescue costs now (gas), in dollars with 8 decimals; 0 where that is not known, which is never a reason not to act. */
  readonly rescueCostUsdE8: UsdE8;
  /** The chain's base fee and the most that our signer may offer, in wei for one unit of gas; left out where nobody knows them. */
  readonly fees?: { readonly baseFee: bigint; readonly most: bigint };
  /** Measured time from seeing to mined, in chain seconds; null where nothing was measured yet. */
  readonly latencySeconds: number | null;
  /** Typical chain seconds from one decision to the next. */
  readonly blockGapSeconds: number;
  /** Seconds of our own clock since the position was read; left out where nobody measured it. */
  readonly checkAgeSeconds?: number;
  /** Whether an intent of this position is open. */
  readonly openIntent: boolean;
  readonly lastAction: LastAction | null;
  /** Whether our own key could send an action at this block; taken as ready where left out. */
  readonly keeper?: 'ready' | 'out-of-gas' | 'not-listed' | 'signer-silent';
  /**
   * What repaying with the collateral rests on. Left out: this version cannot fill, as if it were not signed. null: nothing could be found out
   * at this block. `not-looked-at`: by somebody who does not price it; it counts as possible and is never planned.
   */
  readonly fill?: FillFacts | 'not-looked-at' | null;
  /** Wallet funds that are spoken for by more urgent loans of the same owner or by actions under way. */
  readonly reserved?: readonly ReservedFunds[];
  /** The owner's other loans on this chain, from which he could move collateral; left out where nobody looked. */
  readonly others?: readonly LendingPosition[];
  /** The owner's hedge of what this loan's health hangs on; left out where nobody looked. */
  readonly hedge?: LoanHedge;
  /** Health when the mandate was signed, where it is known. */
  readonly healthAtSigning?: Wad | null;
  /** Kill switches and tripped breakers in force, of whatever reach; none when left out. */
  readonly stops?: readonly Stop[];
  /** `DEFAULT_LIMITS` when left out. */
  readonly limits?: DecideLimits;
}

/** The first asset whose price is older than its limit; null where none is known to be. A feed without a time is not called old. */
export function stalePriceOf(input: DecideInput): Asset | null {
  const limits = input.limits ?? DEFAULT_LIMITS;
  for (const leg of countedLegs(input.position)) {
    if (leg.price.kind === 'no-price' || leg.price.updatedAt === null) continue;
    const limit = limits.stableSymbols.includes(leg.asset.symbol) ? limits.maxStablePriceAgeSeconds : limits.maxPriceAgeSeconds;
    if (input.now - leg.price.updatedAt > BigInt(limit)) return leg.asset;
  }
  return null;
}

/** The first asset that the protocol cannot value; null where there is none. */
export const unpricedAsset = (position: LendingPosition): Asset | null =>
  countedLegs(position).find((leg) => leg.price.kind === 'no-price')?.asset ?? null;

const countedLegs = (position: LendingPosition): readonly (LendingPosition['collaterals'][number] | LendingPosition['debts'][number])[] => [
  ...position.collaterals.filter((leg) => leg.enabled && leg.amount > 0n),
  ...position.debts.filter((leg) => leg.amount > 0n),
];
