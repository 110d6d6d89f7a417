import type { BlockRef, LendingPosition, LendingProtocol } from '@ballast/positions';
import type { Factor, Pricing } from '@ballast/readers';
import { WatchBook, type WatchLeg } from '@ballast/risk';
import { WAD, type Address } from '@ballast/units';
import { NEAR_SHARE, planRefresh } from './refresh-plan.js';

/** Blocks of which the factors are remembered: a loan is written into the book by the factors of the block that it was read at. */
const BLOCKS_KEPT = 16;
/** What is left to the rounding of floats and of the protocol's own sums, as a share of the health. */
const ROUNDING = 1e-6;
/** Where a unit of rounding may make more of a difference than this, floats tell nothing. */
const MOST_MARGIN = 0.01;
/** How far the legs' sum may be from the health that the protocol tells. */
const MOST_DIFFERENCE = 1e-3;

/**
 * The tracked accounts of one protocol: a row each in a book of floats, re-priced at every block. What the floats cannot tell (a loan that was never read, that a log named since, of a
 * protocol without a pricing, too small or with too many legs) is always looked at exactly.
 */
export class VenueBook {
  private readonly rows = new Map<Address, number>();
  private readonly accounts: (Address | null)[] = [];
  private readonly readAt: number[] = [];
  private readonly healthRead: number[] = [];
  private readonly bounds: number[] = [];
  /** Number of the last block in which something happened to the account: what was read before it is not written down any more. */
  private readonly touchedAt: number[] = [];
  private readonly book = new WatchBook();
  private readonly numbers = new Map<string, number>();
  private readonly factorsAt = new Map<string, ReadonlyMap<string, Factor>>();

  constructor(readonly protocol: LendingProtocol, private readonly pricing: Pricing | null) {}

  get size(): number {
    return this.rows.size;
  }

  /** How many were never read or recalled, or something happened to them since. */
  get unread(): number {
    let unread = 0;
    for (const row of this.rows.values()) if (this.readAt[row] === 0) unread += 1;
    return unread;
  }

  get isPriced(): boolean {
    return this.pricing !== null;
  }

  has(account: Address): boolean {
    return this.rows.has(account);
  }

  /** Makes these the tracked accounts. Who is new was never read. */
  track(accounts: readonly Address[]): void {
    const wanted = new Set(accounts);
    for (const [account, row] of this.rows) if (!wanted.has(account)) this.drop(account, row);
    for (const account of accounts) this.add(account);
  }

  add(account: Address): void {
    if (this.rows.has(account)) return;
    const row = this.book.take();
    this.rows.set(account, row);
    this.accounts[row] = account;
    [this.readAt[row], this.healthRead[row], this.bounds[row], this.touchedAt[row]] = [0, NaN, 0, 0];
  }

  private drop(account: Address, row: number): void {
    this.rows.delete(account);
    this.accounts[row] = null;
    this.book.give(row);
  }

  /** For each guarded account the highest health at which it could be acted upon; of all others nothing is asked. */
  guard(bounds: ReadonlyMap<Address, number>): void {
    for (const [account, row] of this.rows) {
      const bound = bounds.get(account) ?? 0;
      if (this.bounds[row] === bound) continue;
      this.bounds[row] = bound;
      this.book.setBound(row, bound);
    }
  }

  /** Something happened to these accounts up to this block: they are looked at exactly. */
  touch(accounts: Iterable<Address>, block: BlockRef): void {
    for (const account of accounts) {
      const row = this.rows.get(account);
      if (row === undefined) continue;
      this.book.forget(row);
      this.readAt[row] = 0;
      this.touchedAt[row] = Number(block.number);
    }
  }

  touchAll(block: BlockRef): void {
    this.touch(this.rows.keys(), block);
  }

  /** Asks for the block's factors. @throws ReadFailed */
  async factors(block: BlockRef): Promise<ReadonlyMap<string, Factor>> {
    return this.pricing === null ? new Map() : this.pricing.factors(block);
  }

  /** Prices every row at the block. */
  reprice(block: BlockRef, factors: ReadonlyMap<string, Factor>): void {
    this.factorsAt.set(block.hash, factors);
    for (const hash of this.factorsAt.keys()) if (this.factorsAt.size > BLOCKS_KEPT) this.factorsAt.delete(hash);
    for (const key of factors.keys()) this.numberOf(key);
    const values = new Float64Array(this.numbers.size + 1).fill(NaN);
    for (const [key, { perUnit, index }] of factors) values[this.numberOf(key)] = perUnit * index;
    this.book.reprice(values);
  }

  /** Guarded accounts that may be acted upon at the newest prices: first those of which nothing is known, then by how far they are under their bound. */
  crossed(): readonly Address[] {
    return this.book.crossed().map((row) => this.accounts[row] as Address);
  }

