import { optionValue, priceOf, type MarginAccount, type Prices } from './margin-account.js';

const DAYS = 365;

/** Of one underlying. */
export interface UnderlyingGreeks {
  readonly deltaUnits: number;
  readonly deltaUsd: number;
  readonly gammaPerUsd: number;
  /** Change of the delta in dollars for a move of 1%. */
  readonly gammaUsdPer1Pct: number;
  readonly vegaUsdPerVolPoint: number;
}

export interface PortfolioGreeks {
  readonly byAsset: Readonly<Record<string, UnderlyingGreeks>>;
  /** For one point, 0.01, of every volatility. */
  readonly vegaUsdPerVolPoint: number;
  /** What a day brings at unchanged prices: time value, funding and interest. */
  readonly thetaUsdPerDay: number;
}

/** Greeks of all that is owned, without haircuts, by underlying (risk-model.md section 11). Cross gammas of linear and quanto-free legs are 0. */
export function portfolioGreeks(account: MarginAccount, prices: Prices): PortfolioGreeks {
  const sums = new Map<string, { delta: number; gamma: number; vega: number }>();
  let theta = 0;
  const add = (asset: string, delta: number, gamma = 0, vega = 0): void => {
    const sum = sums.get(asset) ?? { delta: 0, gamma: 0, vega: 0 };
    sums.set(asset, { delta: sum.delta + delta, gamma: sum.gamma + gamma, vega: sum.vega + vega });
  };
  for (const { asset, units } of account.spot ?? []) add(asset, units);
  for (const { asset, size, fundingRatePerDay = 0 } of account.perps ?? []) {
    add(asset, size);
    theta -= size * priceOf(prices, asset) * fundingRatePerDay;
  }
  for (const leg of account.options ?? []) {
    const { delta, gamma, vega, thetaPerYear } = optionValue(leg, prices);
    add(leg.asset, leg.quantity * delta, leg.quantity * gamma, (leg.quantity * vega) / 100);
    theta += (leg.quantity * thetaPerYear) / DAYS;
  }
  for (const { asset, suppliedUnits, owedUnits, supplyRate, borrowRate } of account.lending ?? []) {
    add(asset, suppliedUnits - owedUnits);
    theta += ((suppliedUnits * supplyRate - owedUnits * borrowRate) * priceOf(prices, asset)) / DAYS;
  }
  const byAsset = Object.fromEntries([...sums].map(([asset, { delta, gamma, vega }]) => {
    const price = priceOf(prices, asset);
    return [asset, { deltaUnits: delta, deltaUsd: delta * price, gammaPerUsd: gamma, gammaUsdPer1Pct: (gamma * price * price) / 100, vegaUsdPerVolPoint: vega }];
  }));
  return { byAsset, vegaUsdPerVolPoint: [...sums.values()].reduce((sum, { vega }) => sum + vega, 0), thetaUsdPerDay: theta };
}
