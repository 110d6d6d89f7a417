import { InvalidInput } from '@ballast/units';
import { hitProbability } from '../hit-probability.js';
import { inverseNormal } from '../statistics/inverse-normal.js';

const STEPS = 200;
const CLOSE = 1e-14;

/** The motion of ln(health) that a trigger is found for: drift per year, volatility per square root of a year. */
export interface TriggerMotion {
  readonly drift: number;
  readonly volatility: number;
  /** The time from crossing to a confirmed rescue, or the owner's own horizon. */
  readonly years: number;
}

/**
 * ln of the health at which the chance of liquidation within the time is just `tolerance` (risk-model.md section 8): safeguarded Newton on the
 * logarithm of the chance, which falls strictly in the distance. Starts from where it lies without drift, and all of a downward drift further. 0 where the motion has no volatility
 * and no downward drift, or no time.
 * @throws InvalidInput for a tolerance outside (0, 1), a negative or infinite volatility or time
 */
export function triggerLogHealth(tolerance: number, motion: TriggerMotion): number {
  const { drift, volatility, years } = motion;
  if (!(tolerance > 0 && tolerance < 1)) throw new InvalidInput('tolerance', String(tolerance), 'a number between 0 and 1, both excluded');
  if (!(years >= 0 && Number.isFinite(years))) throw new InvalidInput('years', String(years), 'a number from 0');
  if (!(volatility >= 0 && Number.isFinite(volatility))) throw new InvalidInput('volatility', String(volatility), 'a number from 0');
  if (!Number.isFinite(drift)) throw new InvalidInput('drift', String(drift), 'a number');
  if (years === 0) return 0;
  if (volatility === 0) return Math.max(0, -drift * years);
  const wanted = Math.log(tolerance);
  // The chance is at most the tolerance here: a downward drift lowers the motion by no more than all of itself, and an upward one does not lower it.
  let low = 0;
  let high = Math.max(0, -drift) * years - volatility * Math.sqrt(years) * inverseNormal(tolerance / 2);
  let at = high;
  for (let step = 0; step < STEPS; step += 1) {
    const { probability, byDistance } = hitProbability({ logDistance: at, ...motion });
    const excess = Math.log(probability) - wanted;
    if (excess > 0) low = at;
    else high = at;
    const newton = at - (excess * probability) / byDistance;
    if (Math.abs(newton - at) <= CLOSE * at) return newton;
    if (high - low <= CLOSE * high) return high;
    at = newton > low && newton < high ? newton : (low + high) / 2;
  }
  return at;
}

/**
 * The health to act at: e^triggerLogHealth, never under 1 + the oracle's deviation + the slippage of the rescue (both as shares), since the price
 * may already be that far on.
 */
export function triggerHealth(tolerance: number, motion: TriggerMotion, floor: { readonly oracleDeviation: number; readonly slippage: number } = { oracleDeviation: 0, slippage: 0 }): number {
  if (!(floor.oracleDeviation >= 0 && floor.slippage >= 0)) throw new InvalidInput('floor', JSON.stringify(floor), 'two shares from 0');
  return Math.max(Math.exp(triggerLogHealth(tolerance, motion)), 1 + floor.oracleDeviation + floor.slippage);
}

/** The health above which a rule that has acted is armed again: the trigger and one typical move between two blocks, `gapYears` apart. */
export const rearmHealth = (trigger: number, volatility: number, gapYears: number): number => trigger * Math.exp(volatility * Math.sqrt(gapYears));
