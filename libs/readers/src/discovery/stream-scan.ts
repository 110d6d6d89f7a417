import { ReadFailed, type BlockRef, type MinedLog, type ReadClient } from '@ballast/connectors';
import { addRange, countBlocks, cutAbove, missingRanges, type BlockRange, type BlockRanges, type DiscoverableProtocol, type DiscoveryCursor, type DiscoveryStore, type Found, type FoundMarket, type FoundPlace, type KnownBlock } from '@ballast/positions';
import { BallastError, InvalidInput } from '@ballast/units';
import type { EventStream } from './event-stream.js';
import { knowBlock } from './known-blocks.js';
import { RangeSize } from './range-size.js';

/** The reads of a chain that discovery makes. */
export type ChainReads = Pick<ReadClient, 'chainId' | 'head' | 'blockAt' | 'getLogs'>;

export interface ScanOptions {
  /** Requests to the node for one protocol in one step; a walk to a common ancestor is finished all the same. */
  readonly requestsAStep?: number;
  /** Blocks of the first log query, and the most that one may ask for. */
  readonly firstRange?: bigint;
  readonly mostRange?: bigint;
}

/** What one step did for one protocol. */
export interface StreamStep {
  readonly protocol: DiscoverableProtocol;
  /** What the step found; entries known before may be among it. */
  readonly found: Found;
  /** Ranges read and recorded, in the order of reading. */
  readonly recorded: BlockRanges;
  /** The highest block that was kept when the chain had taken another branch, -1 when none was; null when it had not. Entries above it are gone. */
  readonly rolledBackTo: bigint | null;
  /** Blocks still to be scanned. Above 0, and with something recorded, another step gets on at once; with nothing recorded it waits for the node. */
  readonly missingBlocks: bigint;
  /** Why the step could not go on, for people; null when it could. */
  readonly problem: string | null;
}

const REQUESTS_A_STEP = 40;
const FIRST_RANGE = 1_000n;
const MOST_RANGE = 50_000n;
/** Two looks at the range's end, the logs, and one look at the newest known block. */
const REQUESTS_A_RANGE = 4;
/** The head, two known blocks, and one range: with fewer a scan would stand still. */
const LEAST_REQUESTS = 3 + REQUESTS_A_RANGE;
/** Blocks whose logs the node does not give, passed over for the sake of the others; with more of them it is the node that does not serve. */
const MOST_ASIDE = 16;
/** How many steps such a block is passed over while there are others to read. */
const STEPS_ASIDE = 16;

/** What a step has done so far: kept apart from the step's end, which a failure may bring at any point. */
interface Progress {
  cursor: DiscoveryCursor;
  rolledBackTo: bigint | null;
  readonly places: FoundPlace[];
  readonly markets: FoundMarket[];
  readonly recorded: BlockRange[];
}

type Reading = { readonly kind: 'found'; readonly found: Found; readonly end: KnownBlock } | { readonly kind: 'too-much' } | { readonly kind: 'moved' };

/** The scan of one protocol's events. What it must remember is in the store; what it learns about the node is kept here and learnt again after a restart. */
export class StreamScan {
  private readonly edge: RangeSize;
  private readonly fill: RangeSize;
  private readonly requestsAStep: number;
  private aside: BlockRanges = [];
  private turn = 0;
  private left = 0;

  /** @throws InvalidInput for options with which nothing could be read */
  constructor(private readonly chain: ChainReads, readonly stream: EventStream, private readonly store: DiscoveryStore, private readonly now: () => number, options: ScanOptions) {
    const [first, most] = [options.firstRange ?? FIRST_RANGE, options.mostRange ?? MOST_RANGE];
    this.edge = new RangeSize(first, most);
    this.fill = new RangeSize(first, most);
    this.requestsAStep = options.requestsAStep ?? REQUESTS_A_STEP;
    if (first < 1n || most < first) throw new InvalidInput('range of blocks', `${first} to ${most}`, 'at least 1, and at most as many as the widest');
    if (this.requestsAStep < LEAST_REQUESTS) throw new InvalidInput('requests a step', String(this.requestsAStep), `at least ${LEAST_REQUESTS}`);
  }

