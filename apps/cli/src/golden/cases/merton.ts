import { z } from 'zod';
import { hitProbability, jumpHitProbability, totalVolatility } from '@ballast/risk';
import { caseType } from '../case-type.js';

const PATHS = 1_000_000;

export const merton = caseType(
  'merton',
  z.strictObject({ healthFactor: z.number(), vol: z.number(), jumpIntensityPerYear: z.number(), jumpMeanLog: z.number(), jumpStdLog: z.number(), driftTotal: z.number(), horizonYears: z.number() }),
  (given) => {
    const motion = {
      logDistance: Math.log(given.healthFactor), drift: given.driftTotal, volatility: given.vol, jumpsPerYear: given.jumpIntensityPerYear, jumpMean: given.jumpMeanLog, jumpSpread: given.jumpStdLog, years: given.horizonYears,
    };
    const volatility = totalVolatility(motion);
    return {
      hitProb: jumpHitProbability(motion, { seed: 20_261_122, paths: PATHS }).probability, totalVol: volatility,
      gbmSameVarianceHitProb: hitProbability({ logDistance: motion.logDistance, drift: motion.drift - volatility ** 2 / 2, volatility, years: motion.years }).probability,
    };
  },
);
