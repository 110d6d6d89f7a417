import { kupiecTest } from '@ballast/risk';
import { scoreBlend, type BlendResult } from './blend-implied.js';
import { fitHistory } from './fit-history.js';
import { IMPLIED_ASSETS, readImplied, readMarkets } from './read-markets.js';
import { isotonicBrier, mapsByPart, ratesByHealth, scoreModels } from './score-models.js';
import { walkForward, type ForecastCase, type Model } from './walk-forward.js';

/** The model whose figures people see. */
export const SHOWN: Model = 'FHS, HAR';
const ISOTONIC_FROM = 2021;
const TRIGGER_CHANCE = 0.05;
const BLEND_YEAR = 2023;

/** Every figure of docs/calibration.md, and the histories that the service carries, from the folder for market data. */
export function study(dataFolder: string) {
  const markets = readMarkets(dataFolder);
  const cases = markets.flatMap(walkForward);
  const blends: BlendResult[] = IMPLIED_ASSETS.map((asset) => scoreBlend(asset, (markets.find((one) => one.asset === asset) as (typeof markets)[number]).bars, readImplied(dataFolder, asset), BLEND_YEAR));
  return {
    cases: cases.length,
    baseRate: cases.reduce((sum, one) => sum + (one.happened ? 1 : 0), 0) / cases.length,
    scores: scoreModels(cases),
    byHealth: ratesByHealth(cases),
    parts: [...mapsByPart(cases, SHOWN, (one) => one.asset), ...mapsByPart(cases, SHOWN, (one) => String(one.year))],
    isotonic: isotonicBrier(cases, 'GBM, HAR', ISOTONIC_FROM),
    coverage: coverageOf(cases),
    blends,
    histories: markets.map(({ asset, bars }) => fitHistory(asset, bars)),
  };
}
export type Study = ReturnType<typeof study>;

/**
 * How often the fall that the model gave a chance of 5% came true, on days without overlap: the first forecast of each day at the health whose chance is nearest
 * to 5%, counted at its own chance.
 */
function coverageOf(cases: readonly ForecastCase[]): { readonly asset: string; readonly days: number; readonly events: number; readonly expected: number; readonly pValue: number }[] {
  return [...new Set(cases.map((one) => one.asset))].map((asset) => {
    const nearest = new Map<number, ForecastCase>();
    for (const one of cases) {
      const day = Math.floor((one.hour + 1) / 24);
      if (one.asset !== asset || (one.hour + 1) % 24 !== 0) continue;
      const known = nearest.get(day);
      if (known === undefined || Math.abs(one.chances[SHOWN] - TRIGGER_CHANCE) < Math.abs(known.chances[SHOWN] - TRIGGER_CHANCE)) nearest.set(day, one);
    }
    const days = [...nearest.values()].filter((one) => Math.abs(one.chances[SHOWN] - TRIGGER_CHANCE) <= TRIGGER_CHANCE / 2);
    const events = days.filter((one) => one.happened).length;
    const expected = days.reduce((sum, one) => sum + one.chances[SHOWN], 0);
    return { asset, days: days.length, events, expected, pValue: kupiecTest(events, days.length, expected / days.length).pValue };
  });
}
