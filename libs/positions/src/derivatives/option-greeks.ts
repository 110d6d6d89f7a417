/**
 * What figures of Greeks mean. Two venues' figures may only be compared or added where this is the same.
 * `delta`: BS is N(d1), coins per coin; PA is premium-adjusted, BS less the premium in coins (what OKX calls delta). `unit`: what gamma, vega and theta are in. Vega is for one
 * point of volatility (0.01), theta for one day (or for what is left, if that is less), gamma for one dollar of the price.
 */
export interface GreeksConvention {
  readonly delta: 'BS' | 'PA';
  readonly unit: 'coin' | 'usd';
  readonly vegaPer: 'vol-point';
  readonly thetaPer: 'day';
}

/** Deribit's tickers, and Ballast's own: delta as Black and Scholes have it, the others in dollars (hedging.md section 5). */
export const BS_USD: GreeksConvention = { delta: 'BS', unit: 'usd', vegaPer: 'vol-point', thetaPer: 'day' };
/** What OKX and client libraries tell as `delta`, `gamma`, `vega`, `theta`. */
export const PA_COIN: GreeksConvention = { delta: 'PA', unit: 'coin', vegaPer: 'vol-point', thetaPer: 'day' };

/** Statistics, and so floats; what decides leaves through functions that round away from safety. Always for one coin of the underlying, long; never already multiplied by a position. */
export interface OptionGreeks {
  readonly convention: GreeksConvention;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
}
