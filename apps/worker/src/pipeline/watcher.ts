import { Logger } from '@nestjs/common';
import type { BlockRef, ReadClient } from '@ballast/connectors';
import { PROTOCOL_NAMES, partsOf, type LendingPosition, type LendingProtocol, type PositionId } from '@ballast/positions';
import type { RefreshingReader, VenueReader } from '@ballast/readers';
import type { AssessedPosition, PositionStore } from '@ballast/storage';
import type { Address } from '@ballast/units';
import type { Follower } from '../reaction/follower.js';
import type { Assessor } from './assessor.js';
import type { BlockPace } from './block-pace.js';
import { readExactly } from './exact-reads.js';

const PACE_BLOCKS = 20n;
/** Accounts of a protocol that are read, assessed and stored at one block at most; where no more are tracked, all of them are. */
export const MOST_READ = 500;
/** So many at a time: between two pieces what is urgent goes first. */
const PIECE = 100;

/** Tells what a block showed beside the loans' own state. */
export interface Teller {
  /** `missed`: protocols of which not every watched account that something may have happened to could be read at this block. */
  tell(block: BlockRef, assessed: readonly AssessedPosition[], missed: ReadonlySet<LendingProtocol>): Promise<void>;
}

/** What a block's watch came to. */
export interface Watched {
  readonly block: BlockRef;
  /** Assessed and stored at this block. */
  readonly stored: readonly AssessedPosition[];
  /** Whether the position was to be read at this block: true too where its account is not watched at all. */
  wasAsked(id: PositionId): boolean;
}

/** Reads at one block every watched account of which something is due, at every protocol, assesses and stores it. What must be acted upon at once is not left to it. */
export class Watcher {
  private readonly log = new Logger(Watcher.name);
  private lastBlock: BlockRef | null = null;

  constructor(
    private readonly client: ReadClient,
    private readonly readers: readonly RefreshingReader[],
    private readonly follower: Follower,
    private readonly assessor: Assessor,
    private readonly positions: PositionStore,
    private readonly tellers: readonly Teller[],
    private readonly pace: BlockPace,
    private readonly now: () => number,
  ) {}

  /** Looks at the newest block; null when that block was looked at already. */
  async watchHead(): Promise<Watched | null> {
    await this.follower.precedence.clear();
    const block = await this.client.head();
    if (block.hash === this.lastBlock?.hash) return null;
    await this.keepPace(block);
    await this.follower.refreshLists();
    await this.follower.tracker.look(block);
    const { read, asked, missed } = await this.readAll(block);
    const [stored, assessed] = await this.assessAndStore(read, block);
    // What happened to others is never a reason not to decide; what was not told is looked for again at the next block.
    await Promise.all(this.tellers.map((teller) => teller.tell(block, assessed, missed).catch((error: Error) => this.log.warn(`not told: ${error.message}`))));
    this.lastBlock = block;
    return { block, stored, wasAsked: (id) => this.wasAsked(id, asked) };
  }

  private wasAsked(id: PositionId, asked: ReadonlyMap<LendingProtocol, ReadonlySet<Address>>): boolean {
    const { protocol, account } = partsOf(id);
    return asked.get(protocol)?.has(account) === true || this.follower.tracker.bookOf(protocol)?.has(account) !== true;
  }

  /** A process that has just started looks back some blocks: an unknown pace would make it act as a slow keeper must. */
  private async keepPace(block: BlockRef): Promise<void> {
    if (this.lastBlock === null && block.number > PACE_BLOCKS) {
      const earlier = await this.client.blockAt(block.number - PACE_BLOCKS);
      if (earlier !== null) this.pace.see(earlier.number, earlier.timestamp);
    }
    // A block that was passed meanwhile says nothing of how well we keep up.
    if (!this.follower.tracker.isPast(block)) this.pace.see(block.number, block.timestamp);
  }

  /** Every protocol by itself: one that cannot be read never takes the others with it. Where the node answers none of them we do not see. @throws RpcUnreachable */
  private async readAll(block: BlockRef) {
    const missed = new Set<LendingProtocol>();
    const asked = new Map<LendingProtocol, ReadonlySet<Address>>();
    const outcomes = await Promise.allSettled(this.readers.map((reader) => this.readDue(reader, block, missed, asked)));
    const failed = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [{ protocol: this.readers[index]?.protocol as LendingProtocol, reason: outcome.reason as Error }] : []));
    const [first] = failed;
    if (first !== undefined && failed.length === this.readers.length) throw first.reason;
    for (const { protocol, reason } of failed) {
      missed.add(protocol);
      this.log.error(`${PROTOCOL_NAMES[protocol]} cannot be read at block ${block.number}: ${reason.message}`);
    }
    return { read: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])), asked, missed };
  }

  private async readDue(reader: RefreshingReader, block: BlockRef, missed: Set<LendingProtocol>, asked: Map<LendingProtocol, ReadonlySet<Address>>): Promise<readonly LendingPosition[]> {
    const book = this.follower.tracker.bookOf(reader.protocol);
    if (book === undefined) return [];
    const { kept, whole, behind } = book.due(this.now(), MOST_READ);
    asked.set(reader.protocol, new Set([...kept, ...whole]));
    if (behind > 0) missed.add(reader.protocol);
    const afresh: VenueReader = { protocol: reader.protocol, liquidations: (...query) => reader.liquidations(...query), read: (accounts, at) => reader.afresh(accounts, at) };
    const read: LendingPosition[] = [];
    for (const [from, accounts] of [...pieces(kept).map((piece) => [reader, piece] as const), ...pieces(whole).map((piece) => [afresh, piece] as const)]) {
      await this.follower.precedence.clear();
      const { positions, known } = await readExactly(from, accounts, block);
      this.follower.tracker.learn(reader.protocol, known, positions, block, this.now());
      if (known.length < accounts.length) missed.add(reader.protocol);
      read.push(...positions);
    }
    reader.keepOnly(new Set(kept));
    return read;
  }

  /** Returns those whose latest stored state is now the one given, and all that were assessed. */
  private async assessAndStore(read: readonly LendingPosition[], block: BlockRef): Promise<readonly [readonly AssessedPosition[], readonly AssessedPosition[]]> {
    const [stored, all]: [AssessedPosition[], AssessedPosition[]] = [[], []];
    for (const piece of pieces(read)) {
      await this.follower.precedence.clear();
      const assessed = await this.assessor.assess(piece, block);
      const ids = new Set(assessed.length === 0 ? [] : await this.positions.save(assessed, []));
      all.push(...assessed);
      stored.push(...assessed.filter(({ position }) => ids.has(position.id)));
    }
    return [stored, all];
  }
}

function pieces<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / PIECE) }, (_, index) => all.slice(index * PIECE, (index + 1) * PIECE));
}
