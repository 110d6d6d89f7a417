import { describe, expect, it } from 'vitest';
import { countOf, took, tookOf } from './took.js';

describe('how long something took', () => {
  it.each([[0, '0.0 s'], [1, '0.1 s'], [840, '0.9 s'], [9_900, '9.9 s'], [9_901, '10 s'], [61_000, '61 s'], [600_000, '10 min']])('%i ms is %s: never shorter than it was', (ms, text) => expect(took(ms)).toBe(text));

  it('has no number where nothing was measured', () => {
    const measured = { kind: 'measured', count: 12, p50Ms: 1_500, p95Ms: 2_000, p99Ms: 2_500 } as const;
    expect([tookOf(measured, 'p99Ms'), countOf(measured)]).toEqual(['2.5 s', 12]);
    expect([tookOf({ kind: 'not-measured' }, 'p50Ms'), countOf({ kind: 'not-measured' })]).toEqual(['Not measured yet', 0]);
  });
});
