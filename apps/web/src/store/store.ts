import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { AccountPositions, Config, Derivatives, Session, Status } from '../api/types.js';
import { Cache, type Answer } from './cache.js';
import { learnServerTime } from './clock.js';
import { Live, type StreamState } from './live.js';

export const cache = new Cache(async (path) => {
  const heard = await ask<unknown>('GET', path);
  if (path === routes.status) learnServerTime((heard as Status).now, Date.now());
  return heard;
});
export const live = new Live(cache);

const NOTHING: Answer<never> = { value: undefined, problem: undefined, readAt: undefined };

/** The answer of one GET, kept fresh while it is looked at. A null path is no question. `everyMs` also reads it on a timer. */
export function useAnswer<T>(path: string | null, everyMs?: number): Answer<T> {
  const watch = useCallback((listener: () => void) => (path === null ? () => undefined : cache.watch(path, listener)), [path]);
  const answer = useSyncExternalStore(watch, () => (path === null ? (NOTHING as Answer<T>) : cache.look<T>(path)));
  useRefresh(path, everyMs);
  return answer;
}

/** Reads an answer again on a timer while the component lives. */
export function useRefresh(path: string | null, everyMs: number | undefined): void {
  useEffect(() => {
    if (path === null || everyMs === undefined) return;
    const timer = setInterval(() => cache.refresh(path), everyMs);
    return () => clearInterval(timer);
  }, [path, everyMs]);
}

export const useConfig = (): Answer<Config> => useAnswer<Config>(routes.config);
export const useStatus = (): Answer<Status> => useAnswer<Status>(routes.status, 5_000);
export const useSession = (): Answer<Session> => useAnswer<Session>(routes.session);
export const useStream = (): StreamState => useSyncExternalStore(live.watch, live.state);

/** Follows an account's changes while the component lives. */
export function useFollow(account: string | null): void {
  useEffect(() => (account === null ? undefined : live.follow(account)), [account]);
}

/** How often is read again what a stream tells of. */
const SLOW_MS = 15_000;

/** The positions of an address; an address that nobody watched yet is put under watch by looking at it. */
export function usePositions(account: string | null): Answer<AccountPositions> {
  useFollow(account);
  const path = account === null ? null : routes.positions(account);
  const answer = useAnswer<AccountPositions>(path);
  // Until the first read there is nothing to be told of, so the page asks; later a slow look covers a lost message.
  useRefresh(path, answer.value?.state === 'reading' ? 2_000 : SLOW_MS);
  const unwatched = answer.problem?.status === 404;
  useEffect(() => {
    if (account === null || !unwatched) return;
    void ask<AccountPositions>('PUT', routes.account(account))
      .then((value) => cache.put(routes.positions(account), value))
      .catch((error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
      });
  }, [account, unwatched]);
  return answer;
}

/** Whether who is signed in owns the address. */
export const useIsOwner = (account: string | null): boolean => {
  const { value: session } = useSession();
  return account !== null && session?.address?.toLowerCase() === account.toLowerCase();
};

/** An answer that is the owner's alone to see, asked for by nobody else. His stream tells of changes; a slow look covers a lost message, and what no message tells of, such as a worker that no longer looks. */
export function useOwnAnswer<T>(account: string | null, path: (account: string) => string): Answer<T> {
  const isOwner = useIsOwner(account);
  const own = account !== null && isOwner ? account : null;
  useFollow(own);
  return useAnswer<T>(own === null ? null : path(own), SLOW_MS);
}

/** Derivative accounts and hedges of the address. */
export const useDerivatives = (account: string | null): Answer<Derivatives> => useOwnAnswer<Derivatives>(account, routes.derivatives);
