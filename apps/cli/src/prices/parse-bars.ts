import { InvalidInput } from '@ballast/units';
import { requireBars, type HourlyBars } from '@ballast/risk';

const HOUR_MS = 3_600_000;
const NAMED = ['ts', 'high', 'low', 'close'] as const;
/** Places in a line of Binance's public klines, which have no header: open time, open, high, low, close, … */
const KLINE = { ts: 0, high: 2, low: 3, close: 4 } as const;
/** Their times are milliseconds up to 2024 and microseconds from 2025 on. */
const LEAST_MICROSECONDS = 1e14;

/**
 * Hourly bars from CSV: either with a header that names ts, high, low and close (ts as an ISO time, or milliseconds since 1970), or the public Binance kline layout with or
 * without its header. Lines of the same hour and bars out of order are refused. @throws InvalidInput that names the file and line
 */
export function parseBars(text: string, name: string): HourlyBars {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const head = (lines[0] ?? '').split(',').map((cell) => cell.trim());
  const places = placesOf(head, name);
  const rows = lines.slice(/^[0-9]/.test(head[0] ?? '') ? 0 : 1);
  if (rows.length === 0) throw new InvalidInput(name, 'no bars', 'a CSV file with one hourly bar in each line');
  const bars = { hours: new Float64Array(rows.length), high: new Float64Array(rows.length), low: new Float64Array(rows.length), close: new Float64Array(rows.length) };
  rows.forEach((line, index) => {
    const cells = line.split(',');
    bars.hours[index] = hourOf(cells[places.ts] ?? '', `${name}, bar ${index}`);
    for (const field of ['high', 'low', 'close'] as const) bars[field][index] = Number(cells[places[field]] ?? NaN);
  });
  try {
    requireBars(bars);
  } catch (error) {
    if (error instanceof InvalidInput) throw new InvalidInput(name, error.message, 'hourly bars that rise in time, with prices above 0');
    throw error;
  }
  return bars;
}

function placesOf(head: readonly string[], name: string): Readonly<Record<(typeof NAMED)[number], number>> {
  if (/^[0-9]/.test(head[0] ?? '') || head[0] === 'open_time') return KLINE;
  const places = Object.fromEntries(NAMED.map((field) => [field, head.indexOf(field)])) as Record<(typeof NAMED)[number], number>;
  if (Object.values(places).some((place) => place < 0)) throw new InvalidInput(name, `a header ${head.join(',').slice(0, 80)}`, `a header with ${NAMED.join(', ')}, or Binance klines`);
  return places;
}

function hourOf(cell: string, where: string): number {
  const given = cell.trim();
  const number = Number(given);
  const ms = given !== '' && Number.isFinite(number) ? (number >= LEAST_MICROSECONDS ? number / 1_000 : number) : Date.parse(given.replace(' ', 'T'));
  if (!(Number.isFinite(ms) && ms % HOUR_MS === 0)) throw new InvalidInput(where, given === '' ? 'no time' : given, 'the full hour at which the bar opens, as an ISO time or milliseconds');
  return ms / HOUR_MS;
}
