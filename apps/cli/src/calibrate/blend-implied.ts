import { ScaledHistory, blendedVolatility, brierScore, extremesAfter, fitHar, fitImpliedBlend, forecastHar, harInputs, logReturns, scaledExtremes, type HourlyBars, type ImpliedBlend } from '@ballast/risk';
import { HEALTHS, HORIZON_HOURS } from './walk-forward.js';

const HOURS_PER_YEAR = 8_760;

export interface BlendResult {
  readonly asset: string;
  readonly blend: ImpliedBlend;
  readonly days: number;
  readonly brierHar: number;
  readonly brierBlend: number;
}

/** Fits the blend of implied and HAR volatility on one year's days and scores the historical chance with and without it on the next year's. `implied` is annual, by day (2024-12-31), of that day's end. */
export function scoreBlend(asset: string, bars: HourlyBars, implied: ReadonlyMap<string, number>, fitYear: number): BlendResult {
  const inputs = harInputs(logReturns(bars.close));
  const until = bars.hours.findIndex((hour) => hour >= Date.UTC(fitYear, 0, 1) / 3_600_000);
  const model = fitHar(inputs, until);
  const har = bars.close.map((_, index) => forecastHar(model, inputs.day[index] as number, inputs.week[index] as number, inputs.month[index] as number));
  const past = { hours: bars.hours.subarray(0, until), high: bars.high.subarray(0, until), low: bars.low.subarray(0, until), close: bars.close.subarray(0, until) };
  const history = new ScaledHistory(scaledExtremes(past, har.subarray(0, until), HORIZON_HOURS).falls);
  const days = (year: number) => Array.from(bars.hours.keys()).flatMap((index) => {
    const time = new Date((bars.hours[index] as number) * 3_600_000);
    const quoted = implied.get(time.toISOString().slice(0, 10));
    const ends = time.getUTCHours() === 23 && time.getUTCFullYear() === year && index + HORIZON_HOURS < bars.close.length;
    return ends && quoted !== undefined ? [{ index, implied: quoted / Math.sqrt(HOURS_PER_YEAR), har: har[index] as number, realised: inputs.day[index + HORIZON_HOURS] as number }] : [];
  });
  const column = (list: ReturnType<typeof days>, field: 'implied' | 'har' | 'realised'): Float64Array => Float64Array.from(list, (day) => day[field]);
  const known = days(fitYear);
  const blend = fitImpliedBlend(column(known, 'implied'), column(known, 'har'), column(known, 'realised'));
  const tested = days(fitYear + 1);
  const score = (volatility: (day: (typeof tested)[number]) => number): number => {
    const cases = tested.flatMap((day) => HEALTHS.map((health) => ({
      chance: history.chanceBeyond(Math.log(health) / (volatility(day) * Math.sqrt(HORIZON_HOURS))),
      happened: extremesAfter(bars.low, bars.high, bars.close, day.index, HORIZON_HOURS).fall >= Math.log(health) ? 1 : 0,
    })));
    return brierScore({ chances: Float64Array.from(cases, (one) => one.chance), happened: Uint8Array.from(cases, (one) => one.happened) });
  };
  return { asset, blend, days: tested.length, brierHar: score((day) => day.har), brierBlend: score((day) => blendedVolatility(blend, day.implied, day.har)) };
}
