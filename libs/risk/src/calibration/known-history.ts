import { InvalidInput } from '@ballast/units';
import { HISTORY_SHARES, type AssetHistory, type Direction, type VolatilityKind } from './asset-history.js';
import { FITTED_HISTORIES } from './fitted-histories.js';

/** Symbols of tokens that are the asset itself. Staked forms are not: they have a price of their own. */
const SAME_AS: Readonly<Record<string, string>> = { ETH: 'ETH', WETH: 'ETH', BTC: 'BTC', WBTC: 'BTC', cbBTC: 'BTC', tBTC: 'BTC' };

/** The history of a token's days; null where none is known. */
export const historyOf = (symbol: string): AssetHistory | null => FITTED_HISTORIES.find(({ asset }) => asset === SAME_AS[symbol]) ?? null;

/** A chance from history: a figure with its standard error, or that it is under one day of all that are known. */
export type HistoricalChance =
  | { readonly kind: 'probability'; readonly probability: number; readonly error: number }
  | { readonly kind: 'below'; readonly below: number };

/**
 * Chance that the price moves by `logDistance` (of its logarithm, above 0) within the next 24 hours, by how often it has gone as many standard deviations before:
 * filtered historical simulation with blocks of a day. Between the shares told, ln(share) is a line in the distance. The error counts days without overlap.
 * @throws InvalidInput for a distance that is not above 0 or a volatility that is not above 0
 */
export function chanceFromHistory(history: AssetHistory, kind: VolatilityKind, direction: Direction, logDistance: number, hourlyVolatility: number): HistoricalChance {
  if (!(logDistance > 0)) throw new InvalidInput('log distance', String(logDistance), 'a number above 0');
  if (!(hourlyVolatility > 0 && hourlyVolatility < Infinity)) throw new InvalidInput('hourly volatility', String(hourlyVolatility), 'a finite number above 0');
  const probability = shareBeyond(history.scaled[kind][direction], logDistance / (hourlyVolatility * Math.sqrt(24)));
  const below = 1 / history.days;
  return probability < below ? { kind: 'below', below } : { kind: 'probability', probability, error: Math.sqrt((probability * (1 - probability)) / history.days) };
}

function shareBeyond(sizes: readonly number[], deviations: number): number {
  const next = sizes.findIndex((size) => size > deviations);
  if (next < 0) return 0;
  const [fromSize, fromShare] = next === 0 ? [0, 1] : [sizes[next - 1] as number, HISTORY_SHARES[next - 1] as number];
  const [toSize, toShare] = [sizes[next] as number, HISTORY_SHARES[next] as number];
  const part = (deviations - fromSize) / (toSize - fromSize);
  return fromShare * (toShare / fromShare) ** part;
}

/** On how many of the latest whole days the price moved by at least `share` (0.18 = 18%) of where the day began: exact for whole percents, else that of the whole percent below. */
export function daysThatMoved({ recent }: AssetHistory, direction: Direction, share: number): { readonly moved: number; readonly of: number; readonly atLeast: number } {
  if (!(share > 0)) throw new InvalidInput('share', String(share), 'a number above 0');
  const percent = Math.max(0, Math.floor(share * 100 + 1e-9));
  const moved = percent === 0 ? recent.days : (recent[direction][percent - 1] ?? 0);
  return { moved, of: recent.days, atLeast: percent / 100 };
}
