import { WAD, mulDivUp, type SettlementE18, type Wad } from '@ballast/units';
import type { MarginUse } from '@ballast/positions';
import type { MarginLadder } from './hedge-policy.js';

export type LadderRung = 'calm' | 'warn' | 'reduce' | 'cut' | 'unknown';

/** Which rung a margin use is on. An account with nothing left is cut; one whose margin nobody can tell is `unknown`, and grows nothing. */
export function rungOf(use: MarginUse, ladder: MarginLadder): LadderRung {
  if (use.kind === 'none') return 'calm';
  if (use.kind === 'exhausted') return 'cut';
  if (use.kind === 'unknown') return 'unknown';
  if (use.wad > ladder.cut) return 'cut';
  if (use.wad > ladder.reduce) return 'reduce';
  return use.wad > ladder.warn ? 'warn' : 'calm';
}

/** What shrinking one position does to an account's margin, all in the settlement currency. */
export interface ShrinkFacts {
  /** Maintenance margin of the account, or of the isolated position. */
  readonly maintenance: SettlementE18;
  /** The part of it that is the position's own. */
  readonly own: SettlementE18;
  readonly equity: SettlementE18;
  readonly notional: SettlementE18;
  /** What closing costs, as a share of the notional. */
  readonly closing: Wad;
}

/**
 * The share of the position to close so that margin takes no more than `to` of the equity: (mm - t E) / (mm_own - t N c), rounded up, from none to all of it. All of it also where closing even that is not
 * enough.
 */
export function shareToClose({ maintenance, own, equity, notional, closing }: ShrinkFacts, to: Wad): Wad {
  const excess = maintenance * WAD - (equity > 0n ? equity : 0n) * to;
  if (excess <= 0n) return 0n as Wad;
  const freed = own * WAD - mulDivUp(notional, closing, WAD) * to;
  if (freed <= 0n || equity <= 0n) return WAD;
  const share = mulDivUp(excess, WAD, freed);
  return (share > WAD ? WAD : share) as Wad;
}

/** Margin to add so that the maintenance margin takes no more than `to` of the equity: mm / t - E, rounded up; never under 0. */
export function marginToAdd(maintenance: SettlementE18, equity: SettlementE18, to: Wad): SettlementE18 {
  const missing = mulDivUp(maintenance, WAD, to) - equity;
  return (missing > 0n ? missing : 0n) as SettlementE18;
}
