import { beforeAll, describe, expect, it } from 'vitest';
import { runConformance, type ConformanceResult } from './run.js';

/** The short version of `npm run conformance`. */
const COUNT = 180;

describe('positions on the real protocols', () => {
  let found: ConformanceResult;
  beforeAll(async () => {
    found = await runConformance({ count: COUNT, seed: 7 }, () => undefined);
  });

  it.each(['as opened', 'after 40 days of interest', 'after prices moved', 'after partial liquidations'])('are to the unit what the protocols say, %s', (name) => {
    const phase = found.phases.find((one) => one.phase === name);
    expect(phase?.differences).toEqual([]);
    expect(phase?.compared).toBe(COUNT);
    expect(phase?.withDebt).toBeGreaterThan(COUNT * 0.9);
  });

  it('are seen on both sides of liquidation', () => {
    const fallen = found.phases.find((one) => one.phase === 'after prices moved');
    expect(fallen?.liquidatable).toBeGreaterThan(5);
    expect((fallen?.compared ?? 0) - (fallen?.liquidatable ?? 0)).toBeGreaterThan(20);
  });

  it.each(['aave-v3', 'morpho-blue', 'venus'])('are liquidated as was told at %s', (protocol) => {
    const liquidations = found.liquidations.find((one) => one.protocol === protocol);
    expect(liquidations?.differences).toEqual([]);
    expect(liquidations?.done).toBeGreaterThan(3);
    expect(liquidations?.refused).toBeGreaterThan(1);
  });
});
