import type { StopDegree } from '../stop.js';

/** What a breaker is told of its fact. `unknown`: it could not be found out, which never counts as good. */
export type Finding = { readonly kind: 'good' } | { readonly kind: 'bad'; readonly why: string } | { readonly kind: 'unknown' };

export const GOOD: Finding = { kind: 'good' };
export const UNKNOWN: Finding = { kind: 'unknown' };
export const bad = (why: string): Finding => ({ kind: 'bad', why });

/** How one breaker behaves, whatever its fact is. */
export interface BreakerRule {
  /** Stable: the setter of its stops. */
  readonly name: string;
  readonly stops: StopDegree;
  /** Which clock `now` counts by: the chain's for facts of the chain, our own for facts about ourselves. */
  readonly clock: 'chain' | 'own';
  /** Seconds for which the fact must have been good before the stop is taken away; null: only an operator takes it away. */
  readonly releaseAfterSeconds: bigint | null;
  /** People are called when it trips. */
  readonly pages: boolean;
}

/** Closed lets through. Tripped remembers since when its fact has been good again; null where the last finding was not good, and after a restart. */
export type BreakerState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'tripped'; readonly why: string; readonly goodSince: bigint | null };

export const CLOSED: BreakerState = { kind: 'closed' };

export interface BreakerStep {
  readonly state: BreakerState;
  /** What becomes of the stop: it is set, taken away, or stays as it is. */
  readonly signal: 'trip' | 'release' | null;
}

/**
 * What a breaker does with what it is told. It trips at the first bad finding. Tripped, it is released once every finding for `releaseAfterSeconds` was
 * good: a bad one begins that time anew, and so does one that could not be had. `now` is in seconds by the rule's clock; one that runs backwards begins the
 * time anew as well.
 */
export function stepBreaker(rule: Pick<BreakerRule, 'releaseAfterSeconds'>, state: BreakerState, finding: Finding, now: bigint): BreakerStep {
  if (state.kind === 'closed') return finding.kind === 'bad' ? { state: { kind: 'tripped', why: finding.why, goodSince: null }, signal: 'trip' } : { state, signal: null };
  if (finding.kind === 'bad') return { state: { kind: 'tripped', why: finding.why, goodSince: null }, signal: null };
  if (finding.kind === 'unknown') return { state: { ...state, goodSince: null }, signal: null };
  const goodSince = state.goodSince === null || state.goodSince > now ? now : state.goodSince;
  if (rule.releaseAfterSeconds !== null && now - goodSince >= rule.releaseAfterSeconds) return { state: CLOSED, signal: 'release' };
  return { state: { ...state, goodSince }, signal: null };
}
