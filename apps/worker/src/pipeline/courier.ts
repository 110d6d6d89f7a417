import { setTimeout as sleep } from 'node:timers/promises';
import { HOLD_MS } from '@ballast/notifications';
import type { Channel, DueDelivery, Outbox, Settlement } from '@ballast/policy';

/** On their way at once. Mails beyond the mail server's connections wait for one, so there are only some more of them. */
const AT_ONCE: Readonly<Record<Channel, number>> = { email: 16, webhook: 64 };

/** What has not ended by then is sent again by another, under the same id. */
const CLOSES_WITHIN_MS = 10_000;

export interface CourierParts {
  readonly outbox: Pick<Outbox, 'claimDue'>;
  /** Brings a claimed delivery to its subscriber. */
  readonly attempt: (delivery: DueDelivery) => Promise<Settlement>;
  /** Resolves once what came of it is stored, or given up to be stored. */
  readonly settle: (settlement: Settlement) => Promise<void>;
  readonly warn: (message: string) => void;
}

/** Brings what is due in the outbox, straight from the database: no notice waits for Redis, and none of one channel for another's server. */
export class Courier {
  private readonly lanes: readonly Lane[];

  constructor(parts: CourierParts) {
    this.lanes = (['email', 'webhook'] as const).map((channel) => new Lane(channel, parts));
  }

  /** One look at the outbox. Waits for nothing but the outbox. */
  async turn(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.fill()));
  }

  /** Takes no more, and waits for what is under way. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }
}

/** The deliveries of one channel that are under way. */
class Lane {
  private readonly underWay = new Set<Promise<void>>();
  private isFilling = false;
  private isClosed = false;
  /** Whether the last look found as many as it asked for: then there are more. */
  private isMore = true;

  constructor(private readonly channel: Channel, private readonly parts: CourierParts) {}

  /** Takes as many as there is room for. */
  async fill(): Promise<void> {
    const room = AT_ONCE[this.channel] - this.underWay.size;
    if (this.isClosed || this.isFilling || room === 0) return;
    this.isFilling = true;
    try {
      const claimed = await this.parts.outbox.claimDue(this.channel, room, HOLD_MS);
      this.isMore = claimed.length === room;
      for (const delivery of claimed) this.bring(delivery);
    } finally {
      this.isFilling = false;
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.race([Promise.all([...this.underWay]), sleep(CLOSES_WITHIN_MS, undefined, { ref: false })]);
  }

  private bring(delivery: DueDelivery): void {
    const work = this.parts.attempt(delivery).then((settlement) => this.parts.settle(settlement));
    const ended = work.catch((error: Error) => this.parts.warn(`delivery ${delivery.id}: ${error.message}`)).then(() => {
      this.underWay.delete(ended);
      // Not for one place that is free, but for a good part of them: one statement takes them all.
      if (this.isMore && this.underWay.size <= AT_ONCE[this.channel] / 2) void this.fill().catch((error: Error) => this.parts.warn(`no more deliveries taken: ${error.message}`));
    });
    this.underWay.add(ended);
  }
}
