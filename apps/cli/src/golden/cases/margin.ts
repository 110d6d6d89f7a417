import { z } from 'zod';
import { barrierProbability, exitProbability, inversePerpState, liquidationBarriers, marginState, portfolioGreeks, type MarginAccount } from '@ballast/risk';
import { caseType, type Measured } from '../case-type.js';

const motion = { horizonYears: z.number().optional(), vol: z.number().optional(), drift: z.number().optional(), mainAsset: z.string().optional() };

export const margin = caseType(
  'margin',
  z.strictObject({
    pricesUsd: z.record(z.string(), z.number()), cashUsd: z.number(), ...motion,
    perps: z.array(z.strictObject({ asset: z.string(), size: z.number(), entryUsd: z.number(), mmr: z.number(), tierDeductionUsd: z.number().optional(), fundingRatePerDay: z.number().optional() })).default([]),
    options: z.array(z.strictObject({ asset: z.string(), optionType: z.enum(['call', 'put']), strikeUsd: z.number(), timeToExpiryYears: z.number(), vol: z.number(), rate: z.number(), qty: z.number(), mmrShort: z.number() })).default([]),
  }),
  (given) => {
    const account: MarginAccount = {
      cashUsd: given.cashUsd,
      perps: given.perps.map(({ mmr, ...perp }) => ({ ...perp, maintenanceRate: mmr })),
      options: given.options.map((leg) => ({ asset: leg.asset, type: leg.optionType, strikeUsd: leg.strikeUsd, years: leg.timeToExpiryYears, volatility: leg.vol, rate: leg.rate, quantity: leg.qty, maintenanceRateShort: leg.mmrShort })),
    };
    const { isLiquidatable, ...state } = marginState(account, given.pricesUsd);
    const greeks = portfolioGreeks(account, given.pricesUsd);
    const barriers = Object.fromEntries(Object.keys(given.pricesUsd).map((asset) => [asset, liquidationBarriers(account, given.pricesUsd, asset)]));
    const each = (pick: (asset: string) => Measured): Measured => Object.fromEntries(Object.keys(given.pricesUsd).map((asset) => [asset, pick(asset)]));
    return {
      ...state, liquidatable: isLiquidatable, vegaUsdPerVolPoint: greeks.vegaUsdPerVolPoint, thetaUsdPerDay: greeks.thetaUsdPerDay,
      liqPriceDownUsd: each((asset) => barriers[asset]?.downUsd ?? null), liqPriceUpUsd: each((asset) => barriers[asset]?.upUsd ?? null),
      greeks: each((asset) => ({ ...greeks.byAsset[asset] })),
      ...(given.mainAsset === undefined || given.vol === undefined || given.horizonYears === undefined ? {} : {
        hitProb: barrierProbability(given.pricesUsd[given.mainAsset] ?? NaN, barriers[given.mainAsset] ?? { downUsd: null, upUsd: null }, { drift: given.drift ?? 0, volatility: given.vol, years: given.horizonYears }),
      }),
    };
  },
);

export const inversePerp = caseType(
  'inversePerp',
  z.strictObject({ contractsUsd: z.number(), side: z.enum(['long', 'short']), entryUsd: z.number(), cashCoin: z.number(), mmr: z.number(), markUsd: z.number(), horizonYears: z.number(), vol: z.number(), drift: z.number() }),
  ({ mmr, markUsd, horizonYears, vol, drift, ...perp }) => {
    const { isLiquidatable, liquidationPriceUsd, ...state } = inversePerpState({ ...perp, maintenanceRate: mmr }, markUsd);
    const barriers = isLiquidatable ? { downUsd: markUsd, upUsd: markUsd } : { downUsd: perp.side === 'long' ? liquidationPriceUsd : null, upUsd: perp.side === 'short' ? liquidationPriceUsd : null };
    return { ...state, liqPriceUsd: liquidationPriceUsd, hitProb: barrierProbability(markUsd, barriers, { drift, volatility: vol, years: horizonYears }) };
  },
);

export const doubleBarrier = caseType(
  'doubleBarrier',
  z.strictObject({ logLower: z.number(), logUpper: z.number(), logDrift: z.number(), vol: z.number(), horizonYears: z.number() }),
  ({ logLower, logUpper, logDrift, vol, horizonYears }) => ({ exitProb: exitProbability({ lower: logLower, upper: logUpper, drift: logDrift, volatility: vol, years: horizonYears }) }),
);
