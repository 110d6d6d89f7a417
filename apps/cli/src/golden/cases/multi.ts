import { z } from 'zod';
import { basketMoves, geometric, hitProbability, momentMatched, simulate, tangentBound } from '@ballast/risk';
import { caseType } from '../case-type.js';

const moving = { symbol: z.string(), units: z.number(), priceUsd: z.number(), vol: z.number(), drift: z.number(), accrualRate: z.number() };

/** The hit probability is simulated: to a standard error well inside the file's tolerances, from one fixed seed. */
const SIMULATION = { seed: 20_261_122, targetError: 1e-4, mostPairs: 400_000 };

export const multi = caseType(
  'multi',
  z.strictObject({ collateral: z.array(z.strictObject({ ...moving, liquidationThreshold: z.number() })), debt: z.array(z.strictObject(moving)), corr: z.array(z.array(z.number())), horizonYears: z.number() }),
  ({ collateral, debt, corr, horizonYears: years }) => {
    const legs = [...collateral, ...debt.map((leg) => ({ ...leg, liquidationThreshold: null }))].map(({ vol, ...leg }) => ({ ...leg, volatility: vol }));
    const moves = basketMoves({ legs, correlations: corr });
    const matched = momentMatched(moves, years);
    const tangent = tangentBound(moves, years);
    return {
      healthFactor: moves.weighted / moves.debt, hitProb: simulate(moves, years, SIMULATION).probability,
      momentMatchHitProb: hitProbability({ ...matched, years }).probability, momentMatchVol: matched.volatility, momentMatchLogDrift: matched.drift,
      geometricHitProb: hitProbability({ ...geometric(moves), years }).probability, tangentHalfspaceHitProb: tangent?.probability ?? null, tangentBoundKind: tangent?.kind ?? null,
    };
  },
);
