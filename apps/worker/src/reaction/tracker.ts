import type { BlockRef, ReadClient } from '@ballast/connectors';
import type { LendingPosition, LendingProtocol } from '@ballast/positions';
import { touchedAccounts, type BlockChanges } from '@ballast/readers';
import type { Address } from '@ballast/units';
import type { VenueBook } from './venue-book.js';

/** More blocks than this since the last look are not searched for logs: everybody counts as touched. */
const MOST_BLOCKS = 20n;
/** Blocks whose touched accounts are remembered, for when a reorganisation takes them back. */
const BLOCKS_KEPT = 32;

/** What a block showed at a glance: whom to look at exactly, the most urgent first. */
export interface Glance {
  readonly block: BlockRef;
  readonly crossed: ReadonlyMap<LendingProtocol, readonly Address[]>;
}

interface Seen {
  readonly block: BlockRef;
  /** Null: anybody may have been. */
  readonly touched: ReadonlySet<Address> | null;
}

/** Follows the chain block by block for all tracked accounts at once: what each block's logs name, and where its prices bring every book. */
export class Tracker {
  private history: Seen[] = [];
  private newest: { readonly hash: string; readonly glance: Promise<Glance> } | null = null;
  private before: Promise<unknown> = Promise.resolve();

  constructor(readonly books: readonly VenueBook[], private readonly client: Pick<ReadClient, 'blockAt'>, private readonly changes: BlockChanges) {}

  /** Whether a block was looked at that is newer. */
  isPast(block: BlockRef): boolean {
    const last = this.history.at(-1)?.block;
    return last !== undefined && last.hash !== block.hash && this.history.some((seen) => seen.block.hash === block.hash);
  }

  /** Accounts that a log named in the last blocks, as far as is remembered. */
  touchedLately(blocks: number): ReadonlySet<Address> {
    return new Set(this.history.slice(-blocks).flatMap(({ touched }) => [...(touched ?? [])]));
  }

  /** Looks at the block, once however many ask. Blocks are looked at one after the other. @throws ReadFailed */
  look(block: BlockRef): Promise<Glance> {
    if (this.newest?.hash === block.hash) return this.newest.glance;
    // Passed already, on this same chain.
    if (this.history.some((seen) => seen.block.hash === block.hash)) return Promise.resolve(this.glance(block));
    const glance = this.before.then(() => this.lookAt(block));
    this.newest = { hash: block.hash, glance };
    this.before = glance.catch(() => (this.newest?.hash === block.hash ? (this.newest = null) : null));
    return glance;
  }

  /** Writes down what was read exactly at the block. */
  learn(protocol: LendingProtocol, accounts: readonly Address[], positions: readonly LendingPosition[], block: BlockRef, now: number): void {
    this.bookOf(protocol)?.learn(accounts, positions, block, now);
  }

  bookOf(protocol: LendingProtocol): VenueBook | undefined {
    return this.books.find((book) => book.protocol === protocol);
  }

  private async lookAt(block: BlockRef): Promise<Glance> {
    const [touched, factors] = await Promise.all([
      this.touchedSince(block),
      // A protocol whose prices cannot be had is told by none: all its guarded loans are looked at exactly, which fails by itself where it must.
      Promise.all(this.books.map((book) => book.factors(block).catch(() => new Map()))),
    ]);
    this.books.forEach((book, index) => {
      if (touched === null) book.touchAll(block);
      else book.touch(touched, block);
      book.reprice(block, factors[index] ?? new Map());
    });
    this.history = [...this.history, { block, touched }].slice(-BLOCKS_KEPT);
    return this.glance(block);
  }

  /** Whom the books name as they stand. */
  glance(block: BlockRef): Glance {
    return { block, crossed: new Map(this.books.map((book) => [book.protocol, book.crossed()])) };
  }

  /** Tracked accounts that a log named since the last look; after a reorganisation also those of the blocks that are gone. Null: it cannot be told. @throws ReadFailed */
  private async touchedSince(block: BlockRef): Promise<ReadonlySet<Address> | null> {
    const gone = new Set<Address>();
    for (const [index, seen] of [...this.history].reverse().entries()) {
      if (block.number - seen.block.number > MOST_BLOCKS) return null;
      const logs = block.number <= seen.block.number ? null : await this.changes.since(seen.block, block);
      if (logs !== null) {
        this.history = this.history.slice(0, this.history.length - index);
        return new Set([...gone, ...touchedAccounts(logs, (account) => this.books.some((book) => book.has(account)))]);
      }
      // Not on this chain any more, or not read whole: what it had touched is not known as it is now.
      if (seen.touched === null) return null;
      for (const account of seen.touched) gone.add(account);
    }
    return null;
  }
}
