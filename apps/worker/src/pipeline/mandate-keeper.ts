import { Logger } from '@nestjs/common';
import type { BlockRef, ChainBook, ReadClient } from '@ballast/connectors';
import { readGuardPosition } from '@ballast/execution/planner';
import { protocolNameOf, type PositionId } from '@ballast/positions';
import { rawAmount, type Address } from '@ballast/units';
import type { ActionJournal, Notice } from '@ballast/policy';
import type { NoticeData } from '@ballast/notifications';
import type { JournalReader, MandateRecord, MandateStore } from '@ballast/storage';

/** Activations of one mandate that may end badly before it is given up. */
const MOST_ACTIVATIONS = 2;

export interface Reconciled {
  /** Intents that were planned to put mandates in force. */
  readonly planned: readonly string[];
  /** Positions whose mandate was found ended, superseded or in force just now. */
  readonly changed: readonly PositionId[];
}

/** Where no more mandates than this are live, each is compared with the chain at every block; of more, so many in turn beside those that may have changed. */
const MOST_A_BLOCK = 25;

/**
 * Keeps the stored state of every mandate equal to the chain's: puts signed ones in force, notices the owner's revocation, ends expired ones.
 * The chain is read `confirmations` blocks back, so that nothing is called changed before it is settled.
 */
export class MandateKeeper {
  private readonly log = new Logger(MandateKeeper.name);
  private turn = 0;

  constructor(
    private readonly client: ReadClient,
    private readonly book: ChainBook,
    private readonly mandates: MandateStore,
    private readonly journal: ActionJournal,
    private readonly records: JournalReader,
  ) {}

  /** `live`: those in force and those that wait to be; `isPressing`: whether something has happened to the owner of late. */
  async reconcile(head: BlockRef, live: readonly MandateRecord[], isPressing: (owner: Address) => boolean): Promise<Reconciled> {
    if (live.length === 0) return { planned: [], changed: [] };
    const depth = BigInt(this.book.confirmations - 1);
    const settled = depth === 0n || head.number < depth ? head : ((await this.client.blockAt(head.number - depth)) ?? head);
    const changed = new Set<PositionId>();
    const planned = await Promise.all(
      this.inTurn(live, settled, isPressing).map((mandate) =>
        this.reconcileOne(mandate, settled, head, changed).catch((error: Error) => {
          this.log.warn(`mandate ${mandate.hash}: ${error.message}`); // one owner's mandate never stops the others'
          return null;
        }),
      ),
    );
    return { planned: planned.filter((id) => id !== null), changed: [...changed] };
  }

  /** All that are waiting to be put in force, whose end date has passed, or to whose owner something happened, and of the others so many as have their turn. */
  private inTurn(live: readonly MandateRecord[], settled: BlockRef, isPressing: (owner: Address) => boolean): readonly MandateRecord[] {
    if (live.length <= MOST_A_BLOCK) return live;
    const pressing = live.filter(({ status, terms }) => status === 'signed' || settled.timestamp > terms.expiry || isPressing(terms.owner));
    const others = live.filter((mandate) => !pressing.includes(mandate));
    const from = this.turn % Math.max(1, others.length);
    this.turn = from + MOST_A_BLOCK;
    return [...pressing, ...others.slice(from, from + MOST_A_BLOCK)];
  }

  private async reconcileOne(mandate: MandateRecord, settled: BlockRef, head: BlockRef, changed: Set<PositionId>): Promise<string | null> {
    const { expiry } = mandate.terms;
    const onChain = await readGuardPosition(this.client, mandate, settled);
    const inForce = onChain.live === mandate.hash;
    const isSame = mandate.status === 'active' ? inForce && settled.timestamp <= expiry : !inForce;
    if (!isSame) changed.add(mandate.positionId);
    if (settled.timestamp > expiry) {
      await this.end(mandate, 'expired', 'Its end date has passed.');
      return null;
    }
    // One that a later draft had pushed aside here, and that its owner put in force all the same: the chain decides.
    const other = inForce || onChain.live === null ? null : await this.mandates.get(onChain.live);
    if (other?.status === 'superseded') await this.mandates.activate(other.hash, [active(other)]);
    if (mandate.status === 'active') {
      if (!inForce && onChain.live === null) await (onChain.prev === mandate.terms.prev ? this.takenBack(mandate, settled) : this.end(mandate, 'revoked', 'Its owner revoked it on chain.'));
      if (!inForce && onChain.live !== null) await this.end(mandate, 'superseded', 'Another mandate took its place on chain.');
      return null;
    }
    if (inForce) {
      await this.mandates.activate(mandate.hash, [active(mandate)]);
      return null;
    }
    // A contract wallet signs nothing: its own transaction puts the mandate in force. Nor is one brought to the guard that was just pushed aside.
    if (mandate.signature === '0x' || other?.status === 'superseded') return null;
    // In force at the newest block, it only waits to be settled.
    const isThere = settled.hash !== head.hash && (await readGuardPosition(this.client, mandate, head)).live === mandate.hash;
    return isThere ? null : this.putInForce(mandate, head);
  }

