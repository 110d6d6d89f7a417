import {
  HISTORY_SHARES, ScaledHistory, ewmaSeries, extremesAfter, fitHar, forecastHar, harInputs, logReturns, scaledExtremes,
  type AssetHistory, type HourlyBars,
} from '@ballast/risk';

const RECENT_DAYS = 2_000;
const HOURS = 24;
const DIGITS = 4;

const dayOf = (hour: number): string => new Date(hour * 3_600_000).toISOString().slice(0, 10);
const rounded = (value: number, digits = DIGITS): number => Number(value.toFixed(digits));

/** The history of an asset's days from all of its bars: what the service carries of them. */
export function fitHistory(asset: string, bars: HourlyBars): AssetHistory {
  const returns = logReturns(bars.close);
  const inputs = harInputs(returns);
  const har = fitHar(inputs, bars.close.length);
  const byHar = bars.close.map((_, index) => forecastHar(har, inputs.day[index] as number, inputs.week[index] as number, inputs.month[index] as number));
  const scaled = (volatility: Float64Array): AssetHistory['scaled']['har'] => {
    const { falls, rises } = scaledExtremes(bars, volatility, HOURS);
    const told = (values: Float64Array): number[] => HISTORY_SHARES.map((share) => rounded(new ScaledHistory(values).quantileBeyond(share)));
    return { fall: told(falls), rise: told(rises) };
  };
  const scaledByHar = scaled(byHar);
  const known = byHar.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  return {
    asset, from: dayOf(bars.hours[0] as number), through: dayOf(bars.hours.at(-1) as number),
    har: { intercept: rounded(har.intercept, 5), day: rounded(har.day, 5), week: rounded(har.week, 5), month: rounded(har.month, 5), residual: rounded(har.residual, 5), rows: har.rows },
    scaled: { har: scaledByHar, 'ewma-24h': scaled(ewmaSeries(returns, HOURS)) },
    days: Math.floor(known / HOURS),
    recent: recentDays(bars),
  };
}

/** Whole days from midnight to midnight UTC, the latest first; days with a missing hour are left out. */
function recentDays(bars: HourlyBars): AssetHistory['recent'] {
  const [falls, rises]: [number[], number[]] = [[], []];
  for (let index = bars.close.length - 1 - HOURS; index >= 0 && falls.length < RECENT_DAYS; index -= 1) {
    const hour = bars.hours[index] as number;
    if ((hour + 1) % HOURS !== 0 || (bars.hours[index + HOURS] as number) - hour !== HOURS) continue;
    const { fall, rise } = extremesAfter(bars.low, bars.high, bars.close, index, HOURS);
    falls.push(1 - Math.exp(-fall));
    rises.push(Math.expm1(rise));
  }
  return { days: falls.length, fall: countsOf(falls), rise: countsOf(rises) };
}

function countsOf(moves: readonly number[]): number[] {
  const most = Math.floor(Math.max(...moves) * 100);
  return Array.from({ length: most }, (_, index) => moves.filter((move) => move >= (index + 1) / 100).length);
}
