import { blackScholes, requireOption, type OptionType, type OptionValue } from './black-scholes.js';

/** An option on a forward or future, discounted at `rate`. */
export interface ForwardOption {
  readonly type: OptionType;
  readonly forward: number;
  readonly strike: number;
  readonly years: number;
  readonly volatility: number;
  readonly rate: number;
}

/** Delta and gamma per dollar of the forward; theta at a fixed forward. */
export interface ForwardOptionValue extends OptionValue {
  /** Delta less the premium in coin, for options that settle in the coin (Deribit). */
  readonly premiumAdjustedDelta: number;
}

/** Black 1976: Black and Scholes with a carry yield of the rate, so that the forward does not drift. Rho then only discounts. */
export function black76({ type, forward, strike, years, volatility, rate }: ForwardOption): ForwardOptionValue {
  requireOption('forward', forward, { strike, years, volatility, rate });
  const found = blackScholes({ type, spot: forward, strike, years, volatility, rate, carryYield: rate });
  return { ...found, rho: -years * found.value, premiumAdjustedDelta: found.delta - found.value / forward };
}

/** Delta per dollar of the spot from the delta per dollar of its forward. */
export const spotDelta = (forwardDelta: number, forward: number, spot: number): number => (forwardDelta * forward) / spot;