  /** A mandate that was in force changes what the next one must build upon, revoked or not: where that is as it was before, the block that put it in force is gone. */
  private async takenBack(mandate: MandateRecord, settled: BlockRef): Promise<void> {
    const data: NoticeData<'not-protected'> = { protocol: protocolNameOf(mandate.positionId), reason: 'mandate-not-active', sentence: 'The chain took back the block that had put your mandate in force. It is brought there again; until then Ballast may not act.' };
    await this.mandates.takeBack(mandate.hash, [{ ...about(mandate), id: `evt_${mandate.hash}_taken_back_${settled.number}`, kind: 'not-protected', severity: 'critical', data }]);
  }

  /** Ends the mandate and tells its owner, in one transaction: what ended protects no more. */
  private async end(mandate: MandateRecord, end: 'expired' | 'revoked' | 'superseded', sentence: string): Promise<void> {
    const data: NoticeData<'not-protected'> = { protocol: protocolNameOf(mandate.positionId), reason: end === 'expired' ? 'mandate-expired' : 'mandate-not-active', sentence };
    const notice: Notice = { ...about(mandate), id: `evt_${mandate.hash}_${end}`, kind: 'not-protected', severity: end === 'expired' ? 'critical' : 'warning', data };
    await this.mandates.end(mandate.hash, end, sentence, end === 'superseded' ? [] : [notice]);
  }

  private async putInForce(mandate: MandateRecord, head: BlockRef): Promise<string | null> {
    const id = mandate.positionId;
    const attempts = (await this.records.intentsOf(id, 50)).filter((intent) => intent.plan.kind === 'ACTIVATE' && intent.plan.mandateHash === mandate.hash);
    if (attempts.some((intent) => intent.closedAt === null)) return null;
    // One that was dropped because the mandate is in force already has not failed: the settled block will show it.
    const failed = attempts.filter((intent) => intent.state !== 'DONE' && intent.failure?.code !== 'already-active');
    const last = failed[0];
    if (last && failed.length >= MOST_ACTIVATIONS) {
      const reason = last.failure?.message ?? 'It could not be put in force on chain.';
      await this.mandates.end(mandate.hash, 'rejected', reason, [rejected(mandate, reason)]);
      return null;
    }
    const zero = rawAmount(0n);
    const planned = await this.journal.plan(
      { kind: 'ACTIVATE', chainId: mandate.chainId, guard: mandate.guard, mandateHash: mandate.hash, positionId: id, min: zero, max: zero, deadline: head.timestamp + ACTIVATION_SECONDS },
      null, null, [],
    );
    return planned.kind === 'planned' ? planned.intent.id : null;
  }
}

/** An activation has no deadline on chain; this one only says when to give the nonce up and try anew. */
const ACTIVATION_SECONDS = 3_600n;

const about = (mandate: MandateRecord): Pick<Notice, 'chainId' | 'account' | 'positionId'> => ({
  chainId: mandate.chainId,
  account: mandate.terms.owner,
  positionId: mandate.positionId,
});

function active(mandate: MandateRecord): Notice {
  const data: NoticeData<'mandate.active'> = { protocol: protocolNameOf(mandate.positionId), mandateHash: mandate.hash, expiresAt: new Date(Number(mandate.terms.expiry) * 1000).toISOString() };
  return { ...about(mandate), id: `evt_${mandate.hash}_active`, kind: 'mandate.active', severity: 'info', data };
}

function rejected(mandate: MandateRecord, reason: string): Notice {
  const data: NoticeData<'mandate.rejected'> = { protocol: protocolNameOf(mandate.positionId), mandateHash: mandate.hash, reason };
  return { ...about(mandate), id: `evt_${mandate.hash}_rejected`, kind: 'mandate.rejected', severity: 'warning', data };
}
