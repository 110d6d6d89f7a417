import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InvalidInput } from '@ballast/units';
import { parseBars } from '../prices/parse-bars.js';
import type { Market } from './walk-forward.js';

/** The assets of the study and the first year that is forecast: at least a year of history before it. */
export const STUDIED = [{ asset: 'ETH', firstYear: 2020 }, { asset: 'BTC', firstYear: 2020 }, { asset: 'SOL', firstYear: 2022 }] as const;
export const IMPLIED_ASSETS = ['ETH', 'BTC'] as const;

/** Text of a file, unpacked where its name ends in .gz. */
function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Hourly bars of every asset of the study from the folder for market data. */
export function readMarkets(dataFolder: string): Market[] {
  return STUDIED.map(({ asset, firstYear }) => {
    const path = join(dataFolder, 'data/prices_hourly', `${asset}USDT_1h.csv.gz`);
    return { asset, firstYear, bars: parseBars(textOf(path), path) };
  });
}

/** Implied volatility of 30 days by day, as a share per square root of a year. */
export function readImplied(dataFolder: string, asset: (typeof IMPLIED_ASSETS)[number]): ReadonlyMap<string, number> {
  const path = join(dataFolder, 'data/dvol', `${asset.toLowerCase()}_dvol_daily.csv.gz`);
  const rows = textOf(path).trim().split(/\r?\n/).slice(1);
  return new Map(rows.map((row, index) => {
    const [day = '', points = ''] = row.split(',');
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !(Number(points) > 0)) throw new InvalidInput(`${path}, row ${index + 1}`, row, 'a day such as 2024-12-31 and volatility points above 0');
    return [day, Number(points) / 100];
  }));
}
