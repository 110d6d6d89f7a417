import { z } from 'zod';
import { expectedLoss, pairChance, pairDistance, ratioDrift, ratioVolatility, type LendingPair } from '@ballast/risk';
import { caseType } from '../case-type.js';

export const single = caseType(
  'single',
  z.strictObject({
    collateralUnits: z.number(), collateralPriceUsd: z.number(), liquidationThreshold: z.number(), debtUnits: z.number(), debtPriceUsd: z.number(),
    volCollateral: z.number(), volDebt: z.number(), rho: z.number(), driftCollateral: z.number(), driftDebt: z.number(), supplyRate: z.number(), borrowRate: z.number(),
    horizonYears: z.number(), closeFactor: z.number(), penalty: z.number(), discountRate: z.number(),
  }),
  (given) => {
    const pair: LendingPair = {
      collateralUnits: given.collateralUnits, collateralPrice: given.collateralPriceUsd, liquidationThreshold: given.liquidationThreshold, debtUnits: given.debtUnits, debtPrice: given.debtPriceUsd,
      collateralVolatility: given.volCollateral, debtVolatility: given.volDebt, correlation: given.rho, collateralDrift: given.driftCollateral, debtDrift: given.driftDebt,
      supplyRate: given.supplyRate, borrowRate: given.borrowRate,
    };
    const years = given.horizonYears;
    const distance = pairDistance(pair);
    const { hit, greeks } = pairChance(pair, years);
    const loss = expectedLoss(pair, given, years);
    const [volatility, drift] = [ratioVolatility(pair), ratioDrift(pair)];
    const spread = volatility * Math.sqrt(years);
    const { correlationSensitivity, ...prices } = greeks;
    return {
      ...prices, corrSens: correlationSensitivity,
      healthFactor: distance.healthFactor, logHealthFactor: distance.logHealth, liqPriceCollateralUsd: distance.liquidationPrice, distanceDownFrac: distance.fall, distanceUpDebtFrac: distance.rise,
      ratioVol: volatility, ratioLogDrift: drift, hitProb: hit.probability, distanceSigmas: distance.logHealth / spread, driftAdjDistanceSigmas: (distance.logHealth + drift * years) / spread,
      expectedLossUsd: loss.usd, lossDeltaCollateral: loss.deltaCollateral, lossVegaCollateral: loss.vegaCollateral, lossThetaPerYear: loss.thetaPerYear,
    };
  },
);
