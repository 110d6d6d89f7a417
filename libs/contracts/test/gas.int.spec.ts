import { beforeAll, describe, expect, it } from 'vitest';
import { measureGas } from './gas/measure.js';
import { committedReport, pageIsCurrent, regressions, type GasReport } from './gas/report.js';

let measured: GasReport;
beforeAll(async () => {
  measured = await measureGas();
});

describe('gas on the real contracts', () => {
  it('of no action is more than the tolerance above the committed figure (npm run gas -- --write after a change that is worth it)', () => {
    expect(regressions(measured.gas, committedReport().gas)).toEqual([]);
  });

  it('comes with code that is not larger than that either', () => {
    expect(regressions(measured.deployedBytes, committedReport().deployedBytes)).toEqual([]);
  });

  it('is told by a page that says the same', () => {
    expect(pageIsCurrent()).toBe(true);
  });
});

describe('the comparison', () => {
  it('lets five per cent pass and no unit more, and misses no action', () => {
    expect(regressions({ a: 105_000 }, { a: 100_000 })).toEqual([]);
    expect(regressions({ a: 105_001 }, { a: 100_000 })).toHaveLength(1);
    expect(regressions({ a: 1, b: 1 }, { a: 1 })).toHaveLength(1);
    expect(regressions({ a: 1 }, { a: 1, b: 1 })).toHaveLength(1);
  });
});
