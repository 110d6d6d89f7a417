import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { CHANGE_CHANNEL, type Change } from './changes.js';
import { urlOf, type Database } from './database.js';
import { shapeOf } from './json/shape.js';

const positionChange = z.object({ type: z.enum(['position', 'decision', 'intent', 'mandate']), positionId: z.string(), account: z.string() });
const change = shapeOf<Change>()(
  z.union([z.object({ type: z.literal('chain'), chainId: z.number() }), positionChange, z.object({ type: z.enum(['delivery', 'hedge']), account: z.string() })]),
);

/** A connection that says nothing for this long is asked whether it lives. */
const HEARTBEAT_MS = 15_000;
const LONGEST_PAUSE_MS = 5_000;

/** Hears what other processes wrote, over a PostgreSQL connection of its own that is made again when it breaks. */
export class ChangeListener {
  constructor(private readonly database: Database) {}

  /**
   * Resolves once it listens; rejects when the first connection cannot be made. Returns what stops it.
   * After a break `onError` is told why, and `onResumed` when it listens again: changes in between were not heard, so whoever
   * relies on them reads everything again.
   */
  async listen(onChange: (change: Change) => void, onError: (error: Error) => void, onResumed: () => void = () => undefined): Promise<() => Promise<void>> {
    const stopping = new AbortController();
    let connection = await this.connect(onChange);
    void (async () => {
      for (let attempt = 0; !stopping.signal.aborted; ) {
        const reason = await connection.broken;
        void connection.close();
        if (stopping.signal.aborted) return;
        onError(reason);
        while (!stopping.signal.aborted) {
          try {
            connection = await this.connect(onChange);
            attempt = 0;
            onResumed();
            break;
          } catch (error) {
            onError(error instanceof Error ? error : new Error(String(error)));
            attempt += 1;
            await pause(Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MS), undefined, { signal: stopping.signal }).catch(() => undefined);
          }
        }
      }
    })().finally(() => connection.close());
    return async () => {
      stopping.abort();
      await connection.close();
    };
  }

  private async connect(onChange: (change: Change) => void): Promise<{ broken: Promise<Error>; close(): Promise<void> }> {
    const client = new pg.Client({
      connectionString: urlOf(this.database), application_name: 'ballast changes', connectionTimeoutMillis: 10_000, keepAlive: true, query_timeout: HEARTBEAT_MS,
    });
    let breaks: (reason: Error) => void = () => undefined;
    const broken = new Promise<Error>((resolve) => (breaks = resolve));
    client.on('error', breaks);
    client.on('end', () => breaks(new Error('the connection that listens for changes ended')));
    client.on('notification', ({ payload }) => {
      const parsed = change.safeParse(parseJson(payload ?? ''));
      // Another version's change, or somebody else's NOTIFY: not ours to act on.
      if (parsed.success) onChange(parsed.data);
    });
    await client.connect();
    await client.query(`LISTEN ${CHANGE_CHANNEL}`);
    const heartbeat = setInterval(() => void client.query('SELECT 1').catch(breaks), HEARTBEAT_MS);
    heartbeat.unref();
    void broken.then(() => clearInterval(heartbeat));
    return { broken, close: () => client.end().catch(() => undefined) };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
