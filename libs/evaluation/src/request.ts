import { z } from 'zod';

/** Years are 365 days, volatilities are per square root of a year (0.65 = 65%), rates and drifts are continuously compounded per year, prices are dollars for one unit. */
const positive = (most: number) => z.number().gt(0, `a number above 0 and at most ${most}`).max(most, `a number above 0 and at most ${most}`);
const share = z.number().min(0, 'a share from 0 to 1').max(1, 'a share from 0 to 1');
const rate = z.number().min(-5, 'a rate per year from -5 to 5').max(5, 'a rate per year from -5 to 5');
const LARGEST = 1e15;

const asset = {
  symbol: z.string().regex(/^[A-Za-z0-9.+_-]{1,20}$/, 'a symbol of 1 to 20 letters and digits').meta({ example: 'ETH' }),
  units: z.number().min(0, `a number from 0 to ${LARGEST}`).max(LARGEST, `a number from 0 to ${LARGEST}`).meta({ description: 'whole tokens, interest included' }),
  priceUsd: positive(LARGEST).meta({ description: 'dollars for one token, as the protocol prices it' }),
  volatility: z.number().min(0, 'a volatility from 0 to 10').max(10, 'a volatility from 0 to 10').optional().meta({ description: 'per square root of a year; left out: 0 for a dollar coin, else a stated high figure' }),
  drift: rate.default(0).meta({ description: 'of the price, per year; 0 unless you have a reason' }),
};

const collateral = z.object({
  ...asset,
  liquidationThreshold: share.meta({ description: 'share of its value that counts, as the protocol has it now' }),
  supplyRate: rate.default(0).meta({ description: 'interest earned, per year' }),
});
const debt = z.object({ ...asset, borrowRate: rate.default(0).meta({ description: 'interest owed, per year' }) });

/** A lending position and what is asked of it. */
export const lendingRequest = z.object({
  kind: z.literal('lending'),
  collateral: z.array(collateral).min(1).max(8),
  debt: z.array(debt).min(1).max(8),
  correlations: z.array(z.object({ between: z.tuple([asset.symbol, asset.symbol]), rho: z.number().min(-1, 'a correlation from -1 to 1').max(1, 'a correlation from -1 to 1') })).max(120).default([])
    .meta({ description: 'one for each pair of assets that both move; none is guessed' }),
  horizonsHours: z.array(positive(26_280)).min(1).max(8).default([24, 168, 720]),
  closeFactor: share.default(0.5).meta({ description: 'share of the debt that the first liquidation repays' }),
  liquidationPenalty: share.default(0.05).meta({ description: 'what the liquidator takes on top, of what is repaid' }),
  discountRate: rate.default(0),
  oracle: z.object({ deviation: z.number().min(0).max(0.2).default(0), looks: z.number().int().min(1).max(1_000_000).optional() }).optional()
    .meta({ description: 'how far the protocol’s price may trail the market, and how often it is looked at within a horizon' }),
  pricesAt: z.iso.datetime().optional().meta({ description: 'when the prices were true; their age is in the answer' }),
}).meta({ id: 'LendingRiskRequest' });

export type LendingRequest = z.infer<typeof lendingRequest>;
