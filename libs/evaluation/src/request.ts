import { z } from 'zod';
import { STABLE_SYMBOLS } from '@ballast/risk';

/** Years are 365 days, volatilities are per square root of a year (0.65 = 65%), rates and drifts are continuously compounded per year, prices are dollars for one unit. */
const LARGEST = 1e15;
const between = (least: number, most: number, what: string) => z.number().min(least, `${what} from ${least} to ${most}`).max(most, `${what} from ${least} to ${most}`);
const above0 = (most: number, what: string) => z.number().gt(0, `${what} above 0 and at most ${most}`).max(most, `${what} above 0 and at most ${most}`);
const share = between(0, 1, 'a share');
const rate = between(-5, 5, 'a rate per year');
const volatility = between(0, 10, 'a volatility');
const symbol = z.string().regex(/^[A-Za-z0-9.+_-]{1,20}$/, 'a symbol of 1 to 20 letters and digits').meta({ example: 'ETH' });
const price = above0(LARGEST, 'dollars');
const horizons = z.array(above0(26_280, 'hours')).min(1, 'one to eight horizons').max(8, 'one to eight horizons').default([24, 168, 720]);
const pricesAt = z.iso.datetime('a time such as 2026-11-25T12:00:00Z').optional().meta({ description: 'when the prices were true; their age is in the answer' });

const moving = {
  symbol,
  units: between(0, LARGEST, 'a number').meta({ description: 'whole tokens, interest included' }),
  priceUsd: price.meta({ description: 'dollars for one token, as the protocol prices it' }),
  volatility: volatility.optional().meta({ description: 'per square root of a year; left out: 0 for a dollar coin, else a stated high figure' }),
  drift: rate.default(0).meta({ description: 'of the price, per year; 0 unless you have a reason' }),
};
const collateral = z.strictObject({
  ...moving,
  liquidationThreshold: share.meta({ description: 'share of its value that counts, as the protocol has it now' }),
  supplyRate: rate.default(0).meta({ description: 'interest earned, per year' }),
});
const debt = z.strictObject({ ...moving, borrowRate: rate.default(0).meta({ description: 'interest owed, per year' }) });
const correlation = z.strictObject({
  between: z.tuple([symbol, symbol]),
  rho: between(-1, 1, 'a correlation').optional(),
  ratioVolatility: volatility.optional().meta({ description: 'in place of rho: the volatility of one price in units of the other, right for a token and its staked form' }),
});

/** A lending position and what is asked of it. */
export const lendingRequest = z.strictObject({
  kind: z.literal('lending'),
  collateral: z.array(collateral).min(1, 'one to eight assets').max(8, 'one to eight assets'),
  debt: z.array(debt).max(8, 'at most eight assets').default([]),
  correlations: z.array(correlation).max(120, 'at most 120 pairs').default([]).meta({ description: 'one for each pair of assets that both move; none is guessed' }),
  horizonsHours: horizons,
  closeFactor: share.default(0.5).meta({ description: 'share of the debt that the first liquidation repays' }),
  liquidationPenalty: share.default(0.05).meta({ description: 'what the liquidator takes on top, of what is repaid' }),
  discountRate: rate.default(0),
  oracle: z.strictObject({
    deviation: between(0, 0.2, 'a share').default(0).meta({ description: 'how far the protocol’s price may trail the market' }),
    looks: z.number().int('a whole number').min(1, 'from 1 to 1000000').max(1_000_000, 'from 1 to 1000000').optional().meta({ description: 'how often it is looked at within a horizon; left out: at all times' }),
  }).optional(),
  pricesAt,
}).superRefine(requirePairs).meta({ id: 'LendingRiskRequest' });

const perp = z.strictObject({
  asset: symbol, size: between(-LARGEST, LARGEST, 'units, negative for a short,'), entryUsd: price, maintenanceRate: between(0, 0.99, 'a share'),
  tierDeductionUsd: between(0, LARGEST, 'dollars').default(0), fundingRatePerDay: between(-1, 1, 'a share').default(0).meta({ description: 'paid by longs a day, of the notional' }),
});
const option = z.strictObject({
  asset: symbol, type: z.enum(['call', 'put']), strikeUsd: price, expiresInDays: above0(3_650, 'days'), volatility: above0(10, 'a volatility'), rate: rate.default(0),
  quantity: between(-LARGEST, LARGEST, 'a number, negative when written,'), maintenanceRateShort: between(0, 0.99, 'a share').default(0).meta({ description: 'margin of a written option, of the underlying’s price' }),
});
const spot = z.strictObject({ asset: symbol, units: between(0, LARGEST, 'a number'), haircut: between(0, 0.99, 'a share').default(0).meta({ description: 'share of its value that does not count' }) });

