import { describe, expect, it } from 'vitest';
import { usdE8 } from '@ballast/units';
import * as contract from '../contract/schemas.js';
import { shadowView } from './shadow-view.js';

const figures = {
  open: 1, outcomes: { recovered: 2, liquidated: 3, 'owner-acted': 4, lasted: 5, 'left-shadow': 6 }, lossAvertedUsdE8: usdE8(123_456_999_999n), costUsdE8: usdE8(1_000_001n), costForNothingUsdE8: usdE8(999_999n), mismatches: 0, repeated: 7, gasP95Bps: 12,
} as const;

describe('what shadow mode has shown', () => {
  it('rounds costs up and what would have been averted down, and says which parts of the gate are met', () => {
    const since = new Date('2026-10-01T00:00:00Z');
    const view = shadowView(figures, since, new Date('2026-10-31T00:00:00Z'));
    expect(contract.shadow.parse(view)).toEqual(view);
    expect(view).toEqual({
      inShadow: true, since: since.toISOString(), open: 1, outcomes: { recovered: 2, liquidated: 3, ownerActed: 4, lasted: 5, leftShadow: 6 }, lossAvertedUsd: '1234.56', costUsd: '0.02', costForNothingUsd: '0.01', mismatches: 0, repeated: 7, gasP95Bps: 12,
      gate: { days: { passed: 30, needed: 30, isMet: true }, mismatches: { found: 0, isMet: true }, gasP95: { bps: 12, most: 20, isMet: true } },
    });
  });

  it('counts no days for whoever is not in shadow mode', () => {
    expect(shadowView(figures, null, new Date())).toMatchObject({ inShadow: false, since: null, gate: { days: { passed: 0, isMet: false } } });
  });
});
