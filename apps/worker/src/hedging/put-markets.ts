import { Logger } from '@nestjs/common';
import { aged, unknown, type InstrumentId, type Reading, type VenueAccountId, type VenueMarket } from '@ballast/positions';
import type { KeyWatch } from './key-watch.js';

/** Levels of each side of a put's book. */
const DEPTH = 5;

export interface PutMarketsParts {
  readonly keys: Pick<KeyWatch, 'line'>;
  readonly now: () => number;
}

/** Markets of puts, read beside the round, so that no hedge waits for them; what a venue answers or does not answer to it says nothing of the account. */
export class PutMarkets {
  private readonly log = new Logger(PutMarkets.name);
  private readonly markets = new Map<InstrumentId, VenueMarket>();
  private readonly startedAt = new Map<string, number>();
  private readonly reading = new Map<string, Promise<void>>();

  constructor(private readonly parts: PutMarketsParts) {}

  /** Begins to read these, where that was not begun for `what` in the last so many milliseconds. */
  ask(what: string, account: VenueAccountId, ids: readonly InstrumentId[], everyMs: number): void {
    const name = `${account} ${what}`;
    if (ids.length === 0 || this.reading.has(name) || this.parts.now() - (this.startedAt.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
    this.startedAt.set(name, this.parts.now());
    this.reading.set(name, this.read(account, ids).finally(() => this.reading.delete(name)));
  }

  /** As it was read last; stale where that is longer ago, unknown where it never was. */
  of(id: InstrumentId, maxAgeMs: number): Reading<VenueMarket> {
    const market = this.markets.get(id);
    return market === undefined ? unknown('What it trades at was not read yet.') : aged({ kind: 'known', value: market, at: market.observedAt }, this.parts.now(), maxAgeMs);
  }

  /** Until nothing is being read. */
  async settled(): Promise<void> {
    await Promise.all(this.reading.values());
  }

  /** One after the other: nobody waits for it, and the account's own questions get through in between. */
  private async read(account: VenueAccountId, ids: readonly InstrumentId[]): Promise<void> {
    try {
      const { reader } = await this.parts.keys.line(account);
      for (const id of ids) this.markets.set(id, await reader.market(id, DEPTH));
    } catch (error) {
      this.log.warn(`${account}: what puts cost was not read: ${(error as Error).message}`);
    }
  }
}
