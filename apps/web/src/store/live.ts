import type { ChangeEvent } from '../api/types.js';
import { routes } from '../api/routes.js';
import type { Cache } from './cache.js';
import { concerns } from './changes.js';

/** The stream of changes: open, or lost since a time of our clock (ms). */
export type StreamState = { readonly kind: 'idle' } | { readonly kind: 'open' } | { readonly kind: 'lost'; readonly since: number };

const POLL_MS = 5_000;
const isChange = (value: unknown): value is ChangeEvent => value !== null && typeof value === 'object' && 'type' in value;

/**
 * Follows the server's change events for the accounts in view and has the cache read again what changed.
 * While a stream is lost it tries again and reads everything in view every five seconds.
 */
export class Live {
  private readonly streams = new Map<string, { source: EventSource | undefined; retry: ReturnType<typeof setTimeout> | undefined; attempts: number; failedAt: number; users: number }>();
  private readonly listeners = new Set<() => void>();
  private current: StreamState = { kind: 'idle' };
  private poll: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly cache: Cache) {}

  state = (): StreamState => this.current;

  watch = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Follows an account until the returned function is called. */
  follow(account: string): () => void {
    const key = account.toLowerCase();
    const known = this.streams.get(key);
    if (known) known.users += 1;
    else {
      this.streams.set(key, { source: undefined, retry: undefined, attempts: 0, failedAt: 0, users: 1 });
      this.open(key);
    }
    return () => {
      const stream = this.streams.get(key);
      if (!stream) return;
      stream.users -= 1;
      if (stream.users > 0) return;
      stream.source?.close();
      clearTimeout(stream.retry);
      this.streams.delete(key);
      this.assess();
    };
  }

  /** Opens every stream anew: what one tells depends on who was signed in when it was opened. */
  reopen(): void {
    for (const [account, stream] of this.streams) {
      stream.source?.close();
      clearTimeout(stream.retry);
      this.open(account);
    }
  }

  private open(account: string): void {
    const stream = this.streams.get(account);
    if (!stream) return;
    const source = new EventSource(routes.events(account));
    stream.source = source;
    source.onopen = () => {
      // What happened while nobody listened is unknown: read everything once more.
      if (stream.attempts > 0) this.cache.invalidate(() => true);
      stream.attempts = 0;
      this.assess();
    };
    source.onmessage = (message: MessageEvent<string>) => {
      let change: unknown;
      try {
        change = JSON.parse(message.data);
      } catch {
        return;
      }
      if (isChange(change)) this.cache.invalidate((path) => concerns(change, path));
    };
    source.onerror = () => {
      source.close();
      stream.source = undefined;
      if (stream.attempts === 0) stream.failedAt = Date.now();
      stream.attempts += 1;
      this.assess();
      stream.retry = setTimeout(() => this.open(account), Math.min(1_000 * 2 ** (stream.attempts - 1), 15_000));
    };
  }

  private assess(): void {
    const streams = [...this.streams.values()];
    // One failure is a restart of the server's streams; only when the next try fails too is the stream lost.
    const lostStreams = streams.filter((stream) => stream.attempts > 1);
    const lost = lostStreams.length > 0;
    const next: StreamState = streams.length === 0 ? { kind: 'idle' } : lost ? (this.current.kind === 'lost' ? this.current : { kind: 'lost', since: Math.min(...lostStreams.map((stream) => stream.failedAt)) }) : { kind: 'open' };
    if (lost && this.poll === undefined) this.poll = setInterval(() => this.cache.invalidate(() => true), POLL_MS);
    if (!lost && this.poll !== undefined) {
      clearInterval(this.poll);
      this.poll = undefined;
    }
    if (next.kind === this.current.kind) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }
}
