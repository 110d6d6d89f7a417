import { z } from 'zod';
import { jsonAnswer, type WireAnswer } from '../../wire-answer.js';
import { accountFor, activeAssetData, clearinghouseState, extraAgents, userFees, userRateLimit, userRole } from './account-answers.js';
import { marketsOf, noAnswer, UNREADABLE, type HyperliquidDesk } from './desk.js';
import { frontendOpenOrders, historicalOrders, openOrders, orderStatus, userFills, userFillsByTime, userFunding } from './history-answers.js';
import { allMids, contexts, fundingHistory, l2Book, meta, spotMeta } from './market-answers.js';
import { decimalOf } from '../wire-numbers.js';

const user = z.string().regex(/^0x[0-9a-fA-F]{40}$/).transform((text) => text.toLowerCase());
const timeMs = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Only the venue's own instruments: those that others list are not there. */
const dex = z.literal('').optional();
const times = { startTime: timeMs.default(0), endTime: timeMs.default(Number.MAX_SAFE_INTEGER) };
const coin = z.string().min(1).max(20);
const oid = z.union([z.number().int().min(0), z.string().regex(/^0x[0-9a-fA-F]{32}$/).transform((text) => text.toLowerCase())]);

const plain = <T extends string>(type: T) => z.object({ type: z.literal(type), dex });
const about = <T extends string>(type: T) => z.object({ type: z.literal(type), user, dex });

const QUESTIONS = z.discriminatedUnion('type', [
  plain('meta'), plain('metaAndAssetCtxs'), plain('spotMeta'), plain('spotMetaAndAssetCtxs'), plain('perpDexs'), plain('allMids'), plain('exchangeStatus'),
  about('clearinghouseState'), about('spotClearinghouseState'), about('openOrders'), about('frontendOpenOrders'), about('historicalOrders'), about('userFills'), about('userRateLimit'),
  about('userFees'), about('userAbstraction'), about('userRole'), about('extraAgents'),
  z.object({ type: z.literal('orderStatus'), user, oid }),
  z.object({ type: z.literal('userFillsByTime'), user, ...times }),
  z.object({ type: z.literal('userFunding'), user, ...times }),
  z.object({ type: z.literal('fundingHistory'), coin, ...times }),
  z.object({ type: z.literal('l2Book'), coin, nSigFigs: z.null().optional(), mantissa: z.null().optional() }),
  z.object({ type: z.literal('activeAssetData'), user, coin }),
]);
type Question = z.output<typeof QUESTIONS>;

/** Answers POST /info. What it does not know is recorded, and told as the venue does. */
export function info(desk: HyperliquidDesk, body: unknown): WireAnswer {
  const parsed = QUESTIONS.safeParse(body);
  const named = z.object({ type: z.string() }).safeParse(body);
  if (!parsed.success) {
    desk.refusals.add('hyperliquid', named.success ? named.data.type : 'POST /info', parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '), body);
    return UNREADABLE;
  }
  // Anybody may ask; there is no key to revoke.
  const met = desk.running.ask();
  if (met.kind === 'key-revoked') return jsonAnswer(200, answerTo(desk, parsed.data));
  return met.kind === 'done' ? jsonAnswer(200, answerTo(desk, parsed.data), met.afterMs) : noAnswer(met);
}

function answerTo(desk: HyperliquidDesk, question: Question): unknown {
  const nowMs = desk.running.clock.now();
  const market = 'coin' in question ? marketsOf(desk).find(({ instrument }) => instrument.name === question.coin) : undefined;
  switch (question.type) {
    case 'meta':
      return meta(desk);
    case 'metaAndAssetCtxs':
      return [meta(desk), contexts(desk)];
    case 'spotMeta':
      return spotMeta();
    case 'spotMetaAndAssetCtxs':
      return [spotMeta(), []];
    case 'perpDexs':
      return [null];
    case 'allMids':
      return allMids(desk);
    case 'exchangeStatus':
      return { specialStatuses: null, time: nowMs };
    case 'clearinghouseState':
      return { ...clearinghouseState(desk, question.user), time: nowMs };
    case 'spotClearinghouseState':
      return { balances: [{ coin: 'USDC', token: 0, total: decimalOf(0n), hold: decimalOf(0n), entryNtl: decimalOf(0n) }] };
    case 'openOrders':
      return openOrders(desk, question.user);
    case 'frontendOpenOrders':
      return frontendOpenOrders(desk, question.user);
    case 'historicalOrders':
      return historicalOrders(desk, question.user);
    case 'userFills':
      return userFills(desk, question.user);
    case 'userFillsByTime':
      return userFillsByTime(desk, question.user, question.startTime, question.endTime);
    case 'userFunding':
      return userFunding(desk, question.user, question.startTime, question.endTime);
    case 'userRateLimit':
      return userRateLimit(desk, question.user);
    case 'userFees':
      return userFees(desk);
    case 'userAbstraction':
      return 'default';
    case 'userRole':
      return userRole(desk, question.user, nowMs);
    case 'extraAgents':
      return extraAgents(desk, accountFor(desk, question.user).id);
    case 'orderStatus':
      return orderStatus(desk, question.user, question.oid);
    case 'fundingHistory':
      return fundingHistory(desk, question.coin, question.startTime, question.endTime);
    case 'l2Book':
      return market === undefined ? null : l2Book(market, nowMs);
    case 'activeAssetData':
      return market === undefined ? null : activeAssetData(desk, question.user, market);
  }
}
