import { InvalidInput } from '@ballast/units';
import { LinearFit } from './least-squares.js';
import { trailingVolatility } from './volatility-series.js';

export const HAR_HOURS = { day: 24, week: 168, month: 720 } as const;

/** ln of the volatility of the day to come as a line in the logarithms of that of the last day, week and month (Corsi 2009). */
export interface HarModel {
  readonly intercept: number;
  readonly day: number;
  readonly week: number;
  readonly month: number;
  /** Standard deviation of what the line leaves. */
  readonly residual: number;
  readonly rows: number;
}

/** What a forecast needs, at each hour's end: root mean squares per hour, NaN where the history is too short. */
export interface HarInputs {
  readonly day: Float64Array;
  readonly week: Float64Array;
  readonly month: Float64Array;
}

export const harInputs = (returns: Float64Array): HarInputs => ({
  day: trailingVolatility(returns, HAR_HOURS.day), week: trailingVolatility(returns, HAR_HOURS.week), month: trailingVolatility(returns, HAR_HOURS.month),
});

/** Fitted to every hour before `until` whose day to come ends before it too, so that nothing later is looked at. @throws InvalidInput where fewer than 100 hours are left */
export function fitHar({ day, week, month }: HarInputs, until: number): HarModel {
  const fit = new LinearFit(4);
  let rows = 0;
  for (let index = HAR_HOURS.month; index + HAR_HOURS.day < until; index += 1) {
    const [last, seven, thirty, next] = [day[index] as number, week[index] as number, month[index] as number, day[index + HAR_HOURS.day] as number];
    if (!(last > 0 && seven > 0 && thirty > 0 && next > 0)) continue;
    fit.add([1, Math.log(last), Math.log(seven), Math.log(thirty)], Math.log(next));
    rows += 1;
  }
  if (rows < 100) throw new InvalidInput('hours of history', String(rows), 'at least 100 with a month before and a day after them');
  const { coefficients, residual } = fit.solve();
  const [intercept, ofDay, ofWeek, ofMonth] = coefficients as [number, number, number, number];
  return { intercept, day: ofDay, week: ofWeek, month: ofMonth, residual, rows };
}

/** The volatility of the day to come, per hour; its mean, so that half of the residual's variance is in it. NaN where an input is not above 0. */
export function forecastHar(model: HarModel, day: number, week: number, month: number): number {
  if (!(day > 0 && week > 0 && month > 0)) return NaN;
  return Math.exp(model.intercept + model.day * Math.log(day) + model.week * Math.log(week) + model.month * Math.log(month) + model.residual ** 2 / 2);
}