  /** Guarded accounts within this share above their bound: the next to cross. */
  near(share: number): readonly Address[] {
    const found: Address[] = [];
    for (const [account, row] of this.rows) {
      const bound = this.bounds[row] as number;
      if (bound > 0 && !(this.book.health(row) > bound * (1 + share))) found.push(account);
    }
    return found;
  }

  /** Writes down what was read of these accounts at the block, all their loans; unless something has happened to them since. */
  learn(accounts: readonly Address[], positions: readonly LendingPosition[], block: BlockRef, now: number): void {
    const loans = new Map<Address, LendingPosition[]>();
    for (const position of positions) loans.set(position.account, [...(loans.get(position.account) ?? []), position]);
    for (const account of accounts) {
      const row = this.rows.get(account);
      if (row === undefined || Number(block.number) < (this.touchedAt[row] as number)) continue;
      this.readAt[row] = now;
      this.write(row, loans.get(account) ?? [], this.factorsAt.get(block.hash));
    }
  }

  /** Takes what was stored of an account that nobody guards, until it is read: good enough to tell when it should be. */
  recall(position: LendingPosition): void {
    const row = this.rows.get(position.account);
    if (row === undefined || this.bounds[row] !== 0 || this.readAt[row] !== 0) return;
    this.readAt[row] = position.provenance.observedAt;
    this.write(row, [position], [...this.factorsAt.values()].at(-1));
  }

  private write(row: number, loans: readonly LendingPosition[], factors: ReadonlyMap<string, Factor> | undefined): void {
    const [loan] = loans;
    this.book.forget(row);
    this.healthRead[row] = loan === undefined || loan.reported.health.kind === 'no-debt' ? Infinity : Number(loan.reported.health.wad) / Number(WAD);
    // Of a protocol that keeps several loans of one account apart, none is told by floats.
    if (this.pricing === null || factors === undefined || loan === undefined || loans.length > 1) return;
    const entry = this.entryOf(loan, this.pricing, factors);
    if (entry !== null) this.book.set(row, entry.legs, entry.margin);
  }

  private entryOf(loan: LendingPosition, pricing: Pricing, factors: ReadonlyMap<string, Factor>): { readonly legs: readonly WatchLeg[]; readonly margin: number } | null {
    let [counted, owed, margin] = [0, 0, ROUNDING];
    const legs: { factor: number; units: number; side: WatchLeg['side'] }[] = [];
    for (const { key, side, raw } of pricing.legsOf(loan)) {
      const factor = factors.get(key);
      if (factor === undefined || !(factor.perUnit >= 0)) return null;
      if (side === 'debt') owed += raw * factor.perUnit;
      else counted += raw * factor.perUnit;
      margin += raw > 0 ? 2 / raw : 0;
      legs.push({ factor: this.numberOf(key), units: raw / factor.index, side });
    }
    const { health } = loan.reported;
    if (health.kind === 'no-debt') return owed === 0 ? { legs, margin } : null;
    // Values are kept with 8 decimals: what a unit of the last one may come to.
    margin += 2e-8 * legs.length * (1 / Math.max(owed, 1e-12) + 1 / Math.max(counted, 1e-12));
    const ratio = Number(health.wad) / Number(WAD) / (counted / owed);
    if (!(margin < MOST_MARGIN) || !(Math.abs(ratio - 1) < MOST_DIFFERENCE)) return null;
    return { legs: legs.map((leg) => (leg.side === 'debt' ? leg : { ...leg, units: leg.units * Math.min(1, ratio) })), margin };
  }

  private numberOf(key: string): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.numbers.size + 1);
    return this.numbers.size;
  }

  /**
   * Whom to read now, at most `most` of them: `kept` those of whom something should be kept in memory for the next block, `whole` the others; and how many that should be
   * read at once were left out.
   */
  due(now: number, most: number): { readonly kept: readonly Address[]; readonly whole: readonly Address[]; readonly behind: number } {
    const { accounts, readAt, bounds, healthRead, book } = this;
    const all = this.rows.size <= most;
    const { rows, behind } = planRefresh({ length: book.length, isThere: (row) => (accounts[row] ?? null) !== null, readAt, bounds, healthRead, health: (row) => book.health(row) }, now, all, most);
    const isKept = (row: number): boolean => all || ((bounds[row] as number) > 0 && !(book.health(row) > (bounds[row] as number) * (1 + NEAR_SHARE)));
    const at = (row: number): Address => accounts[row] as Address;
    return { kept: rows.filter(isKept).map(at), whole: rows.filter((row) => !isKept(row)).map(at), behind };
  }
}
