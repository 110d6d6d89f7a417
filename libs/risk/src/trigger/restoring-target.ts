import { InvalidInput } from '@ballast/units';
import { hitProbability } from '../hit-probability.js';

const GRID = 200;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const CLOSE = 1e-11;
/** e^3 = 20: no rescue is worth more health than that. */
const WIDEST_LOG = 3;

/** What a rescue costs and what a liquidation would; dollars, shares, years. */
export interface RestoringCost {
  /** ln of the health at which the rule acts, above 0. */
  readonly triggerLogHealth: number;
  readonly debtUsd: number;
  /** Of ln(health): per year, per square root of a year. */
  readonly drift: number;
  readonly volatility: number;
  readonly years: number;
  /** F: gas of one rescue. */
  readonly fixedUsd: number;
  /** k1 and k2: cost k1 x + k2 x^2 of moving x dollars. */
  readonly costShare: number;
  readonly impactPerUsd: number;
  /** What the moved funds would have earned elsewhere, per year. */
  readonly carryRate: number;
  readonly closeFactor: number;
  readonly penalty: number;
}

export interface RestoringTarget {
  readonly logHealth: number;
  /** Expected cost over the horizon with this target, in dollars. */
  readonly costUsd: number;
  /** Expected cost of not acting at the trigger, in dollars. */
  readonly idleUsd: number;
  /** False where not acting is no dearer: then nothing should be done. */
  readonly worthIt: boolean;
}

/**
 * J(g), the expected cost of repaying from the trigger up to the health g (risk-model.md section 8): this rescue and the next one if the trigger
 * is hit again, what the funds would have earned, and the liquidation that may still come.
 */
export function restoringCost(logTarget: number, cost: RestoringCost): number {
  const moved = cost.debtUsd * -Math.expm1(cost.triggerLogHealth - logTarget);
  const chance = (logDistance: number): number => hitProbability({ logDistance, drift: cost.drift, volatility: cost.volatility, years: cost.years }).probability;
  const rescue = cost.fixedUsd + cost.costShare * moved + cost.impactPerUsd * moved * moved;
  return rescue * (1 + chance(logTarget - cost.triggerLogHealth)) + cost.carryRate * moved * cost.years + cost.closeFactor * cost.penalty * (cost.debtUsd - moved) * chance(logTarget);
}

/** The target of least expected cost: 200 points of ln(health), since the cost need not be convex, then golden section around the best. */
export function restoringTarget(cost: RestoringCost): RestoringTarget {
  requireCost(cost);
  const from = cost.triggerLogHealth;
  const step = WIDEST_LOG / GRID;
  // Dense near the trigger, where the cost bends: points lie on a square scale.
  const point = (index: number): number => from + WIDEST_LOG * (index / GRID) ** 2;
  let best = 1;
  let least = Infinity;
  for (let index = 1; index <= GRID; index += 1) {
    const found = restoringCost(point(index), cost);
    if (found < least) [best, least] = [index, found];
  }
  const logHealth = goldenSection((at) => restoringCost(at, cost), point(best - 1) + step * 1e-9, point(Math.min(best + 1, GRID)));
  const costUsd = restoringCost(logHealth, cost);
  const { probability } = hitProbability({ logDistance: from, drift: cost.drift, volatility: cost.volatility, years: cost.years });
  const idleUsd = cost.closeFactor * cost.penalty * cost.debtUsd * probability;
  return { logHealth, costUsd, idleUsd, worthIt: costUsd < idleUsd };
}

/** Mean years between two rescues from this target, where the health drifts down; Infinity where it does not. */
export const meanYearsBetweenRescues = (logTarget: number, { triggerLogHealth, drift }: Pick<RestoringCost, 'triggerLogHealth' | 'drift'>): number =>
  drift < 0 ? (logTarget - triggerLogHealth) / -drift : Infinity;

function goldenSection(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [f(left), f(right)];
  while (high - low > CLOSE * Math.max(1, high)) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = f(right);
    }
  }
  return (low + high) / 2;
}

function requireCost(cost: RestoringCost): void {
  for (const [field, value] of Object.entries(cost)) {
    if (!Number.isFinite(value) || (value < 0 && field !== 'drift')) throw new InvalidInput(field, String(value), field === 'drift' ? 'a number' : 'a number from 0');
  }
  if (cost.triggerLogHealth === 0) throw new InvalidInput('triggerLogHealth', '0', 'a number above 0: at 0 the loan is already liquidatable');
}
