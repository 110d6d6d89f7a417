import { InvalidInput } from '@ballast/units';

/** @throws InvalidInput for a time that is NaN, negative or infinite */
export function requireHorizon(years: number): void {
  if (!(years >= 0 && Number.isFinite(years))) throw new InvalidInput('horizon in years', String(years), 'a finite number of zero or more');
}
