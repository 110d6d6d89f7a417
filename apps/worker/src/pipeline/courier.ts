import type { Channel, DueEntry, Outbox } from '@ballast/policy';

/** Of each channel, at a turn. */
const MOST_OF_EACH = 200;
/** That the queue was given and has not taken yet. */
const MOST_HANDED = 2 * MOST_OF_EACH;
/** What a queue has not brought by then, it hangs with, or is paused. */
const PATIENCE_MS = 2_000;
/** Of each channel. */
const MOST_AT_ONCE = 8;

export interface CourierParts {
  readonly outbox: Pick<Outbox, 'due'>;
  /** Gives a delivery to the queue. */
  readonly hand: (deliveryId: string) => Promise<void>;
  /** Brings a delivery to its subscriber; claims are exclusive, so that the queue may bring it meanwhile. */
  readonly deliver: (deliveryId: string) => Promise<unknown>;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly failed?: (message: string) => void;
}

/** Since when a delivery is due, and whether the queue was given it. */
interface Sight {
  readonly since: number;
  handed: boolean;
}

/** Takes what is due in the outbox to the queue, and brings by itself what the queue does not: no notice waits for Redis, and none for another channel. */
export class Courier {
  private seen = new Map<string, Sight>();
  /** Given to the queue, which has not said yet that it has them. */
  private readonly handing = new Set<string>();
  /** On their way by ourselves: a channel's server that hangs keeps back none but its own. */
  private readonly underWay: Readonly<Record<Channel, Set<string>>> = { email: new Set(), webhook: new Set() };

  constructor(private readonly parts: CourierParts) {}

  /** One look at the outbox. Waits for nothing but the outbox. */
  async turn(): Promise<void> {
    const { outbox, now } = this.parts;
    const due = await outbox.due(MOST_OF_EACH);
    // What is no longer due was claimed: should it come back, it is handed again.
    const before = this.seen;
    this.seen = new Map(due.map(({ id }) => [id, before.get(id) ?? { since: now(), handed: false }]));
    for (const entry of due) {
      const sight = this.seen.get(entry.id) as Sight;
      if (!sight.handed) sight.handed = this.hand(entry.id);
      if (now() - sight.since >= PATIENCE_MS) this.bring(entry);
    }
  }

  /** False where it must wait. A lost Redis's client keeps all that it is given in memory until it is back: there may be only so much of it. */
  private hand(id: string): boolean {
    if (this.handing.has(id) || this.handing.size >= MOST_HANDED) return false;
    this.handing.add(id);
    this.watch(this.parts.hand(id).finally(() => this.handing.delete(id)));
    return true;
  }

  private bring({ id, channel }: DueEntry): void {
    const underWay = this.underWay[channel];
    if (underWay.has(id) || underWay.size >= MOST_AT_ONCE) return;
    underWay.add(id);
    this.watch(this.parts.deliver(id).finally(() => underWay.delete(id)));
  }

  /** Whatever fails is still due at the next turn. */
  private watch(work: Promise<unknown>): void {
    work.catch((error: Error) => this.parts.failed?.(error.message));
  }
}
