import { InvalidInput } from '@ballast/units';

/** Hourly prices, oldest first, as columns. `hours` is the hour of the bar's opening, in whole hours since 1970; a missing bar is left out, and the step over it is one step. */
export interface HourlyBars {
  readonly hours: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** @throws InvalidInput for columns of different lengths, hours that do not rise, prices that are not above 0, a low above the close or a high below it */
export function requireBars({ hours, high, low, close }: HourlyBars): void {
  const count = hours.length;
  for (const [name, column] of Object.entries({ high, low, close })) if (column.length !== count) throw new InvalidInput(`column ${name}`, `${column.length} values`, `${count} values, as many as hours`);
  for (let index = 0; index < count; index += 1) {
    const [at, most, least, last] = [hours[index] as number, high[index] as number, low[index] as number, close[index] as number];
    if (!(least > 0 && last >= least && most >= last && most < Infinity)) throw new InvalidInput(`bar ${index}`, `low ${least}, close ${last}, high ${most}`, 'prices above 0 with the close between low and high');
    if (index > 0 && !(at > (hours[index - 1] as number))) throw new InvalidInput(`hour of bar ${index}`, String(at), 'a later hour than the bar before');
  }
}

/** ln(close / close before), the first 0. */
export function logReturns(close: Float64Array): Float64Array {
  return close.map((price, index) => (index === 0 ? 0 : Math.log(price / (close[index - 1] as number))));
}
