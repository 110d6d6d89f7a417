import { InvalidInput } from '@ballast/units';

/** One asset of a position: dollars that count towards the health (collateral after its threshold), or that are owed. */
export interface BookLeg {
  readonly symbol: string;
  readonly units: number;
  readonly priceUsd: number;
  /** Null for a debt. */
  readonly liquidationThreshold: number | null;
}

/** Cw, D and their quotient: Infinity without debt, 0 without counted collateral. */
export interface BookHealth {
  readonly weightedUsd: number;
  readonly collateralUsd: number;
  readonly debtUsd: number;
  readonly healthFactor: number;
  readonly logHealth: number;
}

/** @throws InvalidInput for NaN, negative or infinite units and prices, and thresholds outside 0 to 1 */
export function bookHealth(legs: readonly BookLeg[]): BookHealth {
  let [weightedUsd, collateralUsd, debtUsd] = [0, 0, 0];
  for (const { symbol, units, priceUsd, liquidationThreshold } of legs) {
    if (!(units >= 0 && Number.isFinite(units))) throw new InvalidInput(`units of ${symbol}`, String(units), 'a number from 0');
    if (!(priceUsd > 0 && Number.isFinite(priceUsd))) throw new InvalidInput(`price of ${symbol}`, String(priceUsd), 'dollars above 0');
    if (liquidationThreshold === null) debtUsd += units * priceUsd;
    else {
      if (!(liquidationThreshold >= 0 && liquidationThreshold <= 1)) throw new InvalidInput(`liquidation threshold of ${symbol}`, String(liquidationThreshold), 'a share from 0 to 1');
      collateralUsd += units * priceUsd;
      weightedUsd += units * priceUsd * liquidationThreshold;
    }
  }
  if (debtUsd === 0) return { weightedUsd, collateralUsd, debtUsd, healthFactor: Infinity, logHealth: Infinity };
  return { weightedUsd, collateralUsd, debtUsd, healthFactor: weightedUsd / debtUsd, logHealth: logRatio(weightedUsd, debtUsd) };
}

/** ln(top / bottom), by the difference near 1, which is exact there, and by the quotient far below, where the difference has lost its digits. */
export function logRatio(top: number, bottom: number): number {
  const excess = (top - bottom) / bottom;
  return excess > -0.5 ? Math.log1p(excess) : Math.log(top / bottom);
}

/** Share by which all collateral must fall together: 1 - 1 / health; 1 without debt, negative when past. */
export const commonFall = ({ healthFactor }: BookHealth): number => (healthFactor === Infinity ? 1 : 1 - 1 / healthFactor);

/** The price of one asset, all others fixed, at which the health is 1; null where no positive price of it alone gets there. An asset on both sides moves both. */
export function assetLiquidationPrice(legs: readonly BookLeg[], symbol: string): number | null {
  const { weightedUsd, debtUsd } = bookHealth(legs);
  const own = legs.filter((leg) => leg.symbol === symbol);
  const price = own[0]?.priceUsd;
  if (price === undefined || debtUsd === 0) return null;
  // Cw - D is a line in this price: slope x price + what the others give.
  const slope = own.reduce((sum, { units, liquidationThreshold }) => sum + units * (liquidationThreshold ?? -1), 0);
  const others = weightedUsd - debtUsd - slope * price;
  const barrier = -others / slope;
  return slope !== 0 && barrier > 0 && Number.isFinite(barrier) ? barrier : null;
}

/**
 * The smallest common shock x, as a share and to either side, at which the health is 1 when each asset moves by its beta times x; null where
 * none above -100% gets there. The health's excess is a line in x.
 */
export function betaShock(legs: readonly BookLeg[], betas: Readonly<Record<string, number>>): number | null {
  const { weightedUsd, debtUsd } = bookHealth(legs);
  if (debtUsd === 0) return null;
  const slope = legs.reduce((sum, { symbol, units, priceUsd, liquidationThreshold }) => sum + (betas[symbol] ?? 0) * units * priceUsd * (liquidationThreshold ?? -1), 0);
  const shock = -(weightedUsd - debtUsd) / slope;
  return slope !== 0 && Number.isFinite(shock) && shock > -1 ? shock : null;
}
