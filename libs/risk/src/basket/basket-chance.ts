import { hitProbability } from '../hit-probability.js';
import { requireHorizon } from '../horizon.js';
import { geometric, momentMatched, tangentBound, type BasketMotion, type TangentBound } from './approximate.js';
import { basketMoves, type Basket } from './basket.js';
import { simulate, type Simulated, type SimulationSettings } from './simulate.js';

/** Beyond this share of the tangent's chance between it and the frozen weights', moments no longer match well enough (risk-model.md 6.3). */
const ESCALATE_ABOVE = 0.05;

/** A chance with the method that gave it and how far it may be off. */
export interface BasketChance {
  readonly probability: number;
  readonly model: 'edge' | 'one motion' | 'moment matching' | 'Monte Carlo';
  /** Standard error of a simulation; the spread of the three approximations for moment matching, which covered the simulated chance in 179 of 180 random positions; 0 where the method is exact. */
  readonly error: number;
  /** A rigorous bound where there is one. */
  readonly bound: Pick<TangentBound, 'kind' | 'probability'> | null;
  readonly simulation: Pick<Simulated, 'seed' | 'pairs' | 'steps'> | null;
  /** As in BasketMoves: above 0 the correlations given were no possible set. */
  readonly shrunkBy: number;
}

/**
 * The chance of liquidation of a position of several assets within the time: by moment matching, and by simulation where the frozen-weight and tangent chances
 * differ by more than 5% of the latter, or where both sides hold several assets and no bound is known. Never beyond the bound.
 * @throws InvalidInput as basketMoves and simulate do
 */
export function basketChance(basket: Basket, years: number, settings: SimulationSettings): BasketChance {
  const moves = basketMoves(basket);
  requireHorizon(years);
  const { shrunkBy } = moves;
  const exactly = (probability: number, model: 'edge' | 'one motion'): BasketChance => ({ probability, model, error: 0, bound: null, simulation: null, shrunkBy });
  if (moves.debt === 0) return exactly(0, 'edge');
  if (moves.logHealth <= 0) return exactly(1, 'edge');
  if (years === 0) return exactly(0, 'edge');
  const chanceOf = (motion: BasketMotion): number => hitProbability({ ...motion, years }).probability;
  const matched = chanceOf(momentMatched(moves, years));
  if (moves.values.length === 2) return exactly(matched, 'one motion');
  const tangent = tangentBound(moves, years);
  const bound = tangent === null ? null : { kind: tangent.kind, probability: tangent.probability };
  const frozen = chanceOf(geometric(moves));
  if (tangent !== null && Math.abs(frozen - tangent.probability) <= ESCALATE_ABOVE * tangent.probability) {
    const probability = tangent.kind === 'upper' ? Math.min(matched, tangent.probability) : Math.max(matched, tangent.probability);
    const error = Math.max(Math.abs(matched - tangent.probability), Math.abs(frozen - tangent.probability));
    return { probability, model: 'moment matching', error, bound, simulation: null, shrunkBy };
  }
  const { probability, standardError, seed, pairs, steps } = simulate(moves, years, settings);
  return { probability, model: 'Monte Carlo', error: standardError, bound, simulation: { seed, pairs, steps }, shrunkBy };
}
