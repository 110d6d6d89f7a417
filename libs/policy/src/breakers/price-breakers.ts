import type { MarketPrice, OraclePrice } from '@ballast/positions';
import { NO_PRINTS, PRINT_LIMITS, judgePrint, marketView, type MarketLimits, type PrintMemory } from '@ballast/risk';
import { formatPercentUp, type Bps, type UsdE8 } from '@ballast/units';
import { GOOD, UNKNOWN, bad, type Finding } from './breaker.js';

/** What a protocol says that a token costs, beside what is needed to judge it. */
export interface PriceFacts {
  readonly symbol: string;
  readonly price: OraclePrice;
  /** Chain seconds of the block at which all of this was read. */
  readonly now: bigint;
  /** Seconds after which the feed promises an answer. */
  readonly heartbeatSeconds: bigint;
  /** What sources outside of the protocol say; null where the address book names none for the token. */
  readonly sources: readonly MarketPrice[] | null;
  /** Standard deviation of the logarithm of the price in an hour. */
  readonly hourlyVolatility: number;
  readonly isStable: boolean;
}

/** Chainlink's hourly and daily heartbeats, where the keepers contract names none. */
export const HEARTBEATS = { risky: 3_600n, stable: 86_400n } as const;

/**
 * A feed is late once its heartbeat and a quarter more have passed: Chainlink's answer is on its way for some blocks after the heartbeat, and the worker's own
 * limit of 75 minutes for an hourly feed is the same. The keepers contract refuses earlier, at a tenth more. A source that tells no time of its own is not late:
 * its age is unknown, and the guard asks the feed behind it.
 */
export function judgeFeedAge({ symbol, price, now, heartbeatSeconds }: Pick<PriceFacts, 'symbol' | 'price' | 'now' | 'heartbeatSeconds'>): Finding {
  if (price.kind === 'no-price') return bad(`the protocol has no price for ${symbol}`);
  if (price.updatedAt === null) return GOOD;
  const age = now - price.updatedAt;
  return age * 4n > heartbeatSeconds * 5n ? bad(`the protocol's price of ${symbol} is ${age / 60n} minutes old, and its feed promises one every ${heartbeatSeconds / 60n}`) : GOOD;
}

/**
 * More than 1% for a token that follows the dollar, more than 2% for any other (execution.md, 3.4). At least two sources must agree. That moving one by 1% takes 5,000 dollars over its
 * whole window, as for the alarm about the same prices, leaves out pools that were emptied; deep ones are for whoever names sources in the address book to choose, because
 * who can move two of them can stop sales.
 */
export const GAP_LIMITS: Omit<MarketLimits, 'disagreesBeyondBps'> = { leastSources: 2, leastDepthUsdE8: 500_000_000_000n as UsdE8, outlierBps: 300n as Bps };
export const GAP_BPS = { stable: 100n as Bps, risky: 200n as Bps } as const;

/** The protocol's price beside the market's. Where the address book names sources and too few of them can be used, nobody knows: no sales. Where it names none there is nothing to look at. */
export function judgePriceGap({ symbol, price, sources, now, isStable }: Pick<PriceFacts, 'symbol' | 'price' | 'sources' | 'now' | 'isStable'>): Finding {
  if (sources === null) return GOOD;
  const limits = { ...GAP_LIMITS, disagreesBeyondBps: isStable ? GAP_BPS.stable : GAP_BPS.risky };
  const view = marketView(price.kind === 'price' ? price.usdE8 : null, sources, limits, now);
  switch (view.kind) {
    case 'agrees': return GOOD;
    case 'disagrees': return bad(`the protocol's price of ${symbol} is ${formatPercentUp(view.gapBps)} ${view.protocolIs} the market's`);
    case 'no-protocol-price': return bad(`the protocol has no price for ${symbol}`);
    case 'too-few-sources': return bad(`only ${view.used.length} of the sources for the market's price of ${symbol} can be used, and ${view.needed} are needed`);
  }
}

export interface PrintJudged {
  readonly finding: Finding;
  readonly memory: PrintMemory;
}

/**
 * Whether a new print of the protocol's price may be acted upon (lessons.md, 17: a token of 2,200 dollars priced at 1). Held, nothing is sold at it until
 * another source bears it out, or it has lasted. The very first print of a source about which nothing is known is taken unless others contradict it: there is
 * nothing that it could have jumped from. A print without a time of its own is one of the block at which its price was first seen.
 */
export function judgeNewPrint(memory: PrintMemory, { symbol, price, now, sources, hourlyVolatility }: Omit<PriceFacts, 'heartbeatSeconds' | 'isStable'>): PrintJudged {
  if (price.kind === 'no-price') return { finding: UNKNOWN, memory };
  const print = { usdE8: price.usdE8, at: price.updatedAt ?? unseenSince(memory, price.usdE8, now) };
  const others = sources ?? [];
  if (memory.accepted === null && memory.held === null && others.length === 0) return { finding: GOOD, memory: { ...NO_PRINTS, accepted: print } };
  const context = { hourlyVolatility, others, origin: price.source, now, limits: PRINT_LIMITS };
  const judged = judgePrint(memory, print, context);
  // The print that is held may be borne out later: others are asked about it again, and it is not counted once more.
  const again = judged.verdict.kind === 'known' && memory.held !== null ? judgePrint({ accepted: memory.accepted, held: null }, memory.held.last, context) : judged;
  const { verdict, memory: after } = again.verdict.kind === 'held' && again !== judged ? { verdict: again.verdict, memory } : again;
  if (after.held === null) return { finding: GOOD, memory: after };
  const waits = `the protocol's price of ${symbol} jumped to ${dollarsOf(after.held.last.usdE8)}`;
  const from = after.accepted === null ? '' : ` from ${dollarsOf(after.accepted.usdE8)}`;
  const against = verdict.kind === 'held' && verdict.contradictedBy.length > 0 ? `, and ${verdict.contradictedBy.join(', ')} ${verdict.contradictedBy.length === 1 ? 'says' : 'say'} otherwise` : ', and nothing bears it out yet';
  return { finding: bad(`${waits}${from}${against}`), memory: after };
}

/** The time of a price that tells none: it is the print that is known where it says the same, else a new one. */
function unseenSince(memory: PrintMemory, usdE8: UsdE8, now: bigint): bigint {
  const last = memory.held?.last ?? memory.accepted;
  return last !== null && last.usdE8 === usdE8 ? last.at : now;
}

const dollarsOf = (usdE8: bigint): string => `$${(Number(usdE8) / 1e8).toLocaleString('en-US', { maximumFractionDigits: 4 })}`;
