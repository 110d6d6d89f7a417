import { BPS, type Bps, type UsdE8 } from '@ballast/units';
import { isRecent } from '@ballast/positions';

/** One source's price. `at` is our wall clock in milliseconds; of a chain's oracle, the feed's own time. */
export type SourcePrice = { readonly kind: 'price'; readonly usdE8: UsdE8; readonly at: number } | { readonly kind: 'no-price' };

export interface PriceSources {
  readonly mark: SourcePrice;
  readonly index: SourcePrice;
  readonly oracle: SourcePrice;
}

/**
 * The price that everything is measured by: the median of mark, index and the chain's oracle. `refused`: one is missing or old, or they disagree; nothing may grow. `fallback` is then the median of what is
 * fresh, of two the lower, for reductions alone; `none` where nothing is.
 */
export type ReferencePrice =
  | { readonly kind: 'agreed'; readonly usdE8: UsdE8 }
  | { readonly kind: 'refused'; readonly because: 'missing' | 'old' | 'disagree'; readonly fallback: { readonly kind: 'price'; readonly usdE8: UsdE8 } | { readonly kind: 'none' } };

export interface ReferenceRules {
  readonly maxPriceAgeMs: number;
  readonly maxOracleAgeMs: number;
  readonly maxPriceApart: Bps;
}

/** @returns the median rounded nowhere: it is one of the three */
export function referencePrice({ mark, index, oracle }: PriceSources, now: number, rules: ReferenceRules): ReferencePrice {
  const isFresh = (source: SourcePrice, maxAge: number): source is Extract<SourcePrice, { kind: 'price' }> => source.kind === 'price' && source.usdE8 > 0n && isRecent(source.at, now, maxAge);
  const all = [[mark, rules.maxPriceAgeMs], [index, rules.maxPriceAgeMs], [oracle, rules.maxOracleAgeMs]] as const;
  const fresh = all.flatMap(([source, age]) => (isFresh(source, age) ? [source.usdE8] : [])).sort((a, b) => (a < b ? -1 : 1));
  const middle = fresh[(fresh.length - 1) >> 1];
  const fallback = middle === undefined ? ({ kind: 'none' } as const) : ({ kind: 'price', usdE8: middle } as const);
  if (all.some(([source]) => source.kind === 'no-price' || source.usdE8 <= 0n)) return { kind: 'refused', because: 'missing', fallback };
  const [least, , most] = fresh;
  if (least === undefined || most === undefined || middle === undefined) return { kind: 'refused', because: 'old', fallback };
  return (most - least) * BPS > rules.maxPriceApart * middle ? { kind: 'refused', because: 'disagree', fallback } : { kind: 'agreed', usdE8: middle };
}