/** A margin account of linear perpetuals, options and spot. */
export const marginRequest = z.strictObject({
  kind: z.literal('margin'),
  cashUsd: between(-LARGEST, LARGEST, 'dollars'),
  accruedFundingUsd: between(-LARGEST, LARGEST, 'dollars').default(0).meta({ description: 'owed and not yet taken' }),
  perps: z.array(perp).max(50, 'at most 50').default([]),
  options: z.array(option).max(50, 'at most 50').default([]),
  spot: z.array(spot).max(50, 'at most 50').default([]),
  assets: z.array(z.strictObject({ symbol, priceUsd: price, volatility: volatility.optional(), drift: rate.default(0) })).min(1, 'one to eight assets').max(8, 'one to eight assets'),
  horizonsHours: horizons,
  pricesAt,
}).superRefine(requirePrices).meta({ id: 'MarginRiskRequest' });

/** A perpetual whose contracts are in dollars and whose margin is in the coin. */
export const inversePerpRequest = z.strictObject({
  kind: z.literal('inverse-perp'),
  symbol, contractsUsd: above0(LARGEST, 'dollars'), side: z.enum(['long', 'short']), entryUsd: price, markUsd: price,
  cashCoin: between(-LARGEST, LARGEST, 'coins'), maintenanceRate: between(0, 0.99, 'a share'), volatility: volatility.optional(), drift: rate.default(0),
  horizonsHours: horizons,
  pricesAt,
}).meta({ id: 'InversePerpRiskRequest' });

/** What `POST /v1/risk/evaluate` and `ballast evaluate` take. */
export const riskRequest = z.discriminatedUnion('kind', [lendingRequest, marginRequest, inversePerpRequest]).meta({ id: 'RiskRequest' });

export type LendingRequest = z.infer<typeof lendingRequest>;
export type MarginRequest = z.infer<typeof marginRequest>;
export type InversePerpRequest = z.infer<typeof inversePerpRequest>;
export type RiskRequest = z.infer<typeof riskRequest>;

/** Whether the price moves: a dollar coin does not unless the request gives it a volatility. */
export const isMoving = (asset: { readonly symbol: string; readonly volatility?: number | undefined }): boolean => (asset.volatility ?? (STABLE_SYMBOLS.includes(asset.symbol) ? 0 : 1)) > 0;

type Refining = z.core.$RefinementCtx;

function requirePairs(request: { collateral: z.infer<typeof collateral>[]; debt: z.infer<typeof debt>[]; correlations: z.infer<typeof correlation>[] }, context: Refining): void {
  const legs = [...request.collateral.map((leg, index) => ({ leg, path: ['collateral', index] })), ...request.debt.map((leg, index) => ({ leg, path: ['debt', index] }))];
  const complain = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });
  const first = new Map<string, (typeof legs)[number]['leg']>();
  for (const { leg, path } of legs) {
    const known = first.get(leg.symbol);
    if (known === undefined) first.set(leg.symbol, leg);
    else if (known.priceUsd !== leg.priceUsd || known.volatility !== leg.volatility || known.drift !== leg.drift) complain(path, `the same price, volatility and drift for ${leg.symbol} everywhere`);
  }
  const given = new Set<string>();
  request.correlations.forEach(({ between: pair, rho, ratioVolatility }, index) => {
    if ((rho === undefined) === (ratioVolatility === undefined)) complain(['correlations', index], 'either rho or ratioVolatility');
    if (pair[0] === pair[1] || pair.some((one) => !first.has(one))) complain(['correlations', index, 'between'], 'two different symbols of the position');
    if (given.has(pair.toSorted().join())) complain(['correlations', index, 'between'], 'each pair once');
    given.add(pair.toSorted().join());
  });
  const movers = [...first.values()].filter(isMoving).map((leg) => leg.symbol);
  movers.forEach((one, index) => movers.slice(index + 1).forEach((other) => {
    if (!given.has([one, other].toSorted().join())) complain(['correlations'], `a correlation of ${one} and ${other}`);
  }));
}

function requirePrices(request: { perps: z.infer<typeof perp>[]; options: z.infer<typeof option>[]; spot: z.infer<typeof spot>[]; assets: { symbol: string }[] }, context: Refining): void {
  const priced = request.assets.map((asset) => asset.symbol);
  if (new Set(priced).size !== priced.length) context.addIssue({ code: 'custom', path: ['assets'], message: 'each symbol once' });
  for (const [field, legs] of [['perps', request.perps], ['options', request.options], ['spot', request.spot]] as const) {
    legs.forEach(({ asset }, index) => {
      if (!priced.includes(asset)) context.addIssue({ code: 'custom', path: [field, index, 'asset'], message: `one of the symbols in assets: ${priced.join(', ')}` });
    });
  }
}
