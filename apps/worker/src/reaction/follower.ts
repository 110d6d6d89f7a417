import { partsOf, type LendingProtocol, type PositionId } from '@ballast/positions';
import type { MandateRecord, PositionStore } from '@ballast/storage';
import { WAD, type Address, type ChainId } from '@ballast/units';
import type { Precedence } from './precedence.js';
import type { Tracker } from './tracker.js';
import type { WatchList } from './watch-list.js';

/** A signed trigger as a float is never below the exact one. */
const FLOAT_UP = 1 + 1e-12;
/** Reading rows takes the thread: so many at a time. */
const RECALLED_AT_ONCE = 100;

/** The tracked accounts with the rules that are in force for them: what is looked at, and for whom something may be done. */
export class Follower {
  private mandates: ReadonlyMap<string, MandateRecord> = new Map();
  private seen: { readonly accounts: readonly (readonly Address[])[]; readonly live: readonly MandateRecord[] } | null = null;

  constructor(readonly tracker: Tracker, readonly precedence: Precedence, private readonly list: WatchList) {}

  /** Takes over who is watched and what is in force, as it is stored now. */
  async refreshLists(): Promise<void> {
    const { books } = this.tracker;
    const [accounts, live] = await Promise.all([Promise.all(books.map(({ protocol }) => this.list.watched(protocol))), this.list.live()]);
    books.forEach((book, index) => {
      const watched = accounts[index] as readonly Address[];
      if (this.seen?.accounts[index] !== watched) book.track(watched);
    });
    const active = live.filter(({ status }) => status === 'active');
    this.mandates = new Map(active.map((mandate) => [mandate.positionId, mandate]));
    for (const book of books) book.guard(boundsOf(active, book.protocol));
    this.seen = { accounts, live };
  }

  /** Takes what was stored of loans that nobody guards, once after a start and while nothing is urgent: so that none must be read only to know how far it is from moving. */
  async recall(positions: Pick<PositionStore, 'page'>, chain: ChainId): Promise<void> {
    for (const book of this.tracker.books.filter(({ isPriced }) => isPriced)) {
      for (let after: PositionId | null | '' = ''; after !== null; ) {
        await this.precedence.clear();
        const page: Awaited<ReturnType<PositionStore['page']>> = await positions.page(chain, book.protocol, after, RECALLED_AT_ONCE);
        for (const position of page.positions) book.recall(position);
        after = page.last;
      }
    }
  }

  /** Signed and in force, as of the last refresh. */
  get live(): readonly MandateRecord[] {
    return this.seen?.live ?? [];
  }

  /** The mandate in force for the position, as of the last refresh. */
  mandateOf(positionId: string): MandateRecord | null {
    return this.mandates.get(positionId) ?? null;
  }
}

/** The highest health at which anything may be done for each guarded account: nothing is, at or above the signed trigger. */
function boundsOf(active: readonly MandateRecord[], protocol: LendingProtocol): ReadonlyMap<Address, number> {
  const bounds = new Map<Address, number>();
  for (const { positionId, terms } of active) {
    const parts = partsOf(positionId);
    if (parts.protocol !== protocol) continue;
    bounds.set(parts.account, Math.max(bounds.get(parts.account) ?? 0, (Number(terms.triggerHf) / Number(WAD)) * FLOAT_UP));
  }
  return bounds;
}
