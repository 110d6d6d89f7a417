import { z } from 'zod';
import type { Chance, RiskReport, Volatility } from '@ballast/risk';
import { health, positionId } from './position-shape.js';
import { asset, bps, provenance, usdE8 } from './quantities.js';
import { shapeOf } from './shape.js';

const volatility = shapeOf<Volatility>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), model: z.literal('ewma-24h'), annual: z.number(), hourly: z.number(), samples: z.number().int(), ageSeconds: z.number(), raisedToLeast: z.boolean().optional() }),
  z.object({ kind: z.literal('assumed'), annual: z.number(), hourly: z.number(), reason: z.string() }),
]));

const chance = shapeOf<Chance>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('probability'), horizonHours: z.number(), value: z.number() }),
  z.object({ kind: z.literal('floor'), horizonHours: z.number(), below: z.number() }),
]));

/** `Position.report`. */
export const riskReport = shapeOf<RiskReport>()(z.object({
  positionId,
  provenance,
  health,
  collateralUsdE8: usdE8,
  debtUsdE8: usdE8,
  distance: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('fall'), share: bps, dailyMoves: z.number() }),
    z.object({ kind: z.literal('rise'), share: bps, dailyMoves: z.number() }),
  ]),
  liquidationPrice: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none'), why: z.string() }),
    z.object({ kind: z.literal('price'), asset, usdE8 }),
  ]),
  volatility,
  chances: z.array(chance).readonly(),
  lossIfLiquidatedUsdE8: usdE8,
  oldestPriceAgeSeconds: z.number().nullable(),
  model: z.string(),
  market: z.array(z.object({
    asset, kind: z.enum(['agrees', 'disagrees', 'no-protocol-price', 'too-few-sources']), marketUsdE8: usdE8.nullable(), gapBps: bps.nullable(), protocolIs: z.enum(['above', 'below', 'equal']).nullable(),
  })).readonly().optional(),
  state: z.enum(['safe', 'watch', 'danger', 'liquidatable', 'no-debt', 'unknown']),
}));
