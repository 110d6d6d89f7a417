import { InvalidInput } from '@ballast/units';
import { normalCdf, normalDensity } from '../statistics/normal.js';

export type OptionType = 'call' | 'put';

/** An option on a spot price that carries: rate and carry yield continuously compounded per year, volatility per square root of a year. */
export interface SpotOption {
  readonly type: OptionType;
  readonly spot: number;
  readonly strike: number;
  readonly years: number;
  readonly volatility: number;
  readonly rate: number;
  /** Yield of the asset: staking, lending, minus the cost of holding. */
  readonly carryYield: number;
}

/** Value for one unit and its Greeks: per dollar, per 1.00 of volatility, per year, per 1.00 of the rate. */
export interface OptionValue {
  readonly value: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly thetaPerYear: number;
  readonly rho: number;
  /** d delta / d volatility */
  readonly vanna: number;
  /** d vega / d volatility */
  readonly volga: number;
}

/**
 * Black and Scholes 1973 with a carry yield (Merton 1973). Both tails keep their digits. At expiry, and without volatility, the value of exercise
 * along the forward; gamma, vega and what hangs on them are then 0.
 * @throws InvalidInput for a price or strike that is not above 0, negative or infinite time or volatility, rates that are not finite
 */
export function blackScholes(option: SpotOption): OptionValue {
  const { type, spot, strike, years, volatility, rate, carryYield } = option;
  requireOption('spot', spot, option);
  if (!Number.isFinite(carryYield)) throw new InvalidInput('carry yield', String(carryYield), 'a finite number');
  const sign = type === 'call' ? 1 : -1;
  const [discount, growth] = [Math.exp(-rate * years), Math.exp(-carryYield * years)];
  const spread = volatility * Math.sqrt(years);
  if (spread === 0) return exercise(sign, spot * growth, strike * discount, growth, { rate, carryYield, years });
  const d1 = (Math.log(spot / strike) + (rate - carryYield) * years) / spread + spread / 2;
  const d2 = d1 - spread;
  const [n1, n2, density] = [normalCdf(sign * d1), normalCdf(sign * d2), normalDensity(d1)];
  const vega = spot * growth * density * Math.sqrt(years);
  return {
    value: Math.max(0, sign * (spot * growth * n1 - strike * discount * n2)),
    delta: sign * growth * n1,
    gamma: (growth * density) / (spot * spread),
    vega,
    thetaPerYear: (-spot * growth * density * volatility) / (2 * Math.sqrt(years)) + sign * (carryYield * spot * growth * n1 - rate * strike * discount * n2),
    rho: sign * strike * years * discount * n2,
    vanna: (-growth * density * d2) / volatility,
    volga: (vega * d1 * d2) / volatility,
  };
}

function exercise(sign: number, forwardSpot: number, presentStrike: number, growth: number, { rate, carryYield, years }: { rate: number; carryYield: number; years: number }): OptionValue {
  const isIn = sign * (forwardSpot - presentStrike) > 0;
  return {
    value: isIn ? sign * (forwardSpot - presentStrike) : 0, delta: isIn ? sign * growth : 0, gamma: 0, vega: 0,
    thetaPerYear: isIn ? sign * (carryYield * forwardSpot - rate * presentStrike) : 0, rho: isIn ? sign * years * presentStrike : 0, vanna: 0, volga: 0,
  };
}

/** Shared by the models of this folder. */
export function requireOption(field: string, price: number, { strike, years, volatility, rate }: Pick<SpotOption, 'strike' | 'years' | 'volatility' | 'rate'>): void {
  if (!(price > 0 && Number.isFinite(price))) throw new InvalidInput(field, String(price), 'dollars above 0');
  if (!(strike > 0 && Number.isFinite(strike))) throw new InvalidInput('strike', String(strike), 'dollars above 0');
  if (!(years >= 0 && Number.isFinite(years))) throw new InvalidInput('years to expiry', String(years), 'a number from 0');
  if (!(volatility >= 0 && Number.isFinite(volatility))) throw new InvalidInput('volatility', String(volatility), 'a number from 0');
  if (!Number.isFinite(rate)) throw new InvalidInput('rate', String(rate), 'a finite number');
}
