import type { LendingPosition } from '@ballast/positions';
import type { DecideInput } from '@ballast/policy';
import { usdE8 } from '@ballast/units';
import { BLOCK_TIME, aLendingPosition } from './lending-position.js';
import { aMandate } from './mandate.js';
import { aRiskReport, measuredVolatility } from './risk-report.js';

/** A healthy, armed loan seen by a fast keeper in a calm market; a rescue costs 2 USD. */
export function aDecideInput(given: Partial<DecideInput> & { readonly hourly?: number } = {}): DecideInput {
  const { hourly = 0.0068, ...overrides } = given;
  const position: LendingPosition = given.position ?? aLendingPosition();
  return {
    position,
    report: { ...aRiskReport({ position, hourly }), volatility: measuredVolatility(hourly) },
    mandate: aMandate(),
    now: BLOCK_TIME,
    rescueCostUsdE8: usdE8(200_000_000n),
    latencySeconds: 12,
    blockGapSeconds: 12,
    openIntent: false,
    lastAction: null,
    ...overrides,
  };
}
