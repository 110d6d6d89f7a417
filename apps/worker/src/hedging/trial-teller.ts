import type { Outbox, VenueIntent, VenueOwner } from '@ballast/policy';
import type { InstrumentId, VenueAccountId } from '@ballast/positions';
import type { HedgeRecords } from './keeping.js';
import { noticesOfTrials } from './order-notices.js';

export interface TrialTellerParts {
  readonly records: Pick<HedgeRecords, 'trials' | 'ordered'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly now: () => number;
}

/** Tells owners whose orders fail again and again, and that they work again. Looked at once an order has ended, and of every account once after a start: another process may have ended before it told. */
export class TrialTeller {
  /** Instruments that are to be looked at; of an account that is absent all. */
  private readonly ended = new Map<VenueAccountId, Set<InstrumentId>>();

  constructor(private readonly parts: TrialTellerParts) {}

  /** An order is over: what it means is told with the next look at its account. */
  note({ order: { account, instrument } }: VenueIntent): void {
    this.ended.get(account)?.add(instrument);
  }

  /** What could not be told is told the next time. @throws what the stores throw */
  async tell(account: VenueAccountId, owner: VenueOwner): Promise<void> {
    const { records, outbox, now } = this.parts;
    const waiting = this.ended.get(account) ?? new Set(await records.ordered(account));
    this.ended.set(account, waiting);
    for (const instrument of waiting) {
      const notices = noticesOfTrials(owner, await records.trials(account, instrument), now());
      if (notices.length > 0) await outbox.tell(notices);
      waiting.delete(instrument);
    }
  }
}