  open(): Promise<DiscoveryCursor> {
    return this.store.open(this.chain.chainId, this.stream.protocol, this.stream.source, this.stream.from);
  }

  /** Follows the chain's branch, then reads what is missing, newest first, as far as the budget reaches. What the node refuses is told in the step, what the store refuses is thrown. */
  async step(): Promise<StreamStep> {
    this.left = this.requestsAStep;
    this.turn += 1;
    const opened = await this.open();
    const done: Progress = { cursor: opened, places: [], markets: [], recorded: [], rolledBackTo: null };
    let problem: string | null = null;
    try {
      await this.advance(done);
      // While a block is passed over, what was wrong with it stays said.
      if (this.aside.length > 0) problem = opened.problem;
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      problem = `${error.code}: ${error.message}`;
    }
    const { cursor, places, markets, recorded, rolledBackTo } = done;
    const written = cursor.version > opened.version;
    if (problem !== opened.problem || (!written && cursor.head !== opened.head)) await this.store.note(this.chain.chainId, this.stream.protocol, cursor.head, problem);
    return { protocol: this.stream.protocol, found: { places, markets }, recorded, rolledBackTo, missingBlocks: countBlocks(missingRanges(cursor.scanned, cursor.from, cursor.head)), problem };
  }

  private async advance(done: Progress): Promise<void> {
    const head = await this.ask(() => this.chain.head());
    done.cursor = { ...done.cursor, head: head.number };
    const ancestor = await this.ancestor(done.cursor, head);
    if (ancestor !== null) {
      const back = await this.rollBack(done.cursor, ancestor);
      if (back === null) return;
      done.cursor = back;
      done.rolledBackTo = ancestor;
    }
    if (this.turn % STEPS_ASIDE === 0 || this.next(done.cursor, head) === null) this.aside = [];
    for (let range = this.next(done.cursor, head); range !== null && this.left >= REQUESTS_A_RANGE; range = this.next(done.cursor, head)) {
      const reading = await this.read(range, head, done.cursor);
      if (reading.kind === 'too-much') continue;
      if (reading.kind === 'moved') return;
      const next = await this.record(done.cursor, range, reading);
      if (next === null) return;
      done.cursor = next;
      done.recorded.push(range);
      done.places.push(...reading.found.places);
      done.markets.push(...reading.found.markets);
    }
  }

  /**
   * The newest known block that is on the node's branch, or null where all that was looked at are: the newest that the node has come to, and one of those below it in turn, so that two
   * branches are never joined for long. -1 where none is.
   */
  private async ancestor(cursor: DiscoveryCursor, head: BlockRef): Promise<bigint | null> {
    // A node that has not come as far as we have is behind, or its branch is shorter; which of the two, the blocks that it has tell.
    const known = cursor.hashes.filter(({ number }) => number <= head.number);
    const [newest, ...older] = known;
    if (newest === undefined) return null;
    const newestIsThere = await this.isThere(newest);
    const looked = newestIsThere ? 1 + (this.turn % Math.max(1, older.length)) : 0;
    const other = known[looked];
    if (newestIsThere && (other === undefined || (await this.isThere(other)))) return null;
    for (const block of known.slice(looked + 1)) if (await this.isThere(block)) return block.number;
    return -1n;
  }

  private async isThere(block: KnownBlock): Promise<boolean> {
    return (await this.blockAt(block.number)).hash === block.hash;
  }

  /** The top of the newest gap, as much of it as is asked for at once; null where nothing is missing but what is passed over. */
  private next(cursor: DiscoveryCursor, head: BlockRef): BlockRange | null {
    const gap = missingRanges(this.aside.reduce(addRange, cursor.scanned), cursor.from, reachOf(cursor, head)).at(-1);
    if (gap === undefined) return null;
    const lowest = gap.to - this.sizeOf(gap, head).blocks + 1n;
    return { from: lowest > gap.from ? lowest : gap.from, to: gap.to };
  }

  private sizeOf(range: BlockRange, head: BlockRef): RangeSize {
    return range.to === head.number ? this.edge : this.fill;
  }

