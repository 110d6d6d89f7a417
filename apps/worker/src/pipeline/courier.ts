import type { Outbox } from '@ballast/policy';

const MOST_A_TURN = 200;
/** What a queue has not brought by then, it hangs with, or is paused. */
const PATIENCE_MS = 2_000;
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

/** Takes what is due in the outbox to the queue, and brings by itself what the queue does not: no notice waits for Redis. */
export class Courier {
  private handed = new Map<string, number>();
  private readonly underWay = new Set<string>();

  constructor(private readonly parts: CourierParts) {}

  /** One look at the outbox. Waits for nothing but the outbox. */
  async turn(): Promise<void> {
    const { outbox, hand, now } = this.parts;
    const due = await outbox.due(MOST_A_TURN);
    // What is no longer due was claimed: should it come back, it is handed again.
    const before = this.handed;
    this.handed = new Map(due.map((id) => [id, before.get(id) ?? now()]));
    for (const id of due) {
      const since = before.get(id);
      if (since === undefined) this.watch(hand(id));
      else if (now() - since >= PATIENCE_MS) this.bring(id);
    }
  }

  private bring(id: string): void {
    if (this.underWay.has(id) || this.underWay.size >= MOST_AT_ONCE) return;
    this.underWay.add(id);
    this.watch(this.parts.deliver(id).finally(() => this.underWay.delete(id)));
  }

  /** Whatever fails is still due at the next turn. */
  private watch(work: Promise<unknown>): void {
    work.catch((error: Error) => this.parts.failed?.(error.message));
  }
}
