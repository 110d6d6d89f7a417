import { z } from 'zod';
import { noTradeHalfWidth, singleHedge } from '@ballast/risk';
import { caseType } from '../case-type.js';

const byAsset = z.record(z.string(), z.number());

export const minVariance = caseType(
  'minVariance',
  z.strictObject({ exposureUsd: byAsset, hedgeAsset: z.string(), vols: byAsset, corrWithHedge: byAsset }),
  ({ exposureUsd, hedgeAsset, vols, corrWithHedge }) => ({
    hedgeUsd: singleHedge(Object.entries(exposureUsd).map(([asset, usd]) => ({ usd, volatility: vols[asset] ?? NaN, correlation: corrWithHedge[asset] ?? NaN })), vols[hedgeAsset] ?? NaN),
  }),
);

export const whalleyWilmott = caseType(
  'whalleyWilmott',
  z.strictObject({ costRate: z.number(), spotUsd: z.number(), gammaPerUsd: z.number(), rate: z.number(), timeToExpiryYears: z.number(), absoluteRiskAversionPerUsd: z.number() }),
  (given) => ({
    bandHalfWidthUnits: noTradeHalfWidth({ costShare: given.costRate, priceUsd: given.spotUsd, gammaPerUsd: given.gammaPerUsd, rate: given.rate, years: given.timeToExpiryYears, riskAversion: given.absoluteRiskAversionPerUsd }),
  }),
);
