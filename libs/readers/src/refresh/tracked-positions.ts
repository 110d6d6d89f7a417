import type { LogQuery, MinedLog } from '@ballast/connectors';
import type { BlockRef, LendingPosition } from '@ballast/positions';
import type { Address } from '@ballast/units';
import type { LiquidationSeen, VenueReader } from '../liquidation-seen.js';
import type { BlockChanges } from './block-changes.js';
import { touchedAccounts } from './touched-accounts.js';
import type { ToldPlace, TrackedSource } from './tracked-source.js';

export interface TrackedSettings {
  /** Blocks after which everything is read afresh and compared. */
  readonly sweepEvery: bigint;
  /** So many of the accounts that were read are read once more at the next look: a node that is just taking in a block may answer with a mix of two. */
  readonly secondLooks: number;
  /** More blocks than this since the last look are not searched for logs: everything is read afresh. */
  readonly mostBlocks: bigint;
}

export const TRACKED_DEFAULTS: TrackedSettings = { sweepEvery: 300n, mostBlocks: 20n, secondLooks: 10 };

/** What the refreshing came to so far. */
export interface RefreshFigures {
  readonly blocks: number;
  readonly accountsRead: number;
  readonly accountsComposed: number;
  readonly sweeps: number;
  /** Positions that a sweep found other than they were told: a defect, of ours or of a token that changes balances in silence. */
  readonly drifted: number;
}

/**
 * Keeps accounts' loans in memory and reads again only those that the blocks since the last look name; the rest is told from the block's prices
 * and indices. A block that does not follow the last one, a gap too wide for logs, or a read that failed, ends in reading afresh: never in an old state.
 */
export class TrackedPositions<Account, Market> implements VenueReader {
  private readonly tracked = new Map<Address, Account>();
  /** Read again at the next look whatever the logs say. */
  private readonly told = new Map<Address, number>();
  private tellings = 0;
  private last: BlockRef | null = null;
  private sweptAt = 0n;
  private counts = { blocks: 0, accountsRead: 0, accountsComposed: 0, sweeps: 0, drifted: 0 };

  constructor(
    private readonly changes: BlockChanges, private readonly fresh: VenueReader, private readonly source: TrackedSource<Account, Market>,
    private readonly settings: TrackedSettings = TRACKED_DEFAULTS,
  ) {}

  get protocol(): VenueReader['protocol'] {
    return this.fresh.protocol;
  }

  get figures(): RefreshFigures {
    return { ...this.counts };
  }

