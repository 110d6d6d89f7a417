import { LogRangeRefused, RpcRateLimited, RpcRefused } from '../errors.js';

/** Nodes say in words only, each in its own, that they are asked too often. */
const TOO_OFTEN = /rate.?limit|too many requests|requests? (count|rate)|requests? (per|a) (second|minute|day)|throttl|compute units|quota|out of credits|(daily|monthly) .*(limit|exceed)/i;
/** The node has not got that far: it lags, and a smaller range up to the same block would not help. */
const NOT_THERE_YET = /beyond|head block|future|cannot be found|not found|unknown block|invalid block range/i;
/** A log query spans, or would return, too much. */
const TOO_MUCH = /\brange|more than [\d,]+ (results|logs|blocks)|too many (results|logs|blocks|events)|(response|result)( set)?( size)?( is)? (too (big|large)|exceed)|exceeds? (the )?(limit|max)|query (exceeds|timeout)|limited to|limit exceeded/i;
const LIMIT_EXCEEDED = -32005;
const INVALID_PARAMS = -32602;
const LIMITED = [429, LIMIT_EXCEEDED, -32029];

/** A refusal that carries revert data, or says so in words, is the contract's answer; any other is the node's and may pass (an unknown block, most often). */
export function isRevert(refusal: RpcRefused): boolean {
  return refusal.data !== null || refusal.rpcCode === 3 || /revert/i.test(refusal.reason);
}

/** Sorts a node's refusal. `details` is whatever stood beside the message: some nodes give the reason only there. */
export function refusalOf(endpoint: string, method: string, params: readonly unknown[], code: number, message: string, data: `0x${string}` | null, details: unknown): RpcRefused | RpcRateLimited {
  const refused = new RpcRefused(endpoint, method, code, message, data);
  if (isRevert(refused)) return refused;
  const words = typeof details === 'string' || (typeof details === 'object' && details !== null) ? `${message} ${JSON.stringify(details).slice(0, 500)}` : message;
  const ranged = method === 'eth_getLogs' && isRange(params[0]);
  if (TOO_OFTEN.test(words)) return new RpcRateLimited(endpoint, method, `refusal ${code}: ${message}`, null);
  if (ranged && !NOT_THERE_YET.test(words) && (TOO_MUCH.test(words) || code === INVALID_PARAMS || code === LIMIT_EXCEEDED)) return new LogRangeRefused(endpoint, method, code, message, null);
  return !ranged && LIMITED.includes(code) ? new RpcRateLimited(endpoint, method, `refusal ${code}: ${message}`, null) : refused;
}

const isRange = (filter: unknown): boolean => typeof filter === 'object' && filter !== null && 'fromBlock' in filter;
