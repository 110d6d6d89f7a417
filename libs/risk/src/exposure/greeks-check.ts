import type { OptionGreeks } from '@ballast/positions';
import type { OwnGreeks } from './own-greeks.js';

/** hedging.md section 5: more than this apart is an alert. */
export const MOST_DELTA_APART = 0.02;
export const MOST_VEGA_APART = 0.05;

export type GreeksCheck =
  | { readonly kind: 'agree'; readonly deltaApart: number; readonly vegaApart: number }
  | { readonly kind: 'differ'; readonly deltaApart: number; readonly vegaApart: number }
  | { readonly kind: 'not-comparable'; readonly why: string };

/**
 * Ours against the venue's, with the venue's brought to our convention first: a premium-adjusted delta gets the premium back, figures in coins are multiplied by the forward.
 * `vegaApart` is a share of our own vega, and counts only where that is above a cent for a point. Gamma is never compared: venues round it away.
 */
export function checkGreeks(own: OwnGreeks, venue: OptionGreeks, forwardUsd: number): GreeksCheck {
  if (!Number.isFinite(venue.delta) || !Number.isFinite(venue.vega) || !(forwardUsd > 0)) return { kind: 'not-comparable', why: 'The venue tells no finite Greeks.' };
  const delta = venue.convention.delta === 'PA' ? venue.delta + own.valueCoin : venue.delta;
  const vega = venue.convention.unit === 'coin' ? venue.vega * forwardUsd : venue.vega;
  const deltaApart = Math.abs(own.delta - delta);
  const vegaApart = own.vega > 0.01 ? Math.abs(own.vega - vega) / own.vega : 0;
  return { kind: deltaApart > MOST_DELTA_APART || vegaApart > MOST_VEGA_APART ? 'differ' : 'agree', deltaApart, vegaApart };
}
