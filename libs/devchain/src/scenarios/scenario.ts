import type { TokenSymbol } from '../deploy/market.js';

/** A named price path: figures of a real market, played on the local feed. */
export interface PriceScenario {
  readonly kind: 'price-path';
  readonly name: string;
  readonly title: string;
  /** Where the figures come from, in words for people. */
  readonly source: string;
  readonly symbol: TokenSymbol;
  /** Begin of the first hour of `history`, ISO 8601 in UTC; the hours follow without a gap. */
  readonly historyFrom: string;
  /** Hourly closes before the story, for volatility. */
  readonly history: readonly number[];
  /** Hourly closes of the story. */
  readonly closes: readonly number[];
  /** What the last close of `history` becomes: USD with 8 decimals. All closes are scaled alike. */
  readonly startPrice: bigint;
  /** Index of the hour in `closes` that the variant `raw` takes in one step. */
  readonly rawHour: number;
}

/** A change of the market's condition instead of a price: applied and taken back by `applyScenario`. */
export interface MarketScenario {
  readonly kind: 'market-change';
  readonly name: string;
  readonly title: string;
  readonly steps: readonly MarketStep[];
}

export type MarketStep =
  | { readonly do: 'pause-reserve'; readonly symbol: TokenSymbol }
  | { readonly do: 'unpause-reserve'; readonly symbol: TokenSymbol }
  | { readonly do: 'silence-feed'; readonly symbol: TokenSymbol }
  | { readonly do: 'resume-feed'; readonly symbol: TokenSymbol }
  /** Lets chain time pass; feeds that are not silenced keep their heartbeat. */
  | { readonly do: 'advance'; readonly seconds: number };

export interface HourlyPrice {
  /** Hours since the story began: 0 is its first hour, negative is history. */
  readonly hour: number;
  /** Begin of the hour, such as `12 Mar 10:00`. */
  readonly label: string;
  /** USD with 8 decimals, at the end of the hour, rounded down. */
  readonly price: bigint;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function labelOf(millis: number): string {
  const at = new Date(millis);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${String(at.getUTCHours()).padStart(2, '0')}:00`;
}

// Closes carry at most two decimals.
const inCents = (close: number): bigint => BigInt(Math.round(close * 100));

/** The scenario's closes as prices of the local feed, history first. */
export function scaledPath(scenario: PriceScenario): { history: HourlyPrice[]; story: HourlyPrice[] } {
  const last = inCents(scenario.history.at(-1) ?? 0);
  const from = Date.parse(scenario.historyFrom);
  const all = [...scenario.history, ...scenario.closes].map((close, index): HourlyPrice => ({
    hour: index - scenario.history.length,
    label: labelOf(from + index * 3_600_000),
    price: (inCents(close) * scenario.startPrice) / last,
  }));
  return { history: all.slice(0, scenario.history.length), story: all.slice(scenario.history.length) };
}
