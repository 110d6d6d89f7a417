import { InvalidInput } from '@ballast/units';
import { exitProbability } from '../first-exit.js';
import { hitProbability } from '../hit-probability.js';
import { marginSlack, priceOf, type MarginAccount, type Prices } from './margin-account.js';

const LOWEST = 1e-4;
const HIGHEST = 50;
/** Steps of the outward scan to each side, in equal steps of the logarithm. */
const SCAN = 4_000;
const CLOSE = 1e-13;

/** The nearest prices of one asset, all others fixed, at which the account may be liquidated; null where there is none within 1/10,000 to 50 times the price. */
export interface LiquidationBarriers {
  readonly downUsd: number | null;
  readonly upUsd: number | null;
}

/**
 * Searched outward to both sides, since with options the margin is not monotone in the price, then bisected. Option values are those of today: time value
 * that is lost on the way is not in it. Both are the price itself where the account is liquidatable already.
 */
export function liquidationBarriers(account: MarginAccount, prices: Prices, asset: string): LiquidationBarriers {
  const price = priceOf(prices, asset);
  const slack = (at: number): number => marginSlack(account, { ...prices, [asset]: at });
  if (slack(price) < 0) return { downUsd: price, upUsd: price };
  return { downUsd: firstRoot(slack, price, LOWEST), upUsd: firstRoot(slack, price, HIGHEST) };
}

function firstRoot(slack: (at: number) => number, price: number, most: number): number | null {
  const step = Math.log(most) / SCAN;
  let inside = price;
  for (let index = 1; index <= SCAN; index += 1) {
    const at = price * Math.exp(step * index);
    if (slack(at) < 0) return bisect(slack, inside, at);
    inside = at;
  }
  return null;
}

function bisect(slack: (at: number) => number, from: number, to: number): number {
  let [inside, outside] = [from, to];
  while (Math.abs(outside - inside) > CLOSE * Math.abs(inside)) {
    const middle = (inside + outside) / 2;
    if (middle === inside || middle === outside) break;
    if (slack(middle) < 0) outside = middle;
    else inside = middle;
  }
  return (inside + outside) / 2;
}

/** The main asset's motion: drift of its price and volatility, per year. */
export interface BarrierMotion {
  readonly drift: number;
  readonly volatility: number;
  readonly years: number;
}

/** The chance that the price reaches one of the barriers within the time, all other prices fixed; 1 where the account is liquidatable already. */
export function barrierProbability(price: number, { downUsd, upUsd }: LiquidationBarriers, { drift, volatility, years }: BarrierMotion): number {
  if (!(price > 0)) throw new InvalidInput('price', String(price), 'dollars above 0');
  const logDrift = drift - volatility ** 2 / 2;
  if (downUsd === null && upUsd === null) return 0;
  if (upUsd === null) return hitProbability({ logDistance: Math.log(price / (downUsd as number)), drift: logDrift, volatility, years }).probability;
  if (downUsd === null) return hitProbability({ logDistance: Math.log(upUsd / price), drift: -logDrift, volatility, years }).probability;
  return exitProbability({ lower: Math.log(downUsd / price), upper: Math.log(upUsd / price), drift: logDrift, volatility, years });
}
