import { maybe, refused, type Meaning, type Problem, type VenueSaid } from '../wire/failures.js';
import { OutboundRefused } from '../wire/outbound.js';

/** Everything that is asked of Hyperliquid, by ccxt's name. */
export const HYPERLIQUID_CALLS = { publicPostInfo: 'POST /info', privatePostExchange: 'POST /exchange' } as const;

/** What Ballast signs. Nothing moves funds out of the account, and none of it can name a builder. */
export type HyperliquidAction =
  | { readonly type: 'order'; readonly orders: readonly HyperliquidOrder[]; readonly grouping: 'na' }
  | { readonly type: 'cancelByCloid'; readonly cancels: readonly { readonly asset: number; readonly cloid: string }[] }
  | { readonly type: 'updateLeverage'; readonly asset: number; readonly isCross: boolean; readonly leverage: number }
  | { readonly type: 'updateIsolatedMargin'; readonly asset: number; readonly isBuy: boolean; readonly ntli: number };

/** Keys in the order in which the venue hashes them. */
export interface HyperliquidOrder {
  readonly a: number;
  readonly b: boolean;
  readonly p: string;
  readonly s: string;
  readonly r: boolean;
  readonly t: { readonly limit: { readonly tif: 'Ioc' } };
  readonly c: string;
}

const ACTIONS: ReadonlySet<unknown> = new Set<HyperliquidAction['type']>(['order', 'cancelByCloid', 'updateLeverage', 'updateIsolatedMargin']);

/** Whatever made the request: no other action leaves, and none that names a builder. @throws OutboundRefused */
export function checkAction(path: string, body: string): void {
  if (path !== '/exchange') return;
  const { action } = JSON.parse(body) as { readonly action?: { readonly type?: unknown } };
  if (!ACTIONS.has(action?.type)) throw new OutboundRefused(`the action ${String(action?.type)}`, [...ACTIONS].join(', '));
  if (Object.hasOwn(action as object, 'builder')) throw new OutboundRefused('an order with a builder', 'none, for a builder takes a fee');
}

interface Status {
  readonly error?: unknown;
}

/** `{"status":"err","response":"..."}`, or an error among the statuses of what was asked. There are no codes, only words. */
export function hyperliquidProblem(answer: unknown): Problem | null {
  const { status, response } = answer as { readonly status?: unknown; readonly response?: string | { readonly data?: { readonly statuses?: readonly Status[] } } };
  if (status === 'err') return { code: 'err', message: String(response) };
  const error = typeof response === 'object' ? response.data?.statuses?.find((one) => typeof one === 'object' && one.error !== undefined)?.error : undefined;
  return error === undefined ? null : { code: 'error', message: String(error) };
}

const WORDS: readonly (readonly [RegExp, Meaning])[] = [
  // An agent's key that was revoked, has expired or was never approved.
  [/User or API Wallet .* does not exist|Must deposit before performing actions/i, refused('key-refused')],
  // The venue had it before: what came of it is not known from this.
  [/duplicate nonce/i, maybe('duplicate-nonce')],
  [/duplicate (client order id|cloid)|cloid .*(already|duplicate)/i, maybe('duplicate-id')],
  [/insufficient margin|not enough margin/i, refused('margin')],
  [/tick size|invalid (size|price)|zero size/i, refused('tick-or-lot')],
  [/minimum value/i, refused('min-notional')],
  [/reduce only/i, refused('reduce-only')],
  [/could not immediately match/i, refused('no-match')],
  [/away from the (reference|oracle) price|too far from oracle/i, refused('price-band')],
  [/too many (cumulative )?requests|rate limit/i, refused('rate-limit')],
  [/expired/i, refused('expired')],
  [/halted/i, refused('closed')],
];

export const hyperliquidMeaning = ({ httpStatus, message }: VenueSaid): Meaning => WORDS.find(([words]) => words.test(message))?.[1] ?? (httpStatus === 429 ? refused('rate-limit') : refused('other'));
