import { z } from 'zod';

const model = z.enum(['edge', 'one motion', 'moment matching', 'Monte Carlo', 'volatility mixture', 'filtered historical simulation', 'two barriers'])
  .meta({ description: 'edge: certain by the position itself; one motion: geometric Brownian motion, exact; the others as named' });

/** A chance as it may be shown: a figure, or under what the model may be trusted to tell. */
const chance = z.object({
  kind: z.enum(['probability', 'below']).meta({ description: 'below: under `value`, which is as far as the model may be trusted' }),
  value: z.number(), model,
  error: z.number().nullable().meta({ description: 'standard error of a simulation, spread of the approximations, 0 where exact; null where not known' }),
  dataThrough: z.string().nullable().meta({ description: 'last day of the history that a historical model was made from' }),
}).meta({ id: 'RiskChance' });

const greeks = z.object({
  assets: z.array(z.object({
    symbol: z.string(), delta: z.number().meta({ description: 'per dollar of the price' }), gamma: z.number().meta({ description: 'per dollar twice' }),
    vega: z.number().meta({ description: 'per 1.00 of volatility' }), bySupplyRate: z.number(), byBorrowRate: z.number(),
  })),
  correlations: z.array(z.object({ between: z.tuple([z.string(), z.string()]), byCorrelation: z.number() })),
  thetaPerYear: z.number().meta({ description: 'per year that passes' }),
});

const volatilities = z.array(z.object({ symbol: z.string(), annual: z.number(), source: z.enum(['given', 'dollar coin', 'assumed']) }));
const inputs = {
  pricesAgeSeconds: z.number().nullable().meta({ description: 'null when the request does not say when its prices were true' }),
  volatilities,
  notes: z.array(z.string()).meta({ description: 'what was assumed, and what the figures do not hold' }),
};

const lendingAnswer = z.object({
  kind: z.literal('lending'),
  sentence: z.string(),
  health: z.discriminatedUnion('kind', [z.object({ kind: z.literal('ratio'), value: z.number() }), z.object({ kind: z.literal('no-debt') })]),
  collateralUsd: z.number(), weightedCollateralUsd: z.number(), debtUsd: z.number(),
  distance: z.object({
    commonFall: z.number().nullable().meta({ description: 'share by which all collateral must fall together; negative when past; null without debt' }),
    assets: z.array(z.object({
      symbol: z.string(), liquidationPriceUsd: z.number().nullable().meta({ description: 'all others fixed; null where no price of it alone liquidates' }),
      change: z.number().nullable().meta({ description: 'share by which its price must change to get there' }),
    })),
    yearsByInterestAlone: z.number().nullable().meta({ description: 'until interest liquidates if every price stood still; null when it never does' }),
  }),
  horizons: z.array(z.object({
    hours: z.number(),
    sigmas: z.number().nullable().meta({ description: 'distance in standard deviations of this time; null where nothing moves or nothing is owed' }),
    sigmasWithDrift: z.number().nullable(),
    chance,
    bound: z.object({ kind: z.enum(['upper', 'lower']), probability: z.number() }).nullable().meta({ description: 'a rigorous bound of the model’s chance' }),
    behindOracle: z.object({ least: z.number(), most: z.number() }).nullable().meta({ description: 'the model’s chance where the oracle trails the market to either side' }),
    greeks: greeks.meta({ description: 'of the model’s chance' }),
    expectedLossUsd: z.number().meta({ description: 'of the first liquidation' }),
    lossGreeks: greeks,
  })),
  ...inputs,
}).meta({ id: 'LendingRisk' });

const barrierChances = z.array(z.object({ hours: z.number(), chance }));

const marginAnswer = z.object({
  kind: z.literal('margin'),
  sentence: z.string(),
  equityUsd: z.number(), marginEquityUsd: z.number(), maintenanceMarginUsd: z.number(),
  marginRatio: z.number().nullable().meta({ description: 'margin equity over maintenance margin; null where nothing must be kept' }),
  isLiquidatable: z.boolean(),
  assets: z.array(z.object({
    symbol: z.string(), priceUsd: z.number(),
    liquidation: z.object({ downUsd: z.number().nullable(), upUsd: z.number().nullable() }).meta({ description: 'nearest prices, all others fixed, at which the account may be liquidated' }),
    chances: barrierChances,
    deltaUnits: z.number(), deltaUsd: z.number(), gammaPerUsd: z.number(), gammaUsdPer1Pct: z.number(), vegaUsdPerVolPoint: z.number(),
  })),
  thetaUsdPerDay: z.number(), vegaUsdPerVolPoint: z.number(),
  ...inputs,
}).meta({ id: 'MarginRisk' });

const inversePerpAnswer = z.object({
  kind: z.literal('inverse-perp'),
  sentence: z.string(),
  equityCoin: z.number(), equityUsd: z.number(), maintenanceMarginCoin: z.number(), marginRatio: z.number().nullable(), isLiquidatable: z.boolean(),
  liquidationPriceUsd: z.number().nullable(), deltaUnits: z.number(), deltaCoinPerUsd: z.number(),
  chances: barrierChances,
  ...inputs,
}).meta({ id: 'InversePerpRisk' });

/** What an evaluation tells, by the kind of what was asked. */
export const riskAnswer = z.discriminatedUnion('kind', [lendingAnswer, marginAnswer, inversePerpAnswer]).meta({ id: 'RiskAnswer' });

export { chance as riskChance, inversePerpAnswer, lendingAnswer, marginAnswer };
export type RiskChance = z.infer<typeof chance>;
export type LendingAnswer = z.infer<typeof lendingAnswer>;
export type MarginAnswer = z.infer<typeof marginAnswer>;
export type InversePerpAnswer = z.infer<typeof inversePerpAnswer>;
export type RiskAnswer = z.infer<typeof riskAnswer>;
