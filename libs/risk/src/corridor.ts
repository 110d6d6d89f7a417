import { InvalidInput } from '@ballast/units';

/** The logarithm of a price between two barriers, both as distances from now: `lower` below 0, `upper` above. */
export interface Corridor {
  readonly lower: number;
  readonly upper: number;
  /** Of the logarithm, per year. */
  readonly drift: number;
  readonly volatility: number;
  readonly years: number;
}

/** @throws InvalidInput for NaN, a negative or infinite volatility or time, a drift that is not finite */
export function requireCorridor({ lower, upper, drift, volatility, years }: Corridor): void {
  if (Number.isNaN(lower) || Number.isNaN(upper)) throw new InvalidInput('barriers', `${lower} and ${upper}`, 'two numbers');
  if (!Number.isFinite(drift)) throw new InvalidInput('drift', String(drift), 'a finite number');
  if (!(volatility >= 0 && Number.isFinite(volatility))) throw new InvalidInput('volatility', String(volatility), 'a finite number of zero or more');
  if (!(years >= 0 && Number.isFinite(years))) throw new InvalidInput('horizon in years', String(years), 'a finite number of zero or more');
}
