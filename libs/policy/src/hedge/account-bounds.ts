import { BPS, WAD, mulDivDown, wadFromNumberUp, type Bps, type Wad } from '@ballast/units';
import { marginUseBefore } from '@ballast/risk';

/** What an owner lets Ballast do for a derivative account of his, and from when on. */
export interface AccountBounds {
  /** Counted up with every change; a part of each order's id. */
  readonly version: number;
  /** Margin use at which Ballast acts: never before `earliest`, never later than `latest`, in between as the volatility asks. */
  readonly earliest: Wad;
  readonly latest: Wad;
  /** Where an action ends, as a share of the use at which it begins: 7,000 is 70% of it. */
  readonly targetShare: Bps;
  /** The move that is to be lived through: so many standard deviations of so many hours. Statistics' parameters. */
  readonly sigmas: number;
  readonly hours: number;
  readonly mayAddMargin: boolean;
  readonly mayClose: boolean;
  readonly mayOffset: boolean;
  /** Most of a position that one action closes. */
  readonly mostClosed: Bps;
  readonly slippage: Bps;
  readonly depthShare: Bps;
  /** What closing costs, as a share of the notional. */
  readonly closing: Wad;
  /** What margin that is added is taken to cost a year, and for how many days. */
  readonly capitalRate: Wad;
  readonly horizonDays: number;
  readonly maxPriceAgeMs: number;
  readonly maxOracleAgeMs: number;
  readonly maxPriceApart: Bps;
}

const percent = (whole: bigint): Wad => ((whole * WAD) / 100n) as Wad;

/** hedging.md sections 4.3 and 4.5: between 0.3 and 0.7 of the equity, for a move of a day that one day in a hundred exceeds. */
export const DEFAULT_ACCOUNT_BOUNDS: AccountBounds = {
  version: 1, earliest: percent(30n), latest: percent(70n), targetShare: 7_000n as Bps, sigmas: 2.326, hours: 24, mayAddMargin: true, mayClose: true, mayOffset: false, mostClosed: BPS, slippage: 100n as Bps, depthShare: 3_000n as Bps,
  closing: percent(1n), capitalRate: percent(5n), horizonDays: 3, maxPriceAgeMs: 10_000, maxOracleAgeMs: 4_500_000, maxPriceApart: 100n as Bps,
};

/** Most that a move can be: a price that falls by more than all of it does not exist, and one that doubles is beyond what margin is kept for. */
const MOST_MOVE = 0.95;

export interface AccountLevels {
  /** The move that the margin must live through, in bps, rounded up. */
  readonly moveBps: Bps;
  readonly trigger: Wad;
  readonly target: Wad;
}

/**
 * From which margin use on something is done, and where that ends: the use that a move of so many standard deviations would just use up, inside the owner's bounds. The buffer widens with the volatility; both
 * are rounded down, which is earlier.
 */
export function accountLevels(bounds: AccountBounds, maintenance: Wad, hourlyVolatility: number): AccountLevels {
  const move = wadFromNumberUp(Math.min(MOST_MOVE, Math.max(0, bounds.sigmas * hourlyVolatility * Math.sqrt(bounds.hours))));
  const moveBps = ((move * BPS + WAD - 1n) / WAD) as Bps;
  const asked = marginUseBefore(moveBps, maintenance);
  const trigger = asked < bounds.earliest ? bounds.earliest : asked > bounds.latest ? bounds.latest : asked;
  return { moveBps, trigger, target: mulDivDown(trigger, bounds.targetShare, BPS) as Wad };
}