  liquidations(blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationSeen[]> {
    return this.fresh.liquidations(blocks, accounts);
  }

  /** Places that were found otherwise, as by discovery: tracked accounts among them are read again at the next look. */
  found(places: readonly ToldPlace[]): void {
    for (const { account } of places) if (this.tracked.has(account)) this.tellOf(account);
  }

  /** Reads these afresh at the next look, also of the same block: what was read does not add up, as when a node answers while it takes in a block. */
  forget(accounts: readonly Address[]): void {
    for (const account of accounts) this.tellOf(account);
  }

  /** Takes note of what a block did to the accounts in memory, reading none: who was touched is read whole when next asked for. @throws ReadFailed */
  async follow(block: BlockRef): Promise<void> {
    const touched = await this.touchedSince(block);
    if (touched === null) {
      this.tracked.clear();
      this.sweptAt = block.number;
    } else for (const account of touched) this.tracked.delete(account);
    this.last = block;
  }

  /** Reads the parts of accounts that may be asked for soon, as they are at the block followed last; where another was followed meanwhile nothing is kept of it. @throws ReadFailed */
  async warm(accounts: readonly Address[], block: BlockRef): Promise<void> {
    const parts = await this.source.accounts(accounts, block);
    if (this.last?.hash !== block.hash) return;
    accounts.forEach((account, index) => {
      if (!this.tracked.has(account)) this.tracked.set(account, parts[index] as Account);
    });
  }

  /** Reads them whole, and keeps nothing of it. @throws ReadFailed */
  afresh(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    return this.fresh.read(accounts, block);
  }

  /** Keeps only these accounts in memory: whoever else is asked for later is read whole. */
  keepOnly(accounts: ReadonlySet<Address>): void {
    for (const account of this.tracked.keys()) if (!accounts.has(account)) this.tracked.delete(account);
    for (const account of this.told.keys()) if (!accounts.has(account)) this.told.delete(account);
  }

  /** How many accounts are kept in memory. */
  get kept(): number {
    return this.tracked.size;
  }

  holds(account: Address): boolean {
    return this.tracked.has(account);
  }

  private tellOf(account: Address): void {
    this.told.set(account, (this.tellings += 1));
  }

  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    if (accounts.length === 0) return [];
    const touched = await this.touchedSince(block);
    const told = new Map(this.told);
    const again = accounts.filter((account) => touched === null || touched.has(account) || told.has(account) || !this.tracked.has(account));
    const parts = await this.source.accounts(again, block);
    const all = new Map(touched === null ? [] : this.tracked);
    again.forEach((account, index) => all.set(account, parts[index] as Account));
    const market = await this.source.market(accounts.map((account) => all.get(account) as Account), block);
    const composed = accounts.map((account) => this.source.compose(all.get(account) as Account, market, block));
    const untold = accounts.filter((_, index) => composed[index] === null);
    const read = untold.length === 0 ? [] : await this.fresh.read(untold, block);
    const positions = composed.flatMap((own, index) => own ?? read.filter((position) => position.account === accounts[index]));
    const swept = block.number - this.sweptAt >= this.settings.sweepEvery && touched !== null ? await this.sweep(accounts, block, positions, all) : positions;
    // Only now, when nothing can fail any more: what failed is looked for again from the block before.
    this.keep(all, block, touched === null);
    // Of whom nobody asked now, the next to ask must not be told what was before these blocks.
    const asked = new Set(accounts);
    // Told of again meanwhile, an account waits for the next look.
    for (const [account, telling] of told) if (asked.has(account) && this.told.get(account) === telling) this.told.delete(account);
    for (const account of again.filter((one) => !told.has(one)).slice(0, this.settings.secondLooks)) this.tellOf(account);
    for (const account of touched ?? []) if (!asked.has(account)) this.tracked.delete(account);
    this.counts = { ...this.counts, blocks: this.counts.blocks + 1, accountsRead: this.counts.accountsRead + again.length + untold.length, accountsComposed: this.counts.accountsComposed + accounts.length - again.length - untold.length };
    return swept;
  }

  private keep(all: ReadonlyMap<Address, Account>, block: BlockRef, afresh: boolean): void {
    if (afresh) {
      this.tracked.clear();
      this.sweptAt = block.number;
    }
    for (const [account, part] of all) this.tracked.set(account, part);
    this.last = block;
  }

  /** Accounts to read again because of what happened since the last look; null: all of them. */
  private async touchedSince(block: BlockRef): Promise<ReadonlySet<Address> | null> {
    const last = this.last;
    if (last === null || block.number < last.number || block.number - last.number > this.settings.mostBlocks) return null;
    if (block.number === last.number) return block.hash === last.hash ? new Set() : null;
    const logs = await this.changes.since(last, block);
    return logs === null ? null : this.named(logs);
  }

  private named(logs: readonly MinedLog[]): ReadonlySet<Address> {
    const touched = new Set(touchedAccounts(logs, (account) => this.tracked.has(account)));
    const contracts = new Set(logs.map(({ address }) => address));
    for (const [account, part] of this.tracked) if (this.source.isMovedBy(part, contracts)) touched.add(account);
    return touched;
  }

  /** Reads everything afresh and counts what was told otherwise. */
  private async sweep(accounts: readonly Address[], block: BlockRef, told: readonly LendingPosition[], all: Map<Address, Account>): Promise<readonly LendingPosition[]> {
    const read = await this.fresh.read(accounts, block);
    const toldOf = new Map(told.map((position) => [position.id, figuresOf(position)]));
    const drifted = read.filter((position) => toldOf.get(position.id) !== figuresOf(position));
    // What drifted is not told from memory again: its part is read anew at the next block.
    for (const { account } of drifted) {
      all.delete(account);
      this.tracked.delete(account);
    }
    this.counts = { ...this.counts, sweeps: this.counts.sweeps + 1, drifted: this.counts.drifted + drifted.length };
    this.sweptAt = block.number;
    return read;
  }
}

/** All of a position but when we saw it, to be compared. */
export const figuresOf = ({ provenance: { observedAt: _, ...provenance }, ...position }: LendingPosition): string =>
  JSON.stringify({ ...position, provenance }, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
