import type { Chance } from '../api/types.js';

/**
 * The chance in words: under 0.1% "very unlikely", to 1% "unlikely", then "1 in N" with N rounded down, so that it never sounds smaller than it is.
 * A null probability lies under the model's floor, 1% or less.
 */
export function chanceInWords(chance: Chance | undefined): string | null {
  if (chance === undefined) return null;
  if (chance.probability === null) return 'unlikely';
  if (chance.probability < 0.001) return 'very unlikely';
  if (chance.probability < 0.01) return 'unlikely';
  return chance.probability >= 0.99 ? 'nearly certain' : `about 1 in ${Math.max(1, Math.floor(1 / chance.probability))}`;
}

export const chanceAt = (chances: readonly Chance[], hours: number): Chance | undefined => chances.find((chance) => chance.horizonHours === hours);

/** The largest chance of several loans; one under the floor counts as less than any known one. */
export function highestChance(chances: readonly (Chance | undefined)[]): Chance | undefined {
  return chances.reduce((highest, chance) => (chance === undefined ? highest : highest === undefined || (chance.probability ?? -1) > (highest.probability ?? -1) ? chance : highest), undefined);
}
