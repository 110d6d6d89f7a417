import { InvalidInput } from '@ballast/units';

/** What a no-trade band is made of: share of a trade's value that it costs, dollars, gamma in units per dollar, years, risk aversion per dollar. */
export interface BandInput {
  readonly costShare: number;
  readonly priceUsd: number;
  readonly gammaPerUsd: number;
  readonly rate: number;
  readonly years: number;
  /** Absolute risk aversion, 1/USD. */
  readonly riskAversion: number;
}

/** Half-width of the band around the ideal hedge within which trading costs more than it helps, in units of the underlying (Whalley and Wilmott 1997). */
export function noTradeHalfWidth({ costShare, priceUsd, gammaPerUsd, rate, years, riskAversion }: BandInput): number {
  if (!(costShare >= 0)) throw new InvalidInput('cost', String(costShare), 'a share from 0');
  if (!(priceUsd > 0)) throw new InvalidInput('price', String(priceUsd), 'dollars above 0');
  if (!Number.isFinite(gammaPerUsd)) throw new InvalidInput('gamma', String(gammaPerUsd), 'a number');
  if (!(years >= 0) || !Number.isFinite(rate)) throw new InvalidInput('years and rate', `${years} and ${rate}`, 'a number from 0 and a number');
  if (!(riskAversion > 0)) throw new InvalidInput('risk aversion', String(riskAversion), 'a number above 0');
  return Math.cbrt((1.5 * Math.exp(-rate * years) * costShare * priceUsd * gammaPerUsd * gammaPerUsd) / riskAversion);
}

/** Half-width in weight for a book of constant leverage with the share `weight` in the risky asset (Davis and Norman 1990; Rogers 2004); relative risk aversion. */
export function constantLeverageHalfWidth(weight: number, costShare: number, relativeRiskAversion: number): number {
  if (!Number.isFinite(weight) || !(costShare >= 0) || !(relativeRiskAversion > 0)) {
    throw new InvalidInput('band', JSON.stringify({ weight, costShare, relativeRiskAversion }), 'a weight, a share from 0, a risk aversion above 0');
  }
  return Math.cbrt((1.5 * costShare * weight ** 2 * (1 - weight) ** 2) / relativeRiskAversion);
}

/** Units to trade from `held`: to the nearest edge of the band around `ideal`, not to its middle; 0 inside it. */
export function tradeToBand(held: number, ideal: number, halfWidth: number): number {
  if (held > ideal + halfWidth) return ideal + halfWidth - held;
  return held < ideal - halfWidth ? ideal - halfWidth - held : 0;
}
