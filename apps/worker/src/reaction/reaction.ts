import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { BlockRef } from '@ballast/connectors';
import type { Executor, JustPlanned } from '@ballast/execution';
import { partsOf, type LendingPosition, type PositionId } from '@ballast/positions';
import type { QuickReaders, RefreshingReader } from '@ballast/readers';
import type { AssessedPosition } from '@ballast/storage';
import type { Address } from '@ballast/units';
import type { Assessor } from '../pipeline/assessor.js';
import type { BlockPace } from '../pipeline/block-pace.js';
import type { Decider } from '../pipeline/decider.js';
import { readExactly } from '../pipeline/exact-reads.js';
import type { FillLook } from '../pipeline/fill-look.js';
import type { GasCost } from '../pipeline/gas-cost.js';
import type { KeeperCheck } from '../pipeline/keeper-check.js';
import type { Follower } from './follower.js';
import { TurnOrder } from './turn-order.js';

/** So many accounts are read together, and decided about before the next are read: the most urgent do not wait for all. */
const PIECE = 64;
const WARM_PIECE = 16;
/** So many rescues at a time: each is a handful of questions and of writes. */
const AT_ONCE = 6;
/** The weakest has the machine to itself for so long at most: those that can wait a moment do not slow it down. */
const LEAD_MS = 100;
/** Accounts this near above where they may be acted upon are kept in memory, so that crossing costs no read. */
const WARM_SHARE = 0.05;
/** Blocks after which what is kept in memory is read anew: a token that moves balances in silence must not be believed for ever. */
const ANEW_EVERY = 300n;

export type NewBlock = BlockRef & { readonly baseFee: bigint; readonly parentHash?: BlockRef['hash'] };

/** Our own clock in milliseconds, with fractions: when each stage of a rescue was behind us. */
export interface Stages {
  /** The block was known here. */
  readonly seen: number;
  /** Its prices, indices and logs were read, and every book priced. */
  readonly glanced: number;
  /** Those who may be below were read exactly, and assessed. */
  readonly read: number;
  /** It was decided what to do, written down, and signed where nothing stood in its way. */
  readonly planned: number;
  /** A node has taken the bytes. */
  readonly sent: number;
}

export interface Reacted {
  readonly positionId: PositionId;
  readonly block: BlockRef;
  readonly stages: Stages;
}

/** One block's reaction, as its parts need it. */
interface Turn extends Pick<Stages, 'seen' | 'glanced'> {
  readonly block: BlockRef;
  readonly open: ReadonlySet<PositionId>;
  readonly isPast: () => boolean;
  readonly act: (just: JustPlanned) => Promise<void>;
}

export interface ReactionParts {
  readonly follower: Follower;
  readonly quick: QuickReaders;
  readonly assessor: Assessor;
  readonly decider: Decider;
  readonly executor: Pick<Executor, 'foresee' | 'plan' | 'endWaits'>;
  readonly gas: GasCost;
  readonly fills: Pick<FillLook, 'ahead'>;
  readonly keeper: KeeperCheck;
  readonly pace: BlockPace;
  /** As the decider asks for them. */
  readonly stops: { all(): Promise<unknown> };
  /** Positions with an open action: what is under way is not decided about again. */
  readonly openActions: () => Promise<ReadonlySet<PositionId>>;
}

/**
 * From a new block to the rescues it calls for, without waiting for anything else: the books name whom the block may have brought below a trigger, only they are read
 * exactly and decided about, and what is planned is handed over at once, the most urgent first.
 */
export class Reaction {
  private readonly log = new Logger(Reaction.name);
  private readonly listeners: ((reacted: Reacted) => void)[] = [];
  private readonly handled = new Map<PositionId, bigint>();
  private readonly order = new TurnOrder();
  private anewAt = 0n;

  constructor(private readonly parts: ReactionParts) {}

  /** Hears of every rescue whose bytes a node has taken. */
  onSent(listener: (reacted: Reacted) => void): void {
    this.listeners.push(listener);
  }

  /** Whether the position was found below its trigger and decided about at this block or later. */
  wasHandled(id: PositionId, block: BlockRef): boolean {
    return (this.handled.get(id) ?? -1n) >= block.number;
  }

  /**
   * Reacts to the block. `act` carries an intent as far as it goes; it is not waited for once the bytes are out. Without it the block is looked at, and nobody is decided about. Once
   * `isPast` says that a newer block is there, no more rescues are begun: whoever waits is looked at again at its prices, the weakest first.
   */
  async react(block: NewBlock, act: ((just: JustPlanned) => Promise<void>) | null, isPast: () => boolean = () => false): Promise<void> {
    const { fills, follower, gas, keeper, openActions, pace, quick, stops } = this.parts;
    const seen = performance.now();
    pace.see(block.number, block.timestamp);
    // Begun now, needed by whoever is decided about; a failure is theirs.
    gas.note(block);
    fills.ahead(block);
    for (const asked of [keeper.state(block), stops.all()]) asked.catch(() => undefined);
    const [{ crossed }, open] = await Promise.all([follower.tracker.look(block), openActions().catch((error: Error) => this.untold(error))]);
    const glanced = performance.now();
    // Only at this block could they have been turned away once more.
    const named = new Map([...crossed].map(([protocol, accounts]) => [protocol, new Set(act === null ? [] : accounts)]));
    this.parts.executor.endWaits((id) => named.get(partsOf(id).protocol)?.has(partsOf(id).account) !== true);
    const turn: Turn = { block, open, seen, glanced, isPast, act: act ?? (() => Promise.resolve()) };
    await Promise.all(quick.readers.map((reader) => this.protocolAt(reader, act === null ? [] : (crossed.get(reader.protocol) ?? []), turn).catch((error: Error) => {
      this.log.error(`${reader.protocol} not reacted to at block ${block.number}: ${error.message}`);
    })));
    for (const [id, at] of this.handled) if (at + 10n < block.number) this.handled.delete(id);
    this.order.forget(block.number);
  }

