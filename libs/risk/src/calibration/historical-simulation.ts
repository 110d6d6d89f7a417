import { InvalidInput } from '@ballast/units';
import type { SeededRandom } from '../statistics/random.js';
import type { HourlyBars } from './bars.js';

/**
 * How far the price went against a holder within `hours` of each bar's close, in standard deviations of that time: falls are -ln(lowest low / close), rises
 * ln(highest high / close), both over volatility x sqrt(hours). NaN where the hours are not all there or the volatility is not known. This is filtered historical
 * simulation (Barone-Adesi, Giannopoulos and Vosper 1999) with blocks as long as the horizon: what happened, scaled to today.
 */
export interface ScaledExtremes {
  readonly falls: Float64Array;
  readonly rises: Float64Array;
}

/** @throws InvalidInput for hours that are no whole number above 0, or as many volatilities as there are bars not given */
export function scaledExtremes({ low, high, close }: HourlyBars, volatility: Float64Array, hours: number): ScaledExtremes {
  if (!(Number.isInteger(hours) && hours > 0)) throw new InvalidInput('hours', String(hours), 'a whole number above 0');
  if (volatility.length !== close.length) throw new InvalidInput('volatilities', `${volatility.length} values`, `${close.length} values, one for each bar`);
  const falls = new Float64Array(close.length).fill(NaN);
  const rises = new Float64Array(close.length).fill(NaN);
  for (let index = 0; index + hours < close.length; index += 1) {
    const spread = (volatility[index] as number) * Math.sqrt(hours);
    if (!(spread > 0)) continue;
    const { fall, rise } = extremesAfter(low, high, close, index, hours);
    falls[index] = fall / spread;
    rises[index] = rise / spread;
  }
  return { falls, rises };
}

/** Largest fall and rise of the logarithm within the hours after a close; 0 where the price never went that way. */
export function extremesAfter(low: Float64Array, high: Float64Array, close: Float64Array, index: number, hours: number): { readonly fall: number; readonly rise: number } {
  let [lowest, highest] = [close[index] as number, close[index] as number];
  for (let ahead = index + 1; ahead <= index + hours; ahead += 1) {
    lowest = Math.min(lowest, low[ahead] as number);
    highest = Math.max(highest, high[ahead] as number);
  }
  return { fall: Math.log((close[index] as number) / lowest), rise: Math.log(highest / (close[index] as number)) };
}

/** What happened before, as a chance for what is to come: scaled extremes in order of size. */
export class ScaledHistory {
  private readonly sorted: Float64Array;

  /** @throws InvalidInput where no value is a number */
  constructor(values: Float64Array) {
    this.sorted = values.filter((value) => !Number.isNaN(value)).sort();
    if (this.sorted.length === 0) throw new InvalidInput('history', 'no scaled extremes', 'at least one');
  }

  get size(): number {
    return this.sorted.length;
  }

  /** Share of the past that went at least so many standard deviations; never 0 nor 1, as one more case could always be the first: (cases + 1/2) / (size + 1). */
  chanceBeyond(deviations: number): number {
    if (Number.isNaN(deviations)) throw new InvalidInput('standard deviations', 'NaN', 'a number');
    return (this.sorted.length - this.under(deviations) + 0.5) / (this.sorted.length + 1);
  }

  /** The size that a share `p` of the past reached or went beyond. */
  quantileBeyond(p: number): number {
    const index = Math.min(this.sorted.length - 1, Math.max(0, Math.ceil((1 - p) * this.sorted.length) - 1));
    return this.sorted[index] as number;
  }

  private under(value: number): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Standardised returns of several assets on the same hours, and today's volatility of each, per hour. */
export interface Residuals {
  /** One column for each asset: return over the volatility forecast for it. */
  readonly columns: readonly Float64Array[];
  readonly volatilities: readonly number[];
}

/**
 * Chance that a book's ln(health) falls to 0 within `hours`, over paths of whole past hours drawn for all assets together: the stationary bootstrap (Politis and
 * Romano 1994), blocks of geometric length with mean `meanBlock`, each residual scaled to today's volatility. `logHealth` takes the logarithms of each asset's
 * price over its price now. Looked at hourly, so a lower bound of what would happen in between.
 * @throws InvalidInput for columns of different lengths, no column, or settings that are no whole numbers above 0
 */
export function bootstrapHitChance({ columns, volatilities }: Residuals, logHealth: (moves: Float64Array) => number, settings: { readonly hours: number; readonly paths: number; readonly meanBlock: number }, random: SeededRandom): { readonly chance: number; readonly standardError: number } {
  const count = columns[0]?.length ?? 0;
  if (count === 0 || columns.some((column) => column.length !== count) || volatilities.length !== columns.length) throw new InvalidInput('residuals', `${columns.length} columns for ${volatilities.length} volatilities`, 'columns of one length, one for each volatility');
  for (const [field, value] of Object.entries(settings)) if (!(Number.isInteger(value) && value > 0)) throw new InvalidInput(field, String(value), 'a whole number above 0');
  const moves = new Float64Array(columns.length);
  let hits = 0;
  for (let path = 0; path < settings.paths; path += 1) {
    moves.fill(0);
    let at = Math.floor(random.uniform() * count);
    for (let hour = 0; hour < settings.hours; hour += 1) {
      columns.forEach((column, asset) => { moves[asset] = (moves[asset] as number) + (column[at] as number) * (volatilities[asset] as number); });
      if (logHealth(moves) <= 0) {
        hits += 1;
        break;
      }
      at = random.uniform() * settings.meanBlock < 1 ? Math.floor(random.uniform() * count) : (at + 1) % count;
    }
  }
  const chance = hits / settings.paths;
  return { chance, standardError: Math.sqrt((chance * (1 - chance)) / settings.paths) };
}
