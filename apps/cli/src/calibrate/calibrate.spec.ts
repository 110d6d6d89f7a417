import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom, type HourlyBars } from '@ballast/risk';
import { withFigures } from './main.js';
import { renderHistories, renderStudy } from './render.js';
import { scoreModels } from './score-models.js';
import { SHOWN, study, type Study } from './study.js';
import { HEALTHS, walkForward } from './walk-forward.js';

const FOLDER = resolve(process.env['BALLAST_DATA'] ?? '../shared');
const known = existsSync(resolve(FOLDER, 'data/prices_hourly'));
const START = Date.UTC(2022, 0, 1) / 3_600_000;

/** Three years of hours whose returns are normal and of one size. */
function quietMarket(hours: number, hourly: number): HourlyBars {
  const random = new SeededRandom(21);
  let price = 100;
  const bars = { hours: new Float64Array(hours), high: new Float64Array(hours), low: new Float64Array(hours), close: new Float64Array(hours) };
  for (let index = 0; index < hours; index += 1) {
    let [low, high] = [price, price];
    for (let step = 0; step < 12; step += 1) {
      price *= Math.exp((hourly / Math.sqrt(12)) * random.normal());
      [low, high] = [Math.min(low, price), Math.max(high, price)];
    }
    [bars.hours[index], bars.low[index], bars.high[index], bars.close[index]] = [START + index, low, high, price];
  }
  return bars;
}

describe('walking forward', () => {
  it('forecasts each year from the years before it alone, and both models are right where prices are a plain motion', () => {
    const bars = quietMarket(3 * 8_760, 0.007);
    const cases = walkForward({ asset: 'ETH', bars, firstYear: 2023 });
    expect(cases.length).toBe(((2 * 8_760 - 24) / 6) * HEALTHS.length);
    for (const { model, map } of scoreModels(cases)) {
      if (model !== 'GBM, HAR' && model !== 'FHS, HAR') continue;
      expect(Math.abs(map.slope - 1)).toBeLessThan(0.12);
      expect(Math.abs(map.intercept)).toBeLessThan(0.25);
    }
    // What comes later changes nothing of what was forecast.
    const changed = { ...bars, low: bars.low.map((low, index) => (index > 2 * 8_760 + 24 ? low / 2 : low)) };
    const before = (list: ReturnType<typeof walkForward>) => list.filter(({ year }) => year === 2023).map(({ chances }) => chances);
    expect(before(walkForward({ asset: 'ETH', bars: changed, firstYear: 2023 }))).toEqual(before(cases));
  });
});

describe('figures in the documentation', () => {
  it('stand between their marks, and nowhere else', () => {
    expect(withFigures('a\n<!-- figures -->\nold\n<!-- end of figures -->\nb', 'new')).toBe('a\n<!-- figures -->\nnew\n<!-- end of figures -->\nb');
    expect(() => withFigures('a', 'new')).toThrow(/no place for the figures/);
  });
});

describe.skipIf(!known)(`calibration on ${FOLDER}`, () => {
  let found: Study;
  beforeAll(() => { found = study(FOLDER); }, 120_000);

  it('the model that people see has a slope of 0.9 to 1.1, an intercept under 0.1, and skill', () => {
    const shown = found.scores.find(({ model }) => model === SHOWN);
    expect(Math.abs((shown?.map.slope ?? 0) - 1)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(shown?.map.intercept ?? 1)).toBeLessThan(0.1);
    expect(shown?.skillLow).toBeGreaterThan(0);
  });
  it('the documentation has these figures', () => expect(readFileSync('docs/calibration.md', 'utf8')).toContain(renderStudy(found)));
  it('the risk engine carries these histories', () => {
    expect(readFileSync('libs/risk/src/calibration/fitted-histories.ts', 'utf8')).toBe(renderHistories(found.histories.filter(({ asset }) => asset !== 'SOL')));
  });
});