  /** Nobody's rescue is put off for that: of two actions of one loan the database takes one. */
  private untold(error: Error): ReadonlySet<PositionId> {
    this.log.warn(`it cannot be told which loans have an open action: ${error.message}`);
    return new Set();
  }

  /** Between blocks: reads those who are next, so that they need not be read when their time comes. */
  async warm(block: BlockRef): Promise<void> {
    const { follower, quick } = this.parts;
    const anew = block.number - this.anewAt >= ANEW_EVERY;
    if (anew) this.anewAt = block.number;
    for (const reader of quick.readers) {
      const near = follower.tracker.bookOf(reader.protocol)?.near(WARM_SHARE) ?? [];
      reader.keepOnly(new Set(anew ? [] : near));
      const cold = near.filter((account) => !reader.holds(account));
      for (let start = 0; start < cold.length && !follower.precedence.isTaken; start += WARM_PIECE) await reader.warm(cold.slice(start, start + WARM_PIECE), block);
    }
  }

  private async protocolAt(reader: RefreshingReader, accounts: readonly Address[], turn: Turn): Promise<void> {
    const { block, open, isPast } = turn;
    await reader.follow(block);
    // Those in memory need no read, and do not wait for those who do: of whom a log told, or nothing was known.
    const { first, last } = this.order.accounts(reader.protocol, accounts);
    const warm = first.filter((account) => reader.holds(account));
    const cold = first.filter((account) => !reader.holds(account));
    for (const [index, piece] of [...pieces(warm), ...pieces(cold), ...pieces(last)].entries()) {
      if (index > 0 && isPast()) return;
      const positions = await this.readPiece(reader, piece, block);
      const assessed = await this.parts.assessor.assess(positions.filter(({ id }) => this.parts.follower.mandateOf(id) !== null && !open.has(id)), block);
      const read = performance.now();
      const loans = this.order.loans(assessed);
      const rescue = (one: AssessedPosition): Promise<void> => this.rescue(one, turn, read);
      const [weakest, ...rest] = loans.first;
      const waiting = [...rest, ...loans.last];
      const lead = weakest === undefined ? Promise.resolve() : rescue(weakest);
      await Promise.race([lead, sleep(LEAD_MS)]);
      const others = Array.from({ length: AT_ONCE }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = isPast() ? undefined : waiting.shift()) await rescue(next);
      });
      await Promise.all([lead, ...others]);
    }
  }

  private async readPiece(reader: RefreshingReader, accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    const { positions, known } = await readExactly(reader, accounts, block);
    this.parts.follower.tracker.learn(reader.protocol, known, positions, block, Date.now());
    return positions;
  }

  private async rescue(assessed: AssessedPosition, { block, seen, glanced, act }: Turn, read: number): Promise<void> {
    const { id } = assessed.position;
    const { decider, executor, follower } = this.parts;
    const mandate = follower.mandateOf(id);
    if (mandate === null) return;
    try {
      let [planned, isSent] = [0, (): void => undefined];
      const sent = new Promise<void>((resolve) => (isSent = resolve));
      const baseFee = await this.parts.gas.feeAt(block);
      const decided = await decider.decideBelow(assessed, mandate, () => this.handled.set(id, block.number));
      if (decided === null || !('plan' in decided)) {
        executor.endWaits((one) => one === id);
        // An action that is under way says nothing of whether the loan can be helped.
        return decided?.reason === 'action-in-flight' ? undefined : this.order.note(id, decided === null, block.number);
      }
      const foresight = executor.foresee(decided.plan, mandate, { head: block, baseFee }, () => {
        const stages = { seen, glanced, read, planned, sent: performance.now() };
        for (const listener of this.listeners) listener({ positionId: id, block, stages });
        isSent();
      });
      const found = await executor.plan(decided, foresight);
      planned = performance.now();
      // It can be helped. Where all lanes are full its place is what gets it the next nonce that is free.
      if (found.kind !== 'busy') this.order.note(id, true, block.number);
      if (found.kind === 'planned') await Promise.race([sent, act({ intent: found.intent, foresight })]);
    } catch (error) {
      // Looked at again at the next block, and by the schedule where an intent was planned.
      this.log.warn(`${id} not rescued at block ${block.number}: ${(error as Error).message}`);
    }
  }
}

function pieces(all: readonly Address[]): readonly (readonly Address[])[] {
  return Array.from({ length: Math.ceil(all.length / PIECE) }, (_, index) => all.slice(index * PIECE, (index + 1) * PIECE));
}
