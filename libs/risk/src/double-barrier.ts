import { InvalidInput } from '@ballast/units';
import { normalCdf } from './statistics/normal.js';

const IMAGES = 12;
const MOST_MODES = 2_000;
/** From this much spread for the width on, few modes of the Fourier series are enough. */
const SERIES_CHANGE = 0.7;

/** The logarithm of a price between two barriers, both as distances from now: `lower` below 0, `upper` above. */
export interface Corridor {
  readonly lower: number;
  readonly upper: number;
  /** Of the logarithm, per year. */
  readonly drift: number;
  readonly volatility: number;
  readonly years: number;
}

/**
 * The chance that the logarithm leaves the corridor within the time, watched continuously. Image series (Kunitomo and Ikeda 1992) while the spread
 * is short against the width, Fourier series (Geman and Yor 1996) beyond; both agree where they meet. 1 where a barrier is reached already.
 * @throws InvalidInput for NaN, a negative or infinite volatility or time, a drift that is not finite
 */
export function exitProbability(corridor: Corridor): number {
  requireCorridor(corridor);
  const { lower, upper, drift, volatility, years } = corridor;
  if (lower >= 0 || upper <= 0) return 1;
  if (years === 0) return 0;
  if (volatility === 0) return drift * years <= lower || drift * years >= upper ? 1 : 0;
  const spread = volatility * Math.sqrt(years);
  const width = upper - lower;
  const inside = spread < SERIES_CHANGE * width ? imageSeries(corridor) : fourierSeries(corridor);
  return Math.min(1, Math.max(0, 1 - inside));
}

/** @throws InvalidInput as exitProbability says */
export function requireCorridor({ lower, upper, drift, volatility, years }: Corridor): void {
  if (Number.isNaN(lower) || Number.isNaN(upper)) throw new InvalidInput('barriers', `${lower} and ${upper}`, 'two numbers');
  if (!Number.isFinite(drift)) throw new InvalidInput('drift', String(drift), 'a finite number');
  if (!(volatility >= 0 && Number.isFinite(volatility))) throw new InvalidInput('volatility', String(volatility), 'a finite number of zero or more');
  if (!(years >= 0 && Number.isFinite(years))) throw new InvalidInput('horizon in years', String(years), 'a finite number of zero or more');
}

/** The chance of staying inside, by images. Terms carry exp(2 k x) with N of matching tails; where that could overflow nothing is left of the term. */
export function imageSeries({ lower, upper, drift, volatility, years }: Corridor): number {
  const spread = volatility * Math.sqrt(years);
  const width = upper - lower;
  const mean = drift * years;
  const tilt = drift / (volatility * volatility);
  let inside = 0;
  for (let n = -IMAGES; n <= IMAGES; n += 1) {
    const shift = 2 * n * width;
    inside += weighted(2 * tilt * n * width, (upper - shift - mean) / spread, (lower - shift - mean) / spread);
    // The mirror image stands at 2 lower - shift.
    const mirror = 2 * lower - shift;
    inside -= weighted(tilt * mirror, (upper - mirror - mean) / spread, (lower - mirror - mean) / spread);
  }
  return inside;
}

/** e^power (N(to) - N(from)), from the tail that keeps the digits. */
function weighted(power: number, to: number, from: number): number {
  const mass = from > 0 ? normalCdf(-from) - normalCdf(-to) : normalCdf(to) - normalCdf(from);
  return mass === 0 ? 0 : Math.exp(power) * mass;
}

/** The chance of staying inside, by the modes of the corridor. */
export function fourierSeries({ lower, upper, drift, volatility, years }: Corridor): number {
  const width = upper - lower;
  const variance = volatility * volatility;
  const tilt = drift / variance;
  const decay = (drift * drift * years) / (2 * variance);
  let inside = 0;
  for (let n = 1; n <= MOST_MODES; n += 1) {
    const wave = (n * Math.PI) / width;
    const fading = Math.exp(-0.5 * wave * wave * variance * years - decay);
    const integral = (wave * (Math.exp(tilt * lower) - (n % 2 === 0 ? 1 : -1) * Math.exp(tilt * upper))) / (wave * wave + tilt * tilt);
    inside += (2 / width) * fading * Math.sin(wave * -lower) * integral;
    if (fading < 1e-18) break;
  }
  return inside;
}
