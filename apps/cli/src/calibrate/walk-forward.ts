import {
  ScaledHistory, ewmaSeries, extremesAfter, fitHar, fitLogistic, forecastHar, harInputs, hitProbability, logReturns, mapped, scaledExtremes,
  type HarInputs, type HarModel, type HourlyBars, type LogisticMap,
} from '@ballast/risk';

export const HEALTHS = [1.02, 1.03, 1.05, 1.08, 1.1, 1.15, 1.2, 1.3] as const;
export const HORIZON_HOURS = 24;
const EVERY_HOURS = 6;
const HOURS_PER_YEAR = 8_760;
const HALF_LIFE = 24;
/** A chance is never nearer to 0 or 1 than this where its logarithm is taken. */
export const LEAST_CHANCE = 1e-6;

export const MODELS = ['GBM, EWMA 24 h', 'GBM, HAR', 'GBM, HAR + Platt', 'FHS, EWMA 24 h', 'FHS, HAR', 'base rate'] as const;
export type Model = (typeof MODELS)[number];

export interface Market {
  readonly asset: string;
  readonly bars: HourlyBars;
  /** First year that is forecast; all before it is for training. */
  readonly firstYear: number;
}

/** What was forecast for one asset, health and moment, and whether the price then fell that far within the day. */
export interface ForecastCase {
  readonly asset: string;
  readonly year: number;
  readonly hour: number;
  readonly health: number;
  readonly happened: boolean;
  readonly chances: Readonly<Record<Model, number>>;
}

const yearStart = (year: number): number => Date.UTC(year, 0, 1) / 3_600_000;
const yearOf = (hour: number): number => new Date(hour * 3_600_000).getUTCFullYear();

/** Whatever of a market is known up to the end of each bar. */
interface Known {
  readonly returns: Float64Array;
  readonly ewma: Float64Array;
  readonly har: HarInputs;
}

/** What a year's forecasts are made with: fitted to bars before the year alone. */
interface Trained {
  readonly har: HarModel;
  readonly platt: LogisticMap;
  readonly historyOfEwma: ScaledHistory;
  readonly historyOfHar: ScaledHistory;
  readonly baseRates: ReadonlyMap<number, number>;
}

/** Forecasts of every year from the first on, each by what all earlier years taught, every six hours at eight healths of a loan with one risky collateral. */
export function walkForward({ asset, bars, firstYear }: Market): ForecastCase[] {
  const returns = logReturns(bars.close);
  const known: Known = { returns, ewma: ewmaSeries(returns, HALF_LIFE), har: harInputs(returns) };
  const lastYear = yearOf(bars.hours.at(-1) as number);
  const cases: ForecastCase[] = [];
  for (let year = firstYear; year <= lastYear; year += 1) {
    const [from, to] = [firstAt(bars, yearStart(year)), firstAt(bars, yearStart(year + 1))];
    const trained = train(bars, known, from);
    for (let index = from; index < to && index + HORIZON_HOURS < bars.close.length; index += 1) {
      const hour = bars.hours[index] as number;
      if ((hour + 1) % EVERY_HOURS !== 0) continue;
      const { fall } = extremesAfter(bars.low, bars.high, bars.close, index, HORIZON_HOURS);
      for (const health of HEALTHS) {
        const chances = forecastAt(known, trained, index, health);
        if (chances !== null) cases.push({ asset, year, hour, health, happened: fall >= Math.log(health), chances });
      }
    }
  }
  return cases;
}

const firstAt = (bars: HourlyBars, hour: number): number => {
  const index = bars.hours.findIndex((at) => at >= hour);
  return index < 0 ? bars.hours.length : index;
};

function train(bars: HourlyBars, known: Known, until: number): Trained {
  const har = fitHar(known.har, until);
  const past = { hours: bars.hours.subarray(0, until), high: bars.high.subarray(0, until), low: bars.low.subarray(0, until), close: bars.close.subarray(0, until) };
  const harVolatility = past.close.map((_, index) => harAt(har, known.har, index));
  const historyOf = (volatility: Float64Array): ScaledHistory => new ScaledHistory(scaledExtremes(past, volatility, HORIZON_HOURS).falls);
  const raw: { chances: number[]; happened: number[] } = { chances: [], happened: [] };
  const baseRates = new Map<number, number>();
  for (const health of HEALTHS) {
    let [events, cases] = [0, 0];
    for (let index = 0; index + HORIZON_HOURS < until; index += EVERY_HOURS) {
      const volatility = harVolatility[index] as number;
      if (!(volatility > 0)) continue;
      const happened = extremesAfter(past.low, past.high, past.close, index, HORIZON_HOURS).fall >= Math.log(health) ? 1 : 0;
      cases += 1;
      events += happened;
      raw.chances.push(diffusionChance(volatility, health));
      raw.happened.push(happened);
    }
    baseRates.set(health, (events + 0.5) / (cases + 1));
  }
  return {
    har, baseRates, platt: fitLogistic(Float64Array.from(raw.chances), Uint8Array.from(raw.happened), LEAST_CHANCE),
    historyOfEwma: historyOf(known.ewma.subarray(0, until)), historyOfHar: historyOf(harVolatility),
  };
}

const harAt = (model: HarModel, { day, week, month }: HarInputs, index: number): number => forecastHar(model, day[index] as number, week[index] as number, month[index] as number);

function forecastAt(known: Known, trained: Trained, index: number, health: number): ForecastCase['chances'] | null {
  const [ewma, har] = [known.ewma[index] as number, harAt(trained.har, known.har, index)];
  if (!(ewma > 0 && har > 0)) return null;
  const diffusion = diffusionChance(har, health);
  const deviations = (volatility: number): number => Math.log(health) / (volatility * Math.sqrt(HORIZON_HOURS));
  return {
    'GBM, EWMA 24 h': diffusionChance(ewma, health), 'GBM, HAR': diffusion, 'GBM, HAR + Platt': mapped(trained.platt, diffusion, LEAST_CHANCE),
    'FHS, EWMA 24 h': trained.historyOfEwma.chanceBeyond(deviations(ewma)), 'FHS, HAR': trained.historyOfHar.chanceBeyond(deviations(har)),
    'base rate': trained.baseRates.get(health) as number,
  };
}

/** The chance of a diffusion whose price has no drift, of an hourly volatility. */
function diffusionChance(hourly: number, health: number): number {
  const volatility = hourly * Math.sqrt(HOURS_PER_YEAR);
  return hitProbability({ logDistance: Math.log(health), drift: -(volatility ** 2) / 2, volatility, years: HORIZON_HOURS / HOURS_PER_YEAR }).probability;
}