  /**
   * Reads a range on one branch, the one of the newest known block. A single block is asked for by its hash. For more, the range's end is looked at before and after, and the newest known block
   * in between: a node that changes its branch meanwhile, or has not come as far as the range's end, is not believed to have read what is there.
   */
  private async read(range: BlockRange, head: BlockRef, cursor: DiscoveryCursor): Promise<Reading> {
    const end = range.to === head.number ? head : await this.blockAt(range.to);
    const found = await this.logs(range, end, head);
    if (found === null) return { kind: 'too-much' };
    const newest = cursor.hashes.find(({ number }) => number <= head.number);
    if (newest !== undefined && !(await this.isThere(newest))) return { kind: 'moved' };
    if (!(await this.isThere(end))) return { kind: 'moved' };
    return { kind: 'found', found, end };
  }

  /** What the range's logs tell of; null where the node does not give so many blocks at once and fewer may be asked for. */
  private async logs(range: BlockRange, end: KnownBlock, head: BlockRef): Promise<Found | null> {
    const blocks = countBlocks([range]);
    const size = this.sizeOf(range, head);
    const { address, topics } = this.stream;
    const started = this.now();
    try {
      const logs = await this.ask(() => this.chain.getLogs({ blocks: blocks === 1n ? { blockHash: end.hash } : range, address, topics: [topics] }));
      requireWithin(logs, range, end);
      const found = this.stream.found(logs);
      size.answered(blocks, this.now() - started);
      return found;
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      size.refused(blocks);
      // No answer: another try in this step may cost as long again. A refusal comes at once.
      if (error.code === 'rpc-unreachable') throw error;
      if (blocks > 1n) return null;
      // The newest block may only be on its way to the node that was asked.
      if (range.to !== head.number) this.aside = countBlocks(this.aside) < MOST_ASIDE ? addRange(this.aside, range) : [];
      throw error;
    }
  }

  private async record(cursor: DiscoveryCursor, range: BlockRange, { found, end }: { found: Found; end: KnownBlock }): Promise<DiscoveryCursor | null> {
    const state = { scanned: addRange(cursor.scanned, range), hashes: knowBlock(cursor.hashes, { number: end.number, hash: end.hash }), head: cursor.head };
    const version = await this.store.record(this.chain.chainId, this.stream.protocol, cursor.version, state, found);
    return version === null ? null : { ...cursor, ...state, version };
  }

  private async rollBack(cursor: DiscoveryCursor, ancestor: bigint): Promise<DiscoveryCursor | null> {
    const state = { scanned: cutAbove(cursor.scanned, ancestor), hashes: cursor.hashes.filter(({ number }) => number <= ancestor), head: cursor.head };
    const version = await this.store.rollBack(this.chain.chainId, this.stream.protocol, cursor.version, state, ancestor);
    return version === null ? null : { ...cursor, ...state, version };
  }

  /** The block at a height that the node said it has. @throws ReadFailed when it does not */
  private async blockAt(number: bigint): Promise<BlockRef> {
    const block = await this.ask(() => this.chain.blockAt(number));
    if (block === null) throw new ReadFailed(`block ${number}`, 'nothing', 'a block, since the node has told of a higher one');
    return block;
  }

  private ask<T>(request: () => Promise<T>): Promise<T> {
    this.left -= 1;
    return request();
  }
}

/**
 * The highest block to read. A node that has not come as far as the newest known block cannot say whether that is still on its branch, and with it what was scanned since the newest known block that
 * they share: only below that one is it safe to go on.
 */
function reachOf(cursor: DiscoveryCursor, head: BlockRef): bigint {
  const newest = cursor.hashes[0];
  if (newest === undefined || newest.number <= head.number) return head.number;
  return cursor.hashes.find(({ number }) => number <= head.number)?.number ?? -1n;
}

/** @throws ReadFailed for logs that cannot be those of the range on the branch of its end */
function requireWithin(logs: readonly MinedLog[], { from, to }: BlockRange, end: KnownBlock): void {
  const wrong = logs.find((log) => log.removed === true || log.blockNumber < from || log.blockNumber > to || (log.blockNumber === to && log.blockHash !== end.hash));
  if (wrong !== undefined) throw new ReadFailed('eth_getLogs', `a log of block ${wrong.blockNumber} ${wrong.blockHash}`, `logs of the blocks ${from} to ${to} ${end.hash}`);
}
