import { z } from 'zod';
import { LENDING_PROTOCOLS, type HealthFactor, type LendingPosition, type OraclePrice, type PositionId, type ReserveState, type TokenRate } from '@ballast/positions';
import { address, asset, bps, count, hash32, provenance, rawAmount, usdE8, wad } from './quantities.js';
import { shapeOf } from './shape.js';

export const positionId = z.string().min(1).transform((text) => text as PositionId);

const price = shapeOf<OraclePrice>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('price'), usdE8, updatedAt: count.nullable(), source: address }),
  z.object({ kind: z.literal('no-price'), source: address }),
]));

const reserve = shapeOf<ReserveState>()(z.object({ active: z.boolean(), frozen: z.boolean(), paused: z.boolean() }));

const rate = shapeOf<TokenRate>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rate'), underlying: z.enum(['ETH', 'BTC', 'USD']), rateE18: count }),
  z.object({ kind: z.literal('own') }),
  z.object({ kind: z.literal('no-rate'), underlying: z.enum(['ETH', 'BTC', 'USD']) }),
]));

export const health = shapeOf<HealthFactor>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('no-debt') }),
  z.object({ kind: z.literal('ratio'), wad }),
]));

/** `Position.snapshot`. */
export const lendingPosition = shapeOf<LendingPosition>()(z.object({
  id: positionId,
  protocol: z.enum(LENDING_PROTOCOLS),
  market: address,
  marketId: hash32.optional(),
  account: address,
  provenance,
  collaterals: z.array(
    z.object({ asset, market: address.optional(), rate: rate.optional(), amount: rawAmount, valueUsdE8: usdE8, price, liquidationThreshold: bps, liquidationBonus: bps, liquidationProtocolFee: bps.optional(), enabled: z.boolean(), zeroLtv: z.boolean().optional(), releasable: rawAmount.optional(), reserve }),
  ).readonly(),
  debts: z.array(z.object({ asset, market: address.optional(), rate: rate.optional(), amount: rawAmount, valueUsdE8: usdE8, price, reserve })).readonly(),
  closeFactor: bps.optional(),
  takesAll: z.boolean().optional(),
  eMode: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('category'), id: z.number().int(), label: z.string() }),
  ]),
  reported: z.object({ collateralUsdE8: usdE8, debtUsdE8: usdE8, liquidationThreshold: bps, health }),
  wallet: z.array(z.object({ asset, balance: rawAmount, allowance: rawAmount })).readonly(),
}));
