import type { Asset, PositionId } from '@ballast/positions';
import type { Address, Hash32, RawAmount, UsdE8, Wad } from '@ballast/units';
import type { ActionName } from './decision.js';

/** So much of one token in a loan. */
export interface Holding {
  readonly asset: Address;
  readonly amount: RawAmount;
}

/** What a loan consists of at one block. */
export interface Legs {
  readonly collaterals: readonly Holding[];
  readonly debts: readonly Holding[];
}

/** What came of trying the exact call out at a block. */
export interface Tried {
  /** A stable code of why the call would have been refused; null where it would have gone through. */
  readonly refusal: string | null;
  /** Health right after the call, as the guard told it; null where it was refused or the node tells no logs. */
  readonly healthAfter: Wad | null;
  /** Null where it was refused or the node does not tell it. */
  readonly gasUsed: bigint | null;
}

/** An action that was decided on and tried out for an owner in shadow mode, and not done. */
export interface WouldHave {
  readonly positionId: PositionId;
  readonly mandateHash: Hash32;
  readonly action: ActionName;
  /** What would have moved from the wallet; of a fill, the debt that would have been repaid. */
  readonly asset: Asset;
  /** The most that would have moved. */
  readonly amount: RawAmount;
  readonly trigger: Wad;
  readonly healthBefore: Wad;
  /** What it was expected to cost, in dollars with 8 decimals, rounded up. */
  readonly costUsdE8: UsdE8;
  /** What the liquidation that it was to avert would take, in dollars with 8 decimals. */
  readonly lossAvoidedUsdE8: UsdE8;
  readonly blockNumber: bigint;
  /** Chain seconds of that block. */
  readonly at: bigint;
  readonly legs: Legs;
  readonly tried: Tried;
}

/**
 * What became of a loan for which something would have been done. recovered: the health came back by itself, so the cost would have been for nothing. liquidated: the
 * loss would have been averted. owner-acted: debt fell or collateral rose without a liquidation. lasted: still below after `LASTED_SECONDS`. left-shadow: shadow mode ended
 * before anything else happened.
 */
export type ShadowOutcome = 'recovered' | 'liquidated' | 'owner-acted' | 'lasted' | 'left-shadow';

export const SHADOW_OUTCOMES: readonly ShadowOutcome[] = ['recovered', 'liquidated', 'owner-acted', 'lasted', 'left-shadow'];

/** The loan as it stands at a later block. */
export interface LaterState {
  readonly blockNumber: bigint;
  /** Chain seconds. */
  readonly now: bigint;
  /** Null where nothing is owed. */
  readonly health: Wad | null;
  readonly legs: Legs;
  /** Whether a liquidation of the loan was told of since. */
  readonly liquidationTold: boolean;
  readonly inShadow: boolean;
}

/** 72 hours of the chain's time: as far ahead as the stakes of a decision look. After that the next would-have can be noted. */
export const LASTED_SECONDS = 259_200n;

/** Units by which a protocol's own rounding may move a balance. */
const ROUNDING = 3n;
const YEAR_SECONDS = 31_536_000n;

/**
 * The outcome of a would-have, or null while it is still open. A liquidation counts only where the debt fell since: one that was told late, of a block before, is in the
 * amounts already.
 */
export function judgeWouldHave(open: Pick<WouldHave, 'trigger' | 'blockNumber' | 'at' | 'legs'>, later: LaterState): ShadowOutcome | null {
  if (!later.inShadow) return 'left-shadow';
  if (later.blockNumber <= open.blockNumber) return null;
  const fell = debtFell(open.legs, later.legs);
  if (fell && later.liquidationTold) return 'liquidated';
  if (fell || collateralRose(open.legs, later.legs, later.now - open.at)) return 'owner-acted';
  if (later.health === null || later.health >= open.trigger) return 'recovered';
  return later.now - open.at >= LASTED_SECONDS ? 'lasted' : null;
}

/** Interest only adds to a debt. */
const debtFell = (before: Legs, after: Legs): boolean => before.debts.some(({ asset, amount }) => amountOf(after.debts, asset) + ROUNDING < amount);

/** Lent collateral grows by itself: only what is more than a rate of 100% a year would have added counts as put in. */
function collateralRose(before: Legs, after: Legs, seconds: bigint): boolean {
  const passed = seconds > 0n ? seconds : 0n;
  return after.collaterals.some(({ asset, amount }) => {
    const was = amountOf(before.collaterals, asset);
    return amount > was + (was * passed) / YEAR_SECONDS + ROUNDING;
  });
}

const amountOf = (all: readonly Holding[], asset: Address): bigint => all.reduce((sum, holding) => (holding.asset === asset ? sum + holding.amount : sum), 0n);

/** The gas that the same call uses at a later block against the first, as hundredths of a percent, rounded away from nothing; null where either is not known. */
export function gasDifferenceBps(first: bigint | null, again: bigint | null): number | null {
  if (first === null || again === null || first === 0n) return null;
  const apart = again > first ? again - first : first - again;
  return Number((apart * 10_000n + first - 1n) / first);
}

/* THE GATE TO LIVE */

/** What the would-haves of one owner came to. Dollars with 8 decimals. */
export interface ShadowFigures {
  readonly open: number;
  readonly outcomes: Readonly<Record<ShadowOutcome, number>>;
  /** Summed over those that were liquidated afterwards. */
  readonly lossAvertedUsdE8: UsdE8;
  /** Summed over all, whatever their outcome. */
  readonly costUsdE8: UsdE8;
  /** The part of it that would have been for nothing: of those that recovered. */
  readonly costForNothingUsdE8: UsdE8;
  /** Calls that were decided on and would have been refused at that very block, or differently than the market explains some blocks later. */
  readonly mismatches: number;
  /** Would-haves that were tried out a second time with both gas figures known, and the difference that 95 in 100 of them stay within; null without any. */
  readonly repeated: number;
  readonly gasP95Bps: number | null;
}

export interface LiveGate {
  readonly days: { readonly passed: number; readonly needed: number; readonly isMet: boolean };
  readonly mismatches: { readonly found: number; readonly isMet: boolean };
  readonly gasP95: { readonly bps: number | null; readonly most: number; readonly isMet: boolean };
}

const DAYS_NEEDED = 30;
const MOST_GAS_BPS = 20;
const DAY_MS = 86_400_000;

/** Which parts of the gate from shadow to live are met. What was never seen is not met: without a would-have nothing was compared. `since` null: not in shadow mode. */
export function liveGate({ open, outcomes, mismatches, gasP95Bps }: Pick<ShadowFigures, 'open' | 'outcomes' | 'mismatches' | 'gasP95Bps'>, since: Date | null, now: Date): LiveGate {
  const passed = since === null ? 0 : Math.max(0, Math.floor((now.getTime() - since.getTime()) / DAY_MS));
  const compared = open + SHADOW_OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
  return {
    days: { passed, needed: DAYS_NEEDED, isMet: passed >= DAYS_NEEDED },
    mismatches: { found: mismatches, isMet: compared > 0 && mismatches === 0 },
    gasP95: { bps: gasP95Bps, most: MOST_GAS_BPS, isMet: gasP95Bps !== null && gasP95Bps <= MOST_GAS_BPS },
  };
}
