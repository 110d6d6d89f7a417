import { z } from 'zod';
import { restoringTarget, triggerHealth } from '@ballast/risk';
import { caseType } from '../case-type.js';

export const trigger = caseType(
  'trigger',
  z.strictObject({ tolerance: z.number(), logDrift: z.number(), vol: z.number(), horizonYears: z.number() }),
  ({ tolerance, logDrift, vol, horizonYears }) => ({ triggerHealthFactor: triggerHealth(tolerance, { drift: logDrift, volatility: vol, years: horizonYears }) }),
);

export const restoreTarget = caseType(
  'restoreTarget',
  z.strictObject({
    triggerHealthFactor: z.number(), debtUsd: z.number(), vol: z.number(), logDrift: z.number(), horizonYears: z.number(), gasUsd: z.number(),
    slippageLinear: z.number(), slippageQuadraticPerUsd: z.number(), carryRate: z.number(), closeFactor: z.number(), penalty: z.number(),
  }),
  (given) => {
    const { logHealth, costUsd } = restoringTarget({
      triggerLogHealth: Math.log(given.triggerHealthFactor), debtUsd: given.debtUsd, drift: given.logDrift, volatility: given.vol, years: given.horizonYears, fixedUsd: given.gasUsd,
      costShare: given.slippageLinear, impactPerUsd: given.slippageQuadraticPerUsd, carryRate: given.carryRate, closeFactor: given.closeFactor, penalty: given.penalty,
    });
    return { targetHealthFactor: Math.exp(logHealth), minCostUsd: costUsd };
  },
);
