import type { z } from 'zod';
import { liveGate, type ShadowFigures } from '@ballast/policy';
import { decimalText } from '@ballast/units';
import type * as contract from '../contract/schemas.js';

export type ShadowView = z.infer<typeof contract.shadow>;

/** What shadow mode has shown so far, as pages show it. Costs are rounded up, what would have been averted is rounded down, both to cents. */
export function shadowView(figures: ShadowFigures, since: Date | null, now: Date): ShadowView {
  const { open, outcomes, mismatches, repeated, gasP95Bps } = figures;
  return {
    inShadow: since !== null,
    since: since?.toISOString() ?? null,
    open,
    outcomes: { recovered: outcomes.recovered, liquidated: outcomes.liquidated, ownerActed: outcomes['owner-acted'], lasted: outcomes.lasted, leftShadow: outcomes['left-shadow'] },
    lossAvertedUsd: decimalText(figures.lossAvertedUsdE8, 8, 2, 'down'),
    costUsd: decimalText(figures.costUsdE8, 8, 2, 'up'),
    costForNothingUsd: decimalText(figures.costForNothingUsdE8, 8, 2, 'up'),
    mismatches,
    repeated,
    gasP95Bps,
    gate: liveGate(figures, since, now),
  };
}
