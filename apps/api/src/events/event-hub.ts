import type { ChangeEvent } from '@ballast/jobs';

/** Where an event stream writes to; an HTTP response in production. */
export interface EventSink {
  write(text: string): void;
  /** Bytes written that the client has not taken yet. */
  pending(): number;
  close(): void;
}

/** Who opened a stream, and until when that counts. */
export interface SeenBy {
  readonly address: string;
  readonly expiresAt: Date;
}

interface Client {
  readonly sink: EventSink;
  /** In lower case; null for every account. */
  readonly account: string | null;
  readonly seenBy: SeenBy | null;
  readonly waiting: Map<string, ChangeEvent>;
  timer: NodeJS.Timeout | null;
}

export interface HubOptions {
  /** Least time between two batches to one client: 250 ms is four a second, as often as a page paints. */
  readonly batchMs: number;
  readonly heartbeatMs: number;
  readonly retryMs: number;
  readonly maxClients: number;
  readonly maxPendingBytes: number;
}

export const HUB_OPTIONS: HubOptions = { batchMs: 250, heartbeatMs: 15_000, retryMs: 2_000, maxClients: 2_000, maxPendingBytes: 1_000_000 };

/** Equal keys say the same thing to a reader who will read again anyway: within a batch one of them is enough. */
function keyOf(event: ChangeEvent): string {
  if (event.type === 'chain') return `chain ${event.chainId}`;
  return event.type === 'delivery' || event.type === 'hedge' ? `${event.type} ${event.account}` : `${event.type} ${event.positionId}`;
}

/** Hedges are on no public chain: even that one changed is told to its owner alone, for as long as his session lasts. */
const isOwn = (account: string, { seenBy }: Client): boolean => seenBy !== null && seenBy.address === account && seenBy.expiresAt.getTime() > Date.now();

/** Passes changes on to the event streams, each filtered by account, coalesced and paced; a client that stops reading is closed. */
export class EventHub {
  private readonly clients = new Set<Client>();
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly options: HubOptions = HUB_OPTIONS) {
    this.heartbeat = setInterval(() => {
      for (const client of this.clients) this.write(client, ': still here\n\n');
    }, options.heartbeatMs);
    this.heartbeat.unref();
  }

  get size(): number {
    return this.clients.size;
  }

  /** Adds a stream and returns what removes it again; null when there is no room. `seenBy`: null where nobody is known to look. */
  add(sink: EventSink, account: string | null, seenBy: SeenBy | null = null): (() => void) | null {
    if (this.clients.size >= this.options.maxClients) return null;
    const client: Client = { sink, account, seenBy, waiting: new Map(), timer: null };
    this.clients.add(client);
    this.write(client, `retry: ${this.options.retryMs}\n: listening\n\n`);
    return () => this.drop(client);
  }

  publish(event: ChangeEvent): void {
    for (const client of this.clients) {
      if ('account' in event && client.account !== null && event.account !== client.account) continue;
      if (event.type === 'hedge' && !isOwn(event.account, client)) continue;
      // The newest of equal events goes last, in the order in which things happened.
      client.waiting.delete(keyOf(event));
      client.waiting.set(keyOf(event), event);
      client.timer ??= this.later(client, 20);
    }
  }

  /** Ends every stream; browsers come back at once and read everything again. */
  restart(): void {
    for (const client of [...this.clients]) {
      this.drop(client);
      client.sink.close();
    }
  }

  /** Ends every stream, for good. */
  close(): void {
    clearInterval(this.heartbeat);
    this.restart();
  }

  private flush(client: Client): void {
    client.timer = null;
    if (client.waiting.size === 0) return;
    const text = [...client.waiting.values()].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    client.waiting.clear();
    this.write(client, text);
    if (this.clients.has(client)) client.timer = this.later(client, this.options.batchMs);
  }

  private later(client: Client, ms: number): NodeJS.Timeout {
    return setTimeout(() => this.flush(client), ms).unref();
  }

  private write(client: Client, text: string): void {
    if (client.sink.pending() > this.options.maxPendingBytes) {
      this.drop(client);
      client.sink.close();
      return;
    }
    client.sink.write(text);
  }

  private drop(client: Client): void {
    if (client.timer !== null) clearTimeout(client.timer);
    this.clients.delete(client);
  }
}
