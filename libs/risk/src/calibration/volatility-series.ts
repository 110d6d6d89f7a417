import { InvalidInput } from '@ballast/units';

const SEED_RETURNS = 200;

/**
 * Exponentially weighted volatility of each hour's end, per hour: v_t = lambda v_(t-1) + (1 - lambda) r_t^2 with a weight that halves every `halfLifeHours`, begun from
 * the mean of the first 200 squares (RiskMetrics 1996).
 */
export function ewmaSeries(returns: Float64Array, halfLifeHours: number): Float64Array {
  if (!(halfLifeHours > 0)) throw new InvalidInput('half-life', String(halfLifeHours), 'hours above 0');
  const keep = 0.5 ** (1 / halfLifeHours);
  const first = returns.subarray(0, SEED_RETURNS);
  let variance = first.length === 0 ? 0 : first.reduce((sum, one) => sum + one * one, 0) / first.length;
  return returns.map((one) => {
    variance = keep * variance + (1 - keep) * one * one;
    return Math.sqrt(variance);
  });
}

/** Root mean square of the last `window` returns at each hour's end; NaN before there are as many. */
export function trailingVolatility(returns: Float64Array, window: number): Float64Array {
  if (!(Number.isInteger(window) && window > 0)) throw new InvalidInput('window', String(window), 'a whole number of hours above 0');
  const sums = new Float64Array(returns.length + 1);
  for (let index = 0; index < returns.length; index += 1) sums[index + 1] = (sums[index] as number) + (returns[index] as number) ** 2;
  return returns.map((_, index) => (index < window ? NaN : Math.sqrt(Math.max(0, (sums[index + 1] as number) - (sums[index + 1 - window] as number)) / window)));
}

/**
 * Realised volatility from closes that are evenly spaced, sampled every `every` of them (5 for five minutes of minute bars): the root of the sum of squared
 * returns over the time they span, per square root of a year (Andersen and Bollerslev 1998). Sampling more often would count the bounce between bid and ask.
 * @throws InvalidInput for a step that is no whole number, prices not above 0, or too few prices for one return
 */
export function sampledVolatility(closes: Float64Array, every: number, secondsApart: number): number {
  if (!(Number.isInteger(every) && every > 0)) throw new InvalidInput('every', String(every), 'a whole number above 0');
  if (!(secondsApart > 0)) throw new InvalidInput('seconds apart', String(secondsApart), 'a number above 0');
  let squares = 0;
  let count = 0;
  for (let index = every; index < closes.length; index += every) {
    const [before, now] = [closes[index - every] as number, closes[index] as number];
    if (!(before > 0 && now > 0)) throw new InvalidInput('close', String(before > 0 ? now : before), 'a price above 0');
    squares += Math.log(now / before) ** 2;
    count += 1;
  }
  if (count === 0) throw new InvalidInput('closes', `${closes.length} prices`, `more than ${every}`);
  return Math.sqrt((squares / (count * every * secondsApart)) * 31_536_000);
}

/** Volatility of the ratio of two series of prices on the same hours, per hour: what a token and its staked form need in place of a correlation (risk-model.md section 2). */
export function ratioVolatilityOf(one: Float64Array, other: Float64Array): number {
  if (one.length !== other.length || one.length < 2) throw new InvalidInput('two series', `${one.length} and ${other.length} prices`, 'as many prices in both, at least 2');
  let squares = 0;
  for (let index = 1; index < one.length; index += 1) {
    const step = Math.log((one[index] as number) / (other[index] as number)) - Math.log((one[index - 1] as number) / (other[index - 1] as number));
    if (!Number.isFinite(step)) throw new InvalidInput(`prices at ${index}`, `${one[index]} and ${other[index]}`, 'two prices above 0');
    squares += step * step;
  }
  return Math.sqrt(squares / (one.length - 1));
}
