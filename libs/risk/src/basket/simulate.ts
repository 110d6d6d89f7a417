import { InvalidInput } from '@ballast/units';
import { hitProbability } from '../hit-probability.js';
import { SeededRandom } from '../statistics/random.js';
import { requireHorizon } from '../horizon.js';
import { geometric, tangentBound, weightsNow, type BasketMotion } from './approximate.js';
import type { BasketMoves } from './basket.js';
import { ControlledMean } from './controlled-mean.js';
import { cholesky } from './correlate.js';
import { at as entry } from './matrix.js';

const LEAST_STEPS = 128;
const MOST_STEPS = 4_096;
/** No asset moves by more than this in a step, one standard deviation. */
const STEP_SPREAD = 0.05;
const BATCH = 2_000;
/** Beyond e^-40 a crossing inside a step is not worth its exponential. */
const SURE = 40;

export interface SimulationSettings {
  readonly seed: number;
  /** Stops at this standard error, or at `mostPairs`. */
  readonly targetError: number;
  /** Antithetic pairs of paths. */
  readonly mostPairs: number;
  readonly steps?: number;
  /** false leaves the control planes out: with one asset on each side they are the position itself and would leave the paths nothing to tell. */
  readonly isControlled?: boolean;
}

export interface Simulated {
  readonly probability: number;
  readonly standardError: number;
  readonly pairs: number;
  readonly steps: number;
  readonly seed: number;
}

/** T / 128, or less so that no asset's spread in a step is above 5%; from 320% over the whole time on the steps are as many as they may be and wider. */
export function stepsFor({ covariance }: BasketMoves, years: number): number {
  const largest = Math.max(...covariance.map((row, index) => row[index] as number));
  return Math.min(MOST_STEPS, Math.max(LEAST_STEPS, Math.ceil((largest * years) / STEP_SPREAD ** 2)));
}

/** Hits under which the sample's own variance says too little of its error. */
const FEW_HITS = 10;
/** With no hit in n pairs the chance is under 3 / n, 95 times in 100. */
const RULE_OF_THREE = 3;

/**
 * The chance of liquidation by simulation (risk-model.md 6.1): exact steps of the log prices in antithetic pairs, a Brownian bridge between them
 * (Beaglehole, Dybvig and Zhou 1997), and as controls the frozen-weight and the tangent plane, whose chances are known and which are watched the same way.
 * `standardError` is that of the mean after the controls; where hardly a path hits it is 3 / pairs, at most the bound. Never beyond the rigorous bound.
 * @throws InvalidInput for settings that are no simulation, and for a time that is NaN, negative or infinite
 */
export function simulate(moves: BasketMoves, years: number, settings: SimulationSettings): Simulated {
  requireSettings(settings, years);
  const { seed, targetError, mostPairs, isControlled = true } = settings;
  const steps = settings.steps ?? stepsFor(moves, years);
  if (moves.logHealth <= 0 || years === 0 || moves.debt === 0) {
    return { probability: moves.debt > 0 && moves.logHealth <= 0 ? 1 : 0, standardError: 0, pairs: 0, steps, seed };
  }
  const factor = cholesky(moves.covariance);
  if (factor === null) throw new InvalidInput('covariance', JSON.stringify(moves.covariance), 'one that a set of assets can have');
  const tangent = tangentBound(moves, years);
  const planes = [{ weights: weightsNow(moves), motion: geometric(moves) }, ...(tangent === null ? [] : [{ weights: tangent.weights, motion: tangent.motion }])]
    .filter(({ motion }) => isControlled && motion.logDistance > 0 && motion.volatility > 0);
  const walker = new Walker(moves, factor, planes, years, steps, new SeededRandom(seed));
  const sums = new ControlledMean(planes.map(({ motion }) => hitProbability({ ...motion, years }).probability));
  const least = tangent?.kind === 'lower' ? tangent.probability : 0;
  const most = tangent?.kind === 'upper' ? tangent.probability : 1;
  const errorOf = (standardError: number): number => (sums.hits < FEW_HITS ? Math.max(standardError, Math.min(most, RULE_OF_THREE / sums.count)) : standardError);
  while (sums.count < mostPairs) {
    for (let pair = 0; pair < BATCH && sums.count < mostPairs; pair += 1) sums.add(walker.pair());
    if (errorOf(sums.estimate().standardError) <= targetError) break;
  }
  const { mean, standardError } = sums.estimate();
  return { probability: isControlled ? Math.min(most, Math.max(least, mean)) : mean, standardError: errorOf(standardError), pairs: sums.count, steps, seed };
}

function requireSettings({ seed, targetError, mostPairs, steps = 1 }: SimulationSettings, years: number): void {
  if (!Number.isSafeInteger(seed)) throw new InvalidInput('seed', String(seed), 'a whole number');
  if (!(targetError > 0)) throw new InvalidInput('target error', String(targetError), 'a number above 0');
  if (!(Number.isSafeInteger(mostPairs) && mostPairs >= 2)) throw new InvalidInput('pairs', String(mostPairs), 'a whole number from 2');
  if (!(Number.isSafeInteger(steps) && steps >= 1)) throw new InvalidInput('steps', String(steps), 'a whole number from 1');
  requireHorizon(years);
}

interface Plane {
  readonly weights: readonly number[];
  readonly motion: BasketMotion;
}

