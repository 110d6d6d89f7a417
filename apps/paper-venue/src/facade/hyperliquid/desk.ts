import { jsonAnswer, textAnswer, withoutAnswer, type WireAnswer } from '../../wire-answer.js';
import type { NoAnswer } from '../../faults/faulty-venue.js';
import { type Instrument, type Market } from '../../kernel/index.js';
import type { RefusalLog } from '../../refusals.js';
import type { RunningVenue } from '../../running-venue.js';
import type { HyperliquidKeys } from './keys.js';

/** What answers for Hyperliquid. */
export interface HyperliquidDesk {
  readonly running: RunningVenue;
  readonly keys: HyperliquidKeys;
  readonly refusals: RefusalLog;
  /** Actions that an account has sent, by account. */
  readonly actions: Map<string, number>;
  /** How many actions an account may send before it has traded, and the dollars to trade before orders can be cancelled by a timer. */
  readonly limits: { readonly actions: number; readonly volumeForTimer: number };
}

/** Assets are named by their place in this list. */
export const marketsOf = ({ running }: HyperliquidDesk): readonly Market[] => Object.values(running.state.markets);

/** How many digits after the point a size has. */
export const sizeDigits = ({ lotE8 }: Instrument): number => 9 - lotE8.toString().length;

/** Dollars that the account has traded, as far as its fills are kept. */
export const tradedVolume = ({ running }: HyperliquidDesk, account: string): number =>
  running.state.fills.filter((fill) => fill.account === account).reduce((sum, { priceE8, sizeE8 }) => sum + (Number(priceE8) / 1e8) * (Number(sizeE8) / 1e8), 0);

/** A body that is not of the venue's shape. */
export const UNREADABLE = textAnswer(422, 'Failed to deserialize the JSON body into the target type');

/** What the venue says where the engine gave no answer. */
export const noAnswer = (reply: NoAnswer): WireAnswer => withoutAnswer(reply, { busy: textAnswer(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', 'text/html'), rateLimited: jsonAnswer(429, null) });
