import { Logger } from '@nestjs/common';
import { RpcDisagreement, type BlockRef, type ReadClient } from '@ballast/connectors';
import { BREAKERS, GOOD, bad } from '@ballast/policy';
import type { LeaseStore, StopTeller } from '@ballast/storage';
import type { BreakerBoard } from './board.js';
import type { NodeSight } from './chain-look.js';
import type { ForeignExecutions } from './foreign-executions.js';
import type { LaneRemover } from './lane-remover.js';
import type { Look, Looked } from './look.js';
import { steadyClock } from '../pipeline/shared.js';
import { breakersLease } from './stops-in-force.js';

/** Turns may be missed for so long before sales stop because nobody looks. */
const LEASE_MS = 20_000;
/** Whoever leads turns them: the lease says that somebody does, not who. */
const HOLDER = 'the leader';
/** At the same block facts stand still; they are looked at again after so long, for what does not live on the chain. */
const LOOK_AGAIN_MS = 10_000;
const TELL_EVERY_MS = 5_000;
/** A stop of sales is told once it has lasted so long. */
const PATIENCE_SECONDS = 60;

export interface BreakerDeskParts {
  readonly reads: Pick<ReadClient, 'chainId' | 'head'>;
  readonly leases: LeaseStore;
  readonly board: BreakerBoard;
  readonly nodes: NodeSight;
  readonly looks: readonly Look[];
  readonly executions: ForeignExecutions;
  readonly remover: LaneRemover;
  readonly teller: StopTeller;
  /** Our own clock in milliseconds. */
  readonly now: () => number;
}

/** Turns a chain's breakers: looks at every fact, sets and takes away stops, watches for stolen keys, and has owners told. For the worker that leads. */
export class BreakerDesk {
  private readonly log = new Logger('Breakers');
  private block: BlockRef | null = null;
  private found: readonly Looked[] = [];
  private unread: readonly string[] = [];
  private lookedAt = -Infinity;
  private toldAt = -Infinity;
  private complaint = '';

  constructor(private readonly parts: BreakerDeskParts) {}

  /** One look at everything. @throws what the database throws */
  async turn(): Promise<void> {
    const { leases, reads, board, nodes, now } = this.parts;
    await leases.hold(breakersLease(reads.chainId), HOLDER, LEASE_MS);
    const own = BigInt(Math.floor(now() / 1000));
    const head = await this.head(own);
    const isNew = head !== null && head.hash !== this.block?.hash;
    if (head !== null && (isNew || this.unread.length > 0 || steadyClock() - this.lookedAt >= LOOK_AGAIN_MS)) await this.look(head, own);
    if (head !== null) this.block = head;
    const unread = head === null ? ['the newest block'] : this.unread;
    // Of a chain that is not seen what was found before is not known any more.
    const found = head === null ? [] : this.found;
    const facts: Looked = { rule: BREAKERS.factsUnread, scope: { kind: 'chain', chainId: reads.chainId }, finding: unread.length === 0 ? GOOD : bad(`we could not read ${unread.join(', ')}`) };
    await board.turn([...found, ...nodes.look(own), facts], { own, chain: this.block?.timestamp ?? 0n }, unread.length === 0);
    await this.tell();
  }

  private async head(own: bigint): Promise<BlockRef | null> {
    try {
      const head = await twice(() => this.parts.reads.head());
      this.parts.nodes.saw(head.hash, own);
      return head;
    } catch (error) {
      if (error instanceof RpcDisagreement) this.parts.nodes.foundNoQuorum(own);
      return null;
    }
  }

  private async look(block: BlockRef, own: bigint): Promise<void> {
    const { looks, executions, remover, nodes } = this.parts;
    const unread: string[] = [];
    const could = async <T>(what: string, work: () => Promise<T>): Promise<T | null> =>
      twice(work).catch((error: Error) => {
        if (error instanceof RpcDisagreement) nodes.foundNoQuorum(own);
        unread.push(what);
        this.complain(`${what}: ${error.message}`);
        return null;
      });
    const [found] = await Promise.all([
      Promise.all(looks.map((one) => could(one.of, () => one.look({ block, own })))),
      could('what our guards tell of', () => executions.look(block)).then(() => could('the removal of a lane', () => remover.advance(block))),
    ]);
    this.found = found.flatMap((one) => one ?? []);
    this.unread = unread;
    this.lookedAt = steadyClock();
  }

  private async tell(): Promise<void> {
    const { teller, reads, now } = this.parts;
    if (steadyClock() - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = steadyClock();
    await teller.tell(reads.chainId, new Date(now()), PATIENCE_SECONDS);
  }

  /** Once for each, not at every turn. */
  private complain(what: string): void {
    if (what !== this.complaint) this.log.warn(`not read: ${what}`);
    this.complaint = what;
  }
}

/** Once more: a node that is just taking in a block may fail once, and sales are not to stop for that. */
const twice = <T>(work: () => Promise<T>): Promise<T> => work().catch(work);
