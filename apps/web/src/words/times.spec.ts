import { describe, expect, it } from 'vitest';
import { ago, clockTenths, date, dateOfUnix, dateTime, duration } from './times.js';

const now = Date.parse('2026-11-22T06:12:00Z');

describe('times', () => {
  it('are relative under an hour, with seconds under a minute', () => {
    expect(ago('2026-11-22T06:11:56Z', now)).toBe('4 s ago');
    expect(ago('2026-11-22T05:40:00Z', now)).toBe('32 min ago');
    expect(ago('2026-11-22T05:12:00Z', now)).toBe('22 Nov 05:12 UTC');
  });
  it('never run backwards when the clocks disagree', () => expect(ago('2026-11-22T06:12:09Z', now)).toBe('0 s ago'));
  it('are UTC wherever the reader is', () => {
    expect(dateTime('2026-11-18T21:14:08.312Z')).toBe('18 Nov 21:14');
    expect(clockTenths('2026-11-18T21:14:08.399Z')).toBe('21:14:08.3');
    expect(date('2027-05-21T00:00:00Z')).toBe('21 May 2027');
    expect(dateOfUnix(1_810_857_600)).toBe('21 May 2027');
  });
  it('say nothing where nothing is known', () => expect([ago(null, now), dateTime('nonsense')]).toEqual(['—', '—']));
  it('count days too', () => expect([duration(59_999), duration(60_000), duration(7_200_000), duration(172_800_000)]).toEqual(['59 s', '1 min', '2 h', '2 d']));
});
