import type { AssetHistory } from '@ballast/risk';
import { MODELS } from './walk-forward.js';
import type { Study } from './study.js';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const percent = (share: number): string => `${(share * 100).toPrecision(3).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}%`;
const at = (digits: number) => (value: number): string => {
  const shown = value.toFixed(digits);
  return Number(shown) === 0 ? (0).toFixed(digits) : shown;
};
const [two, three, four, five] = [at(2), at(3), at(4), at(5)];

/** The figures of docs/calibration.md as Markdown tables. */
export function renderStudy(found: Study): string {
  const { scores } = found;
  const tabled = scores.filter(({ model }) => ['GBM, HAR', 'GBM, HAR + Platt', 'FHS, HAR'].includes(model));
  return [
    `${found.cases.toLocaleString('en-US')} cases, base rate ${percent(found.baseRate)}.`,
    '### Scores',
    table(['model', 'Brier', 'skill over the base rate [95%]', 'slope', 'intercept', 'log loss', 'reliability', 'resolution'], scores.map((one) => [
      one.model === 'FHS, HAR' ? `**${one.model}**` : one.model, four(one.brier), `${three(one.skill)} [${three(one.skillLow)}, ${three(one.skillHigh)}]`, two(one.map.slope), two(one.map.intercept), three(one.logLoss), five(one.murphy.reliability), five(one.murphy.resolution),
    ])),
    '### Forecast and observed, by health factor',
    table(['health factor', 'observed', ...MODELS], found.byHealth.map((row) => [String(row.health), percent(row.observed), ...MODELS.map((model) => percent(row.forecast[model]))])),
    '### Reliability',
    ...tabled.flatMap(({ model, reliability }) => [`**${model}**`, table(['forecast between', 'cases', 'mean forecast', 'observed [Wilson 95%]'], reliability.map((bin) => [
      `${percent(bin.from)} and ${percent(bin.to)}`, bin.cases.toLocaleString('en-US'), percent(bin.forecast), `${percent(bin.observed)} [${percent(bin.low)}, ${percent(bin.high)}]`,
    ]))]),
    '### The shown model by asset and by year',
    table(['part', 'cases', 'observed', 'slope', 'intercept'], found.parts.map((part) => [part.part, part.cases.toLocaleString('en-US'), percent(part.observed), two(part.map.slope), two(part.map.intercept)])),
    '### Chances near 5% on days without overlap',
    table(['asset', 'days', 'expected', 'happened', 'Kupiec p'], found.coverage.map((row) => [row.asset, String(row.days), row.expected.toFixed(1), String(row.events), two(row.pValue)])),
    '### Other maps and inputs',
    `Isotonic map of GBM on HAR, fitted to the years before each: Brier ${four(found.isotonic.before)} to ${four(found.isotonic.after)} over ${found.isotonic.cases.toLocaleString('en-US')} cases.`,
    table(['implied volatility blended in', 'weight of implied', 'variance scale', 'days tested', 'Brier, HAR', 'Brier, blend'], found.blends.map((row) => [row.asset, two(row.blend.impliedWeight), two(row.blend.scale), String(row.days), four(row.brierHar), four(row.brierBlend)])),
    '### HAR on all years',
    table(['asset', 'intercept', 'day', 'week', 'month', 'residual', 'hours'], found.histories.map(({ asset, har }) => [asset, three(har.intercept), three(har.day), three(har.week), three(har.month), two(har.residual), har.rows.toLocaleString('en-US')])),
  ].join('\n\n');
}

/** The source of libs/risk/src/calibration/fitted-histories.ts. */
export function renderHistories(histories: readonly AssetHistory[]): string {
  return `// Written by \`npm run calibrate -- --write\`; see docs/calibration.md.
import type { AssetHistory } from './asset-history.js';

export const FITTED_HISTORIES: readonly AssetHistory[] = ${JSON.stringify(histories, null, 1).replace(/\[\s+([-\d.,\s]+?)\s+\]/g, (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`)};
`;
}
