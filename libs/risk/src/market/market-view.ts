import type { MarketPrice } from '@ballast/positions';
import { BPS, InvalidInput, mulDivUp, type Bps, type UsdE8 } from '@ballast/units';

export interface MarketLimits {
  /** Independent sources that must agree before there is a market price; at least 2. */
  readonly leastSources: number;
  /** US dollars that must be needed to move a source's price by one per cent; sources without that figure are not asked for it. */
  readonly leastDepthUsdE8: UsdE8;
  /** A source further than this from the median of all is left out. */
  readonly outlierBps: Bps;
  /** The protocol's price further than this from the market's disagrees. */
  readonly disagreesBeyondBps: Bps;
}

/** Why a source was not counted: too old, or of a time to come; too little money behind it; far from the others; another of the same origin was counted. */
export type LeftOut = { readonly name: string; readonly because: 'stale' | 'of-the-future' | 'thin' | 'outlier' | 'same-origin' };

interface Looked {
  readonly used: readonly MarketPrice[];
  readonly leftOut: readonly LeftOut[];
}

/** The market's price beside the protocol's. `gapBps` is their distance as a share of the market's price, rounded up. */
export type MarketView =
  | (Looked & { readonly kind: 'agrees' | 'disagrees'; readonly marketUsdE8: UsdE8; readonly gapBps: Bps; readonly protocolIs: 'above' | 'below' | 'equal' })
  | (Looked & { readonly kind: 'no-protocol-price'; readonly marketUsdE8: UsdE8 })
  | (Looked & { readonly kind: 'too-few-sources'; readonly needed: number });

/**
 * What independent sources agree that an asset costs, beside what the protocol's oracle says (null where it has no price). The market's price is the median of those that are fresh,
 * deep enough and within `outlierBps` of the median of all; of an even number the mean of the middle two, rounded down. One source of an origin is counted, the deepest and then the
 * latest. Two sources that contradict each other are none: neither is near their median. `now` is chain time in seconds.
 * @throws InvalidInput for fewer than two sources asked for, or a price of zero
 */
export function marketView(protocolUsdE8: UsdE8 | null, sources: readonly MarketPrice[], limits: MarketLimits, now: bigint): MarketView {
  if (!Number.isInteger(limits.leastSources) || limits.leastSources < 2) throw new InvalidInput('market sources', String(limits.leastSources), 'a whole number of 2 or more');
  const leftOut: LeftOut[] = [];
  const usable = sources.filter((source) => {
    if (source.usdE8 <= 0n) throw new InvalidInput(`price of ${source.name}`, source.usdE8.toString(), 'a price above zero');
    const because = unusable(source, limits, now);
    if (because !== null) leftOut.push({ name: source.name, because });
    return because === null;
  });
  const independent = onePerOrigin(usable);
  leftOut.push(...usable.filter((source) => !independent.includes(source)).map(({ name }) => ({ name, because: 'same-origin' as const })));
  const middle = independent.length === 0 ? 0n : median(independent.map(({ usdE8 }) => usdE8));
  const used = independent.filter((source) => distanceBpsUp(source.usdE8, middle) <= limits.outlierBps);
  leftOut.push(...independent.filter((source) => !used.includes(source)).map(({ name }) => ({ name, because: 'outlier' as const })));
  if (used.length < limits.leastSources) return { kind: 'too-few-sources', needed: limits.leastSources, used, leftOut };
  const marketUsdE8 = median(used.map(({ usdE8 }) => usdE8)) as UsdE8;
  if (protocolUsdE8 === null) return { kind: 'no-protocol-price', marketUsdE8, used, leftOut };
  const gapBps = distanceBpsUp(protocolUsdE8, marketUsdE8);
  const protocolIs = protocolUsdE8 === marketUsdE8 ? 'equal' : protocolUsdE8 > marketUsdE8 ? 'above' : 'below';
  return { kind: gapBps > limits.disagreesBeyondBps ? 'disagrees' : 'agrees', marketUsdE8, gapBps, protocolIs, used, leftOut };
}

function unusable({ at, goodForSeconds, depthUsdE8 }: MarketPrice, { leastDepthUsdE8 }: MarketLimits, now: bigint): LeftOut['because'] | null {
  if (at > now) return 'of-the-future';
  if (now - at > goodForSeconds) return 'stale';
  return depthUsdE8 !== null && depthUsdE8 < leastDepthUsdE8 ? 'thin' : null;
}

function onePerOrigin(sources: readonly MarketPrice[]): readonly MarketPrice[] {
  const best = new Map<string, MarketPrice>();
  for (const source of sources) {
    const known = best.get(source.origin);
    if (known === undefined || isBetter(source, known)) best.set(source.origin, source);
  }
  return sources.filter((source) => best.get(source.origin) === source);
}

function isBetter(one: MarketPrice, other: MarketPrice): boolean {
  const [depth, known] = [one.depthUsdE8 ?? 0n, other.depthUsdE8 ?? 0n];
  return depth === known ? one.at > other.at : depth > known;
}

/** Of an even number the mean of the middle two, rounded down. */
function median(values: readonly bigint[]): bigint {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const upper = sorted[sorted.length >> 1] as bigint;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] as bigint) + upper) / 2n;
}

const distanceBpsUp = (price: bigint, from: bigint): Bps => mulDivUp(price > from ? price - from : from - price, BPS, from) as Bps;
