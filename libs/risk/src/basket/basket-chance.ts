import { hitProbability } from '../hit-probability.js';
import { geometric, momentMatched, tangentBound, type BasketMotion } from './approximate.js';
import { basketMoves, type Basket } from './basket.js';
import { simulate, type SimulationSettings } from './simulate.js';

/** Beyond this share of the tangent's chance between it and the frozen weights', moments no longer match well enough (risk-model.md 6.3). */
const ESCALATE_ABOVE = 0.05;

/** A chance with the method that gave it and how far it may be off. */
export interface BasketChance {
  readonly probability: number;
  readonly model: 'one motion' | 'moment matching' | 'Monte Carlo';
  /** Standard error of a simulation; distance to the nearest rigorous bound otherwise; 0 where the method is exact. */
  readonly error: number;
  /** A rigorous bound where there is one. */
  readonly bound: { readonly kind: 'upper' | 'lower'; readonly probability: number } | null;
}

/**
 * The chance of liquidation of a position of several assets within the time: by moment matching, and by simulation where the frozen-weight and tangent chances
 * differ by more than 5% of the latter, or where both sides hold several assets and no bound is known. @throws InvalidInput as basketMoves does
 */
export function basketChance(basket: Basket, years: number, simulation: SimulationSettings): BasketChance {
  const moves = basketMoves(basket);
  if (moves.debt === 0 || moves.logHealth <= 0 || years === 0) return { probability: moves.debt > 0 && moves.logHealth <= 0 ? 1 : 0, model: 'one motion', error: 0, bound: null };
  const chanceOf = (motion: BasketMotion): number => hitProbability({ ...motion, years }).probability;
  const matched = chanceOf(momentMatched(moves, years));
  if (moves.values.length === 2) return { probability: matched, model: 'one motion', error: 0, bound: null };
  const tangent = tangentBound(moves, years);
  const bound = tangent === null ? null : { kind: tangent.kind, probability: tangent.probability };
  const isClose = tangent !== null && Math.abs(chanceOf(geometric(moves)) - tangent.probability) <= ESCALATE_ABOVE * tangent.probability;
  if (isClose) return { probability: matched, model: 'moment matching', error: Math.abs(matched - tangent.probability), bound };
  const { probability, standardError } = simulate(moves, years, simulation);
  return { probability, model: 'Monte Carlo', error: standardError, bound };
}
