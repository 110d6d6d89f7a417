import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normalCdf } from './statistics/normal.js';
import { blackScholes, exitProbability, firstExit, hitProbability, oneTouch, type Corridor, type FirstPassage } from './index.js';

const FOLDER = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'data/quantlib_tables');
const known = existsSync(FOLDER);

/** What these tables hold beyond a payment of cash: an owner's liquidation pays none of it, so the engine does not value it. */
const UNCOVERED = [
  'barrier_babsiri.csv', 'barrier_beaglehole.csv', 'barrier_haug.csv', 'double_barrier_haug.csv', // barrier options
  'binary_barrier_asset.csv', 'digital_asset_or_nothing_eu.csv', 'onetouch_asset_at_expiry.csv', 'onetouch_asset_at_hit.csv', // payments of the asset
  'binary_barrier_cash.csv', 'digital_gap_eu.csv', // a barrier with a strike
];
const COVERED = ['digital_cash_or_nothing_eu.csv', 'double_binary_haug.csv', 'onetouch_cash_at_expiry.csv', 'onetouch_cash_at_hit.csv'];

type Row = Readonly<Record<string, string>>;

function rowsOf(name: string): Row[] {
  if (!known) return [];
  const [head = '', ...lines] = readFileSync(resolve(FOLDER, name), 'utf8').trim().split(/\r?\n/);
  const fields = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [fields[index] ?? '', value])));
}

const at = (row: Row, field: string): number => Number(row[field]);
const logDrift = (row: Row): number => at(row, 'r') - at(row, 'q') - at(row, 'vol') ** 2 / 2;

/** A put's barrier lies below the price, a call's above; past it the distance is not above 0. */
function passageOf(row: Row): FirstPassage {
  const isBelow = row['type'] === 'Put';
  const distance = Math.log(at(row, 'spot') / at(row, 'strike'));
  return { logDistance: isBelow ? distance : -distance, drift: isBelow ? logDrift(row) : -logDrift(row), volatility: at(row, 'vol'), years: at(row, 't') };
}

const corridorOf = (row: Row): Corridor => ({
  lower: Math.log(at(row, 'barrier_lo') / at(row, 'spot')), upper: Math.log(at(row, 'barrier_hi') / at(row, 'spot')), drift: logDrift(row), volatility: at(row, 'vol'), years: at(row, 't'),
});
const paidAtExpiry = (row: Row): number => Math.exp(-at(row, 'r') * at(row, 't'));

/** Some rows ask for more digits than they print: half of the last printed one is the least. */
function toleranceOf(row: Row): number {
  const decimals = row['value']?.split('.')[1]?.length ?? 0;
  return Math.max(at(row, 'tol'), 0.5 * 10 ** -decimals);
}

function doubleBinary(row: Row): number {
  const [corridor, rate] = [corridorOf(row), at(row, 'r')];
  if (row['barrier_type'] === 'KnockOut') return at(row, 'cash') * paidAtExpiry(row) * (1 - exitProbability(corridor));
  // The tables pay a corridor that is left already at once.
  if (row['barrier_type'] === 'KnockIn') return at(row, 'cash') * (corridor.lower >= 0 || corridor.upper <= 0 ? 1 : paidAtExpiry(row) * exitProbability(corridor));
  return at(row, 'cash') * firstExit(corridor, rate)[row['barrier_type'] === 'KIKO' ? 'lower' : 'upper'];
}

describe.skipIf(!known)(`published values of ${FOLDER}`, () => {
  const check = (row: Row, found: number): void => expect(Math.abs(found - at(row, 'value')), `${JSON.stringify(row)}: got ${found}`).toBeLessThanOrEqual(toleranceOf(row));
  const titled = (name: string) => rowsOf(name).map((row, index) => [index + 1, row] as const);

  it('all tables are told to be covered or not', () => expect(readdirSync(FOLDER).filter((name) => name.endsWith('.csv')).toSorted()).toEqual([...COVERED, ...UNCOVERED].toSorted()));
  it('has every row', () => expect(COVERED.map((name) => rowsOf(name).length)).toEqual([1, 72, 7, 8]));

  it.each(titled('onetouch_cash_at_hit.csv'))('cash at hit, row %i', (_, row) => check(row, 15 * oneTouch(passageOf(row), at(row, 'r')).value));
  it.each(titled('onetouch_cash_at_expiry.csv'))('cash at expiry, row %i', (_, row) => {
    const { probability } = hitProbability(passageOf(row));
    check(row, 15 * paidAtExpiry(row) * (row['knockin'] === 'true' ? probability : 1 - probability));
  });
  it.each(titled('double_binary_haug.csv'))('double binary, row %i', (_, row) => check(row, doubleBinary(row)));
  it.each(titled('digital_cash_or_nothing_eu.csv'))('cash or nothing, row %i', (_, row) => {
    const spread = at(row, 'vol') * Math.sqrt(at(row, 't'));
    const d2 = (Math.log(at(row, 'spot') / at(row, 'strike')) + logDrift(row) * at(row, 't')) / spread;
    check(row, 10 * paidAtExpiry(row) * normalCdf(-d2));
    // The same by the slope of the engine's option value over its strike.
    const put = (strike: number): number => blackScholes({ type: 'put', spot: at(row, 'spot'), strike, years: at(row, 't'), volatility: at(row, 'vol'), rate: at(row, 'r'), carryYield: at(row, 'q') }).value;
    check(row, (10 * (put(at(row, 'strike') + 0.01) - put(at(row, 'strike') - 0.01))) / 0.02);
  });
});
