import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { march2020 } from './march-2020.js';
import { scaledPath } from './scenario.js';

const klines = join(process.env.BALLAST_DATA ?? '../shared', 'data/prices_hourly/ETHUSDT_1h.csv.gz');

describe('the scenario of March 2020', () => {
  it('holds a day of history and two days of story, 72 closes in all', () => {
    expect(march2020.history).toHaveLength(24);
    expect(march2020.closes).toHaveLength(48);
  });

  it('begins its story from 3,000 USD', () => {
    const { history, story } = scaledPath(march2020);
    expect(history.at(-1)).toEqual({ hour: -1, label: '11 Mar 23:00', price: 300_000_000_000n });
    expect(story[0]?.label).toBe('12 Mar 00:00');
  });

  it('takes its steepest hour in one step in the raw variant', () => {
    const closes = [march2020.history.at(-1) ?? 0, ...march2020.closes];
    const moves = march2020.closes.map((close, hour) => close / (closes[hour] ?? 1) - 1);
    expect(moves.indexOf(Math.min(...moves))).toBe(march2020.rawHour);
    expect(moves[march2020.rawHour]).toBeCloseTo(-0.2087, 4);
  });

  it.skipIf(!existsSync(klines))('has the closes of the public data (skipped without the data folder)', () => {
    const rows = gunzipSync(readFileSync(klines)).toString('utf8').split('\n').map((line) => line.split(','));
    const closes = rows.filter(([time]) => /^2020-03-1[123]/.test(time ?? '')).map((row) => Number(row[4]));
    expect(closes).toEqual([...march2020.history, ...march2020.closes]);
  });
});
