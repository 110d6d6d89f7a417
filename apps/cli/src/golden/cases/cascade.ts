import { z } from 'zod';
import { CascadeBook, uniformCascade, type ImpactModel } from '@ballast/risk';
import { caseType } from '../case-type.js';

const market = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear'), lambdaUsdPerUnit: z.number() }),
  z.strictObject({ kind: z.literal('exponential'), depthUnits: z.number() }),
  z.strictObject({ kind: z.literal('amm'), baseReserveUnits: z.number(), feeFrac: z.number().optional() }),
  z.strictObject({ kind: z.literal('clob'), ladder: z.array(z.tuple([z.number(), z.number()])) }),
]);

function impactModel(given: z.infer<typeof market>): ImpactModel {
  if (given.kind === 'linear') return { kind: 'linear', usdPerUnit: given.lambdaUsdPerUnit };
  if (given.kind === 'exponential') return given;
  if (given.kind === 'amm') return { kind: 'constant-product', reserveUnits: given.baseReserveUnits, fee: given.feeFrac };
  return { kind: 'order-book', bids: given.ladder.map(([below, units]) => ({ below, units })) };
}

export const cascade = caseType(
  'cascade',
  z.strictObject({
    spotBeforeUsd: z.number(), externalShockFrac: z.number(), market,
    levels: z.array(z.strictObject({ liqPriceUsd: z.number(), collateralUnits: z.number(), debtUsd: z.number().optional() })),
    sellRule: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('fixed') }), z.strictObject({ kind: z.literal('closeFactor'), closeFactor: z.number(), penalty: z.number() })]),
  }),
  (given) => {
    const levels = given.levels.map(({ liqPriceUsd, collateralUnits, debtUsd }) => ({ liquidationPriceUsd: liqPriceUsd, units: collateralUnits, debtUsd }));
    const rule = given.sellRule.kind === 'fixed' ? ({ kind: 'all' } as const) : { ...given.sellRule, kind: 'close-factor' as const };
    const fall = new CascadeBook(levels, rule).fall(given.spotBeforeUsd, given.externalShockFrac, impactModel(given.market));
    return { priceAfterShockUsd: fall.shockedPriceUsd, finalPriceUsd: fall.finalPriceUsd, soldUnits: fall.soldUnits, positionsLiquidated: fall.liquidated, amplification: fall.amplification };
  },
);

export const cascadeUniform = caseType(
  'cascadeUniform',
  z.strictObject({ spotBeforeUsd: z.number(), externalShockFrac: z.number(), densityTopPriceUsd: z.number(), densityBottomPriceUsd: z.number(), densityUnitsPerUsd: z.number(), lambdaUsdPerUnit: z.number() }),
  (given) => {
    const { shockedPriceUsd, ...rest } = uniformCascade(given.spotBeforeUsd, given.externalShockFrac, {
      topUsd: given.densityTopPriceUsd, bottomUsd: given.densityBottomPriceUsd, unitsPerUsd: given.densityUnitsPerUsd, impactUsdPerUnit: given.lambdaUsdPerUnit,
    });
    return { priceAfterShockUsd: shockedPriceUsd, ...rest };
  },
);
