import { addressWord, at, encode, hashWord, same, toAddress, toHash, toUint, words, type Word } from './abi.js';
import { call, inLanes, type Chain } from './chain.js';
import { epochOf, selectorOf, type KnownGuard } from './guards.js';
import type { Log, LogFilter } from './log-scan.js';

/** What a mandate is for: a pair, or a Morpho market. */
export type MandateFor = { readonly collateral: string; readonly debt: string } | { readonly marketId: string };

/** The signed fields as they stood in the transaction that activated the mandate. Health factors are scaled by 1e18. */
export interface SignedTerms {
  readonly actions: number;
  readonly triggerHf: bigint;
  readonly minHf: bigint;
  readonly maxHf: bigint;
  readonly maxCostBps: number;
  readonly fillPerDay: bigint;
  readonly keepers: string;
  /** Chain seconds. */
  readonly expiry: number;
}

export interface Activation {
  readonly mandateHash: string;
  readonly transactionHash: string;
  readonly blockNumber: number;
}

export type MandateState = 'live' | 'expired' | 'ended';

export interface MandateRow {
  readonly guard: KnownGuard;
  readonly about: MandateFor;
  readonly state: MandateState;
  /** Its last activation, when the search found one. */
  readonly activation: Activation | null;
  /** Null when the activating transaction could not be read, or does not hold the mandate that the chain names. */
  readonly terms: SignedTerms | null;
}

/** Where an owner's mandates of one guard are told. */
export function activationFilter(guard: KnownGuard, owner: string): LogFilter {
  return { address: guard.address, topics: [selectorOf(guard.kind, 'Activated'), null, `0x${addressWord(owner)}`] };
}

/** Revocations tell nothing that the chain does not say now, but a revoked pair whose activation was not found is still a pair to look at. */
export function revocationFilter(guard: KnownGuard, owner: string): LogFilter {
  return { address: guard.address, topics: [[selectorOf(guard.kind, 'Revoked'), selectorOf(guard.kind, 'EpochChanged')], `0x${addressWord(owner)}`] };
}

function subjectOf(guard: KnownGuard, log: Log): MandateFor {
  if (guard.kind.keyedBy === 'market') return { marketId: toHash(at(words(log.data, 1, 'An event'), 0)) };
  const [collateral, debt] = words(log.data, 2, 'An event') as [Word, Word];
  return { collateral: toAddress(collateral), debt: toAddress(debt) };
}

export const subjectKey = (about: MandateFor): string => ('marketId' in about ? about.marketId : `${about.collateral}/${about.debt}`).toLowerCase();
const subjectWords = (about: MandateFor): Word[] => ('marketId' in about ? [hashWord(about.marketId)] : [addressWord(about.collateral), addressWord(about.debt)]);

/** Each pair or market that the events name, with its last activation. */
export function subjectsIn(guard: KnownGuard, logs: readonly Log[]): { about: MandateFor; activation: Activation | null }[] {
  const found = new Map<string, { about: MandateFor; activation: Activation | null }>();
  for (const log of [...logs].sort((a, b) => a.blockNumber - b.blockNumber)) {
    if (same(log.topics[0] ?? '', selectorOf(guard.kind, 'EpochChanged'))) continue;
    const about = subjectOf(guard, log);
    const key = subjectKey(about);
    const activated = same(log.topics[0] ?? '', selectorOf(guard.kind, 'Activated'));
    const activation = activated ? { mandateHash: log.topics[1] ?? '', transactionHash: log.transactionHash, blockNumber: log.blockNumber } : (found.get(key)?.activation ?? null);
    found.set(key, { about, activation });
  }
  return [...found.values()];
}

/** What the guard stores for a pair or market now. */
async function standingOf(chain: Chain, guard: KnownGuard, owner: string, about: MandateFor): Promise<{ activeHash: string; epoch: string }> {
  const data = encode(selectorOf(guard.kind, 'position'), addressWord(owner), ...subjectWords(about));
  const answer = words(await call(chain, guard.address, data), 6, 'position');
  return { activeHash: toHash(at(answer, 1)), epoch: toHash(at(answer, 2)) };
}

const NOTHING = `0x${'0'.repeat(64)}`;

/** Reads what stands now for each pair or market. `terms` by mandate hash are those already read. */
export async function readMandates(chain: Chain, guard: KnownGuard, owner: string, logs: readonly Log[], now: number): Promise<MandateRow[]> {
  const epoch = await epochOf(chain, guard, owner);
  return inLanes(subjectsIn(guard, logs), async ({ about, activation }) => {
    const standing = await standingOf(chain, guard, owner, about);
    const alive = standing.activeHash !== NOTHING && same(standing.epoch, epoch);
    const isThisOne = activation !== null && same(activation.mandateHash, standing.activeHash);
    const terms = activation !== null && (isThisOne || !alive) ? await termsOf(chain, guard, activation) : null;
    const state = !alive ? 'ended' : terms !== null && terms.expiry < now ? 'expired' : 'live';
    return { guard, about, activation: alive && !isThisOne ? null : activation, terms, state } satisfies MandateRow;
  });
}

/** Read once a page: a transaction does not change. */
const read = new Map<string, Promise<SignedTerms | null>>();

function termsOf(chain: Chain, guard: KnownGuard, activation: Activation): Promise<SignedTerms | null> {
  const key = `${guard.address} ${activation.mandateHash}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const reading = findTerms(chain, guard, activation).catch(() => {
    read.delete(key);
    return null;
  });
  read.set(key, reading);
  return reading;
}

/**
 * The mandate inside the transaction that activated it. The call may lie anywhere in the transaction's data (a Safe wraps it), so every
 * place that could be one is tried, and only a mandate that the guard hashes to the activated hash is believed.
 */
async function findTerms(chain: Chain, guard: KnownGuard, { mandateHash, transactionHash }: Activation): Promise<SignedTerms | null> {
  const transaction = (await chain.request('eth_getTransactionByHash', [transactionHash])) as { input?: unknown } | null;
  const input = typeof transaction?.input === 'string' ? transaction.input.slice(2).toLowerCase() : '';
  const size = guard.kind.mandate.length * 64;
  for (const name of ['activate', 'set']) {
    const selector = selectorOf(guard.kind, name).slice(2);
    for (let found = input.indexOf(selector); found !== -1; found = input.indexOf(selector, found + 2)) {
      const fields = input.slice(found + 8, found + 8 + size).match(/.{64}/g) ?? [];
      if (fields.length < guard.kind.mandate.length) continue;
      const hash = await call(chain, guard.address, encode(selectorOf(guard.kind, 'hashMandate'), ...fields)).catch(() => null);
      if (typeof hash === 'string' && same(hash, mandateHash)) return termsIn(guard, fields);
    }
  }
  return null;
}

function termsIn(guard: KnownGuard, fields: readonly Word[]): SignedTerms {
  const field = (name: string): Word => at(fields, guard.kind.mandate.findIndex(([own]) => own === name));
  const number = (name: string): number => Number(toUint(field(name)));
  return {
    actions: number('actions'), triggerHf: toUint(field('triggerHf')), minHf: toUint(field('minHf')), maxHf: toUint(field('maxHf')), maxCostBps: number('maxCostBps'),
    fillPerDay: toUint(field('fillPerDay')), keepers: toAddress(field('keepers')), expiry: number('expiry'),
  };
}

export const revokeCall = (guard: KnownGuard, about: MandateFor): string => encode(selectorOf(guard.kind, 'revoke'), ...subjectWords(about));
