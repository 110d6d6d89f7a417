import {
  SeededRandom, brierScore, equalCountEdges, fitIsotonic, fitLogistic, isotonicValue, logLoss, murphySplit, reliabilityTable,
  type Forecasts, type LogisticMap, type MurphySplit, type ReliabilityBin,
} from '@ballast/risk';
import { HEALTHS, LEAST_CHANCE, MODELS, type ForecastCase, type Model } from './walk-forward.js';

/** Edges of the bins that people read, and those of the tails among them. */
export const READ_EDGES: readonly number[] = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
const MURPHY_BINS = 20;
const BLOCK_DAYS = 28;
const REPLICATES = 500;
const SEED = 20_241_231;

export interface ModelScore {
  readonly model: Model;
  readonly brier: number;
  /** 1 - Brier / that of the base rate, with the interval that 95% of the resampled histories give. */
  readonly skill: number;
  readonly skillLow: number;
  readonly skillHigh: number;
  readonly map: LogisticMap;
  readonly logLoss: number;
  readonly murphy: MurphySplit;
  readonly reliability: readonly ReliabilityBin[];
}

/** Chances of one model beside what happened. */
export function forecastsOf(cases: readonly ForecastCase[], model: Model): Forecasts {
  return { chances: Float64Array.from(cases, (one) => one.chances[model]), happened: Uint8Array.from(cases, (one) => (one.happened ? 1 : 0)) };
}

/** Scores of every model over the same cases. */
export function scoreModels(cases: readonly ForecastCase[]): ModelScore[] {
  const base = brierScore(forecastsOf(cases, 'base rate'));
  return MODELS.map((model) => {
    const forecasts = forecastsOf(cases, model);
    const brier = brierScore(forecasts);
    const [skillLow, skillHigh] = skillInterval(cases, model);
    return {
      model, brier, skill: 1 - brier / base, skillLow, skillHigh, map: fitLogistic(forecasts.chances, forecasts.happened, LEAST_CHANCE), logLoss: logLoss(forecasts, LEAST_CHANCE),
      murphy: murphySplit(forecasts, equalCountEdges(forecasts.chances, MURPHY_BINS)), reliability: reliabilityTable(forecasts, READ_EDGES),
    };
  });
}

/** Cases overlap, so whole blocks of 28 days are drawn, all assets and healths of a block together. */
function skillInterval(cases: readonly ForecastCase[], model: Model): [number, number] {
  const blocks = new Map<number, { model: number; base: number }>();
  for (const { hour, happened, chances } of cases) {
    const key = Math.floor(hour / (24 * BLOCK_DAYS));
    const block = blocks.get(key) ?? { model: 0, base: 0 };
    block.model += (chances[model] - (happened ? 1 : 0)) ** 2;
    block.base += (chances['base rate'] - (happened ? 1 : 0)) ** 2;
    blocks.set(key, block);
  }
  const list = [...blocks.values()];
  const random = new SeededRandom(SEED);
  const skills = Array.from({ length: REPLICATES }, () => {
    let [ours, base] = [0, 0];
    for (let draw = 0; draw < list.length; draw += 1) {
      const block = list[Math.floor(random.uniform() * list.length)] as { model: number; base: number };
      ours += block.model;
      base += block.base;
    }
    return 1 - ours / base;
  }).sort((one, other) => one - other);
  return [skills[Math.floor(0.025 * REPLICATES)] as number, skills[Math.ceil(0.975 * REPLICATES) - 1] as number];
}

/** Mean forecast and observed rate at each health. */
export function ratesByHealth(cases: readonly ForecastCase[]): { readonly health: number; readonly cases: number; readonly observed: number; readonly forecast: Readonly<Record<Model, number>> }[] {
  return HEALTHS.map((health) => {
    const own = cases.filter((one) => one.health === health);
    const mean = (pick: (one: ForecastCase) => number): number => own.reduce((sum, one) => sum + pick(one), 0) / own.length;
    const forecast = Object.fromEntries(MODELS.map((model) => [model, mean((one) => one.chances[model])])) as Record<Model, number>;
    return { health, cases: own.length, observed: mean((one) => (one.happened ? 1 : 0)), forecast };
  });
}

/** Slope and intercept of one model over parts of the cases: each asset, each year. */
export function mapsByPart(cases: readonly ForecastCase[], model: Model, part: (one: ForecastCase) => string): { readonly part: string; readonly cases: number; readonly observed: number; readonly map: LogisticMap }[] {
  return [...new Set(cases.map(part))].sort().map((name) => {
    const own = cases.filter((one) => part(one) === name);
    const { chances, happened } = forecastsOf(own, model);
    return { part: name, cases: own.length, observed: happened.reduce((sum, one) => sum + one, 0) / own.length, map: fitLogistic(chances, happened, LEAST_CHANCE) };
  });
}

/** What an isotonic map of the diffusion's chance, fitted to all years before each, would score: the other map that needs many cases. */
export function isotonicBrier(cases: readonly ForecastCase[], model: Model, firstYear: number): { readonly before: number; readonly after: number; readonly cases: number } {
  const later = cases.filter((one) => one.year >= firstYear);
  const after = later.map(() => 0);
  for (const year of new Set(later.map((one) => one.year))) {
    const past = forecastsOf(cases.filter((one) => one.year < year), model);
    const map = fitIsotonic(past.chances, past.happened);
    later.forEach((one, index) => { if (one.year === year) after[index] = isotonicValue(map, one.chances[model]); });
  }
  const { chances, happened } = forecastsOf(later, model);
  return { before: brierScore({ chances, happened }), after: brierScore({ chances: Float64Array.from(after), happened }), cases: later.length };
}
