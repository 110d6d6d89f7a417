import { wadFromNumberDown, type Wad } from '@ballast/units';
import { singleHedge } from '@ballast/risk';

/** How a perpetual moves with what it is to hedge. Statistics: volatilities of yearly returns, and their correlation. */
export interface CoMovement {
  readonly exposureVolatility: number;
  readonly hedgeVolatility: number;
  readonly correlation: number;
}

/** Below this correlation more than four fifths of the risk would stay: sqrt(1 - 0.6^2) = 0.8. */
const LEAST_CORRELATION = 0.6;

/**
 * Coins of the perpetual for one coin of the exposure that leave least variance: rho s_e / s_h (Johnson 1960; Ederington 1979), for a perpetual of the same underlying, whose price is the same. Rounded down, towards
 * less hedge. `residualShare` is the share of the volatility that stays, to be shown.
 */
export function leastVarianceRatio({ exposureVolatility, hedgeVolatility, correlation }: CoMovement): { readonly kind: 'ratio'; readonly wad: Wad; readonly residualShare: number } | { readonly kind: 'useless' } {
  if (!(correlation >= LEAST_CORRELATION)) return { kind: 'useless' };
  const ratio = -singleHedge([{ usd: 1, volatility: exposureVolatility, correlation }], hedgeVolatility);
  const wad = wadFromNumberDown(ratio);
  return wad === 0n ? { kind: 'useless' } : { kind: 'ratio', wad, residualShare: Math.sqrt(Math.max(0, 1 - correlation ** 2)) };
}
