import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { parseBars } from './parse-bars.js';

const HOUR = Date.UTC(2024, 0, 1) / 3_600_000;
const kline = (time: number): string => `${time},2281.87,2295.51,2280.00,2292.58,12345.6,${time + 3_599_999},1,2,3,4,0`;

describe('hourly bars from CSV', () => {
  it.each([
    ['a header and ISO times', 'ts,open,high,low,close,volume\n2024-01-01 00:00:00+00:00,2281.87,2295.51,2280.0,2292.58,1\n2024-01-01 01:00:00+00:00,2281.87,2295.51,2280.0,2292.58,1\n'],
    ['Binance klines in milliseconds', `${kline(HOUR * 3_600_000)}\n${kline((HOUR + 1) * 3_600_000)}`],
    ['Binance klines in microseconds with a header', `open_time,open,high,low,close,volume,close_time,a,b,c,d,e\r\n${kline(HOUR * 3_600_000_000)}\r\n${kline((HOUR + 1) * 3_600_000_000)}\r\n`],
  ])('with %s', (_, text) => {
    const bars = parseBars(text, 'file.csv');
    expect([...bars.hours]).toEqual([HOUR, HOUR + 1]);
    expect([bars.high[0], bars.low[0], bars.close[0]]).toEqual([2295.51, 2280, 2292.58]);
  });

  it.each([
    ['nothing', '', /file.csv: got a header/],
    ['a header alone', 'ts,open,high,low,close\n', /no bars/],
    ['other columns', 'time,price\n1,2\n', /got a header time,price, expected a header with ts, high, low, close/],
    ['a time within an hour', 'ts,open,high,low,close\n2024-01-01 00:30:00+00:00,1,1,1,1\n', /bar 0/],
    ['a word for a price', 'ts,open,high,low,close\n2024-01-01 00:00:00+00:00,1,1,1,x\n', /bar 0/],
    ['an hour twice', `${kline(HOUR * 3_600_000)}\n${kline(HOUR * 3_600_000)}`, /hour of bar 1/],
    ['a missing cell', 'ts,open,high,low,close\n2024-01-01 00:00:00+00:00,1,1,1\n', /bar 0/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseBars(text, 'file.csv')).toThrow(InvalidInput);
    expect(() => parseBars(text, 'file.csv')).toThrow(message);
  });
});