/** Draws pairs of paths; each gives the chance that the basket, and that each plane, was hit. */
class Walker {
  private readonly size: number;
  private readonly noise: Float64Array;
  private readonly move: Float64Array;
  private readonly value: Float64Array;
  private readonly weight: Float64Array;
  private readonly drift: Float64Array;
  /** Legs that move at random; the others only grow. */
  private readonly risky: Int32Array;
  private readonly covariance: Float64Array;
  private readonly isDebt: Uint8Array;
  private readonly planeSurvival: Float64Array;
  private readonly planeAt: Float64Array;
  private readonly found: Float64Array;

  constructor(
    private readonly moves: BasketMoves, private readonly factor: readonly Float64Array[], private readonly planes: readonly Plane[],
    years: number, private readonly steps: number, private readonly random: SeededRandom, private readonly step = years / steps,
  ) {
    this.size = moves.values.length;
    this.noise = new Float64Array(this.size * steps);
    this.move = new Float64Array(this.size);
    this.value = new Float64Array(this.size);
    this.weight = new Float64Array(this.size);
    this.isDebt = Uint8Array.from(moves.isDebt, Number);
    this.risky = Int32Array.from(moves.values.flatMap((_, index) => (entry(moves.covariance, index, index) > 0 ? [index] : [])));
    this.covariance = Float64Array.from(moves.covariance.flat());
    this.drift = Float64Array.from(moves.logDrift, (drift) => drift * this.step);
    this.planeSurvival = new Float64Array(planes.length);
    this.planeAt = new Float64Array(planes.length);
    this.found = new Float64Array(planes.length + 1);
  }

  /** Means over one pair: the basket first, then the planes. The array is used again. */
  pair(): Float64Array {
    const root = Math.sqrt(this.step);
    const { noise, risky, size, random } = this;
    for (let from = 0; from < noise.length; from += size) for (let index = 0; index < risky.length; index += 1) noise[from + (risky[index] as number)] = random.normal() * root;
    this.found.fill(0);
    this.walk(1);
    this.walk(-1);
    return this.found;
  }

  private walk(sign: 1 | -1): void {
    const { size, planes, moves, value, move, planeAt, planeSurvival, drift, risky, factor, noise } = this;
    for (let leg = 0; leg < size; leg += 1) value[leg] = moves.values[leg] as number;
    planes.forEach(({ motion }, index) => {
      planeAt[index] = motion.logDistance;
      planeSurvival[index] = 1;
    });
    let survival = 1;
    let health = moves.logHealth;
    this.logHealth();
    let variance = this.localVariance();
    for (let step = 0; step < this.steps; step += 1) {
      const from = step * size;
      move.set(drift);
      for (let i = 0; i < risky.length; i += 1) {
        const leg = risky[i] as number;
        const row = factor[leg] as Float64Array;
        let change = 0;
        for (let j = 0; j <= i; j += 1) change += (row[risky[j] as number] as number) * (noise[from + (risky[j] as number)] as number);
        move[leg] = (move[leg] as number) + sign * change;
      }
      let alive = survival;
      if (survival > 0) {
        for (let leg = 0; leg < size; leg += 1) value[leg] = (value[leg] as number) * Math.exp(move[leg] as number);
        const next = this.logHealth();
        const nextVariance = this.localVariance();
        survival *= crossed(health, next, ((variance + nextVariance) / 2) * this.step);
        [health, variance] = [next, nextVariance];
        alive = survival;
      }
      for (let index = 0; index < planes.length; index += 1) {
        if (planeSurvival[index] === 0) continue;
        const { weights, motion } = planes[index] as Plane;
        let next = planeAt[index] as number;
        for (let leg = 0; leg < size; leg += 1) next += (weights[leg] as number) * (move[leg] as number);
        planeSurvival[index] = (planeSurvival[index] as number) * crossed(planeAt[index] as number, next, motion.volatility ** 2 * this.step);
        planeAt[index] = next;
        alive += planeSurvival[index] as number;
      }
      if (alive === 0) break;
    }
    this.found[0] = (this.found[0] as number) + (1 - survival) / 2;
    for (let index = 0; index < planes.length; index += 1) this.found[index + 1] = (this.found[index + 1] as number) + (1 - (planeSurvival[index] as number)) / 2;
  }

  private logHealth(): number {
    const { size, value, weight, isDebt } = this;
    let collateral = 0;
    let debt = 0;
    for (let leg = 0; leg < size; leg += 1) {
      if (isDebt[leg] === 1) debt += value[leg] as number;
      else collateral += value[leg] as number;
    }
    for (let leg = 0; leg < size; leg += 1) weight[leg] = isDebt[leg] === 1 ? -(value[leg] as number) / debt : (value[leg] as number) / collateral;
    return Math.log(collateral / debt);
  }

  /** w' Sigma w with the weights of the moment. */
  private localVariance(): number {
    const { risky, weight, covariance, size } = this;
    let sum = 0;
    for (let i = 0; i < risky.length; i += 1) {
      const row = risky[i] as number;
      const own = weight[row] as number;
      sum += own * own * (covariance[row * size + row] as number);
      for (let j = 0; j < i; j += 1) sum += 2 * own * (weight[risky[j] as number] as number) * (covariance[row * size + (risky[j] as number)] as number);
    }
    return Math.max(0, sum);
  }
}

/** The chance that a bridge between two distances does not reach 0. */
function crossed(from: number, to: number, variance: number): number {
  if (from <= 0 || to <= 0) return 0;
  if (variance === 0) return 1;
  const power = (2 * from * to) / variance;
  return power > SURE ? 1 : -Math.expm1(-power);
}
