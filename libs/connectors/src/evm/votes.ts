import { BallastError } from '@ballast/units';
import { ReadFailed, RpcRefused, RpcUnreachable, WrongChain } from '../errors.js';
import { canonical, type Answer } from './canonical.js';
import type { Endpoint } from './endpoint.js';
import { isRevert } from './refusals.js';

/** One endpoint's answer to a question; a contract's revert is one. */
export interface Vote {
  readonly endpoint: Endpoint;
  readonly answer: Answer;
  readonly revert: RpcRefused | null;
}

const SHOWN = 80;

/** The endpoint's vote, or why it has none. */
export async function voteOf(endpoint: Endpoint, method: string, params: readonly unknown[]): Promise<Vote | BallastError> {
  try {
    const upTo = await rangeEnd(endpoint, method, params);
    const answer = canonical(method, params, await endpoint.ask(method, params));
    return { endpoint, answer: upTo === null ? answer : { ...answer, key: `${upTo} ${answer.key}` }, revert: null };
  } catch (error) {
    if (error instanceof RpcRefused && isRevert(error)) return { endpoint, answer: { key: `revert ${(error.data ?? '0x').toLowerCase()}`, value: null, isAbsent: false }, revert: error };
    if (error instanceof ReadFailed) endpoint.failed(error);
    if (error instanceof RpcUnreachable || error instanceof RpcRefused || error instanceof ReadFailed || error instanceof WrongChain) return error;
    throw error;
  }
}

/**
 * The last block of a log query's range as this endpoint has it: asked for a range beyond its head a node tells what it has, as if that were all,
 * and the hash shows that the voters are on one chain even where there are no logs. @throws ReadFailed when it has not got that far
 */
async function rangeEnd(endpoint: Endpoint, method: string, params: readonly unknown[]): Promise<string | null> {
  const { toBlock } = (method === 'eth_getLogs' ? (params[0] ?? {}) : {}) as { toBlock?: unknown };
  if (typeof toBlock !== 'string') return null;
  const asked = [toBlock, false];
  const { key, isAbsent } = canonical('eth_getBlockByNumber', asked, await endpoint.ask('eth_getBlockByNumber', asked));
  if (isAbsent) throw new ReadFailed(`${endpoint.name}: eth_getLogs`, `no block ${toBlock}`, 'a node that has the whole range');
  return key;
}

/** The votes that say what most say; of equally many, what was said first. */
export function largestGroup(votes: readonly Vote[]): readonly Vote[] {
  const groups = new Map<string, Vote[]>();
  for (const vote of votes) groups.set(vote.answer.key, [...(groups.get(vote.answer.key) ?? []), vote]);
  return [...groups.values()].reduce<readonly Vote[]>((largest, group) => (group.length > largest.length ? group : largest), []);
}

/** Who has nothing where others have something, or the other way round, only lags or leads; every other difference is a disagreement. */
export function recordVotes(group: readonly Vote[], votes: readonly Vote[], method: string): void {
  const taken = group[0]?.answer;
  if (taken === undefined) return;
  for (const { endpoint, answer } of votes) {
    if (answer.key === taken.key) endpoint.agreed();
    else if (!answer.isAbsent && !taken.isAbsent) endpoint.differed(`${method}: got ${excerpt(answer.key, [taken.key])}, expected as ${group.length} others say ${excerpt(taken.key, [answer.key])}`);
  }
}

/** The part of a long answer from shortly before it first differs from one of the others. */
export function excerpt(key: string, others: readonly string[]): string {
  const differences = others.filter((other) => other !== key).map((other) => [...key].findIndex((character, index) => character !== other[index]));
  const first = Math.max(0, Math.min(...differences.map((index) => (index === -1 ? key.length : index))) - 8);
  if (key.length <= SHOWN || !Number.isFinite(first)) return key.slice(0, SHOWN);
  return `${first === 0 ? '' : `…(character ${first}) `}${key.slice(first, first + SHOWN)}`;
}
