import { Logger } from '@nestjs/common';
import { z } from 'zod';
import { callOf, decodeResult, type BlockRef, type ChainBook, type ReadClient, type SendClient } from '@ballast/connectors';
import type { KeeperSigner } from '@ballast/connectors/signer';
import type { LaneRemoval, LaneRemovalStore, RemovalTransaction } from '@ballast/storage';
import type { Address } from '@ballast/units';
import { keepers } from '../keepers.js';
import { pageNotice } from './operator-pages.js';

const yesNo = z.tuple([z.boolean()]);
/** `remove` clears one slot and tells of it: about 30,000. */
const REMOVAL_GAS = 100_000n;
/** A thief bids too: what a removal offers above the base fee at first, in wei. */
const FIRST_TIP = 20_000_000_000n;
/** A pool takes a replacement for a tenth more of both fees; this goes up faster. */
const RAISE = { times: 3n, per: 2n } as const;
/** Milliseconds until what is not mined is outbid. */
const PATIENCE_MS = 12_000;

export interface LaneRemoverParts {
  readonly reads: ReadClient;
  readonly sends: Pick<SendClient, 'broadcast'>;
  readonly signer: KeeperSigner;
  readonly removals: LaneRemovalStore;
  readonly book: ChainBook;
  /** The number of the lease under which this process leads. */
  readonly fence: () => bigint;
  /** Our own clock in milliseconds. */
  readonly now: () => number;
  /** Wei for one unit of gas that is never exceeded: the signer's own limit. */
  readonly mostFeePerGas: bigint;
}

/**
 * Takes lanes whose key is in other hands off the list of keepers: each by its own transaction, at the lowest nonce that is free on chain, outbidding whatever waits
 * there. The bytes are stored before they are sent. It goes on until a settled block shows the list without the lane.
 */
export class LaneRemover {
  private readonly log = new Logger('Lanes');
  private readonly sentAt = new Map<string, number>();

  constructor(private readonly parts: LaneRemoverParts) {}

  /** Goes on with every removal that is open. @throws what the first that failed threw, once all were tried */
  async advance(head: BlockRef): Promise<void> {
    const open = await this.parts.removals.open(this.parts.reads.chainId);
    const outcomes = await Promise.allSettled(open.map((removal) => this.remove(removal, head)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async remove(removal: LaneRemoval, head: BlockRef): Promise<void> {
    const { lane } = removal;
    const [listed, mayRemove] = await this.standing(removal, head);
    if (!listed) return this.settleOnce(removal, head);
    if (!mayRemove) return this.impossible(removal, 'the keepers contract does not let this lane remove itself');
    if (!this.parts.signer.lanes.includes(lane)) return this.impossible(removal, 'our signer does not hold the key of this lane');
    const nonce = await this.parts.reads.nonceAt(head, lane);
    const waiting = removal.transactions.filter((one) => one.nonce >= nonce).at(-1);
    const sentAt = this.sentAt.get(lane);
    if (waiting !== undefined && sentAt !== undefined && this.parts.now() - sentAt < PATIENCE_MS) return;
    // After a restart it is not known when the last bytes were sent, or whether: the same ones again do no harm.
    if (waiting !== undefined && sentAt === undefined) return this.send(lane, waiting);
    const next = await this.sign(removal, waiting?.nonce ?? nonce, waiting ?? null);
    if (next !== null) await this.send(lane, next);
  }

  private async standing({ keepers: at, lane }: LaneRemoval, block: BlockRef): Promise<readonly [boolean, boolean]> {
    const [listed, may] = await this.parts.reads.multicall(block, [callOf(at, keepers, 'isKeeper', [lane]), callOf(at, keepers, 'mayRemoveItself', [lane])]);
    return [decodeResult(keepers, 'isKeeper', yesNo, listed)[0], decodeResult(keepers, 'mayRemoveItself', yesNo, may)[0]];
  }

  /** Done once it is so deep in the chain that no reorganisation puts the lane back. */
  private async settleOnce(removal: LaneRemoval, head: BlockRef): Promise<void> {
    const depth = BigInt(this.parts.book.confirmations - 1);
    const settled = depth === 0n ? head : head.number < depth ? null : await this.parts.reads.blockAt(head.number - depth);
    if (settled === null || (await this.standing(removal, settled))[0]) return;
    const { chainId, lane, because } = removal;
    const ended = await this.parts.removals.settle(removal, 'removed', null, () => [pageNotice(chainId, `removed_${lane}_${because}`, 'critical', {
      title: 'the lane whose key was stolen is off the list of keepers', reason: `${lane} can act under no mandate any more`, chainName: this.parts.book.name, lane,
      todo: 'Mandates that name this list go on with its other keepers. Look whether others of our keys were at the same place.',
    })]);
    if (ended) this.log.warn(`${lane} is off the list of keepers`);
  }

  private async impossible(removal: LaneRemoval, problem: string): Promise<void> {
    const { chainId, lane, because } = removal;
    await this.parts.removals.settle(removal, 'impossible', problem, () => [pageNotice(chainId, `impossible_${lane}_${because}`, 'critical', {
      title: 'a stolen lane cannot remove itself', reason: problem, chainName: this.parts.book.name, lane, todo: 'Take it off the list with the remover key now: until then the thief may act under every mandate, inside its limits.',
    })]);
    this.log.error(`${lane}: ${problem}`);
  }

  /** Null where the removal was called off meanwhile. */
  private async sign(removal: LaneRemoval, nonce: bigint, before: RemovalTransaction | null): Promise<RemovalTransaction | null> {
    const { reads, signer, removals, fence } = this.parts;
    const fees = this.fees(await reads.baseFee(), before);
    const call = callOf(removal.keepers, keepers, 'remove', [removal.lane]);
    const transaction = { chainId: reads.chainId, nonce, to: call.to, data: call.data, value: 0n, gasLimit: REMOVAL_GAS, ...fees };
    const { raw, hash } = await signer.sign({ lane: removal.lane, transaction, fence: fence(), purpose: `remove-${removal.lane}` });
    const signed = { hash, nonce, raw, ...fees };
    return (await removals.signed(removal, signed)) ? signed : null;
  }

  /** Far above what is usual, and half as much again each time. */
  private fees(baseFee: bigint, before: RemovalTransaction | null): Pick<RemovalTransaction, 'maxFeePerGas' | 'maxPriorityFeePerGas'> {
    const raised = (fee: bigint): bigint => (fee * RAISE.times) / RAISE.per;
    const most = (...values: readonly bigint[]): bigint => values.reduce((larger, value) => (value > larger ? value : larger));
    const least = (fee: bigint): bigint => (fee < this.parts.mostFeePerGas ? fee : this.parts.mostFeePerGas);
    const maxPriorityFeePerGas = least(most(FIRST_TIP, before === null ? 0n : raised(before.maxPriorityFeePerGas)));
    const maxFeePerGas = least(most(4n * baseFee + maxPriorityFeePerGas, before === null ? 0n : raised(before.maxFeePerGas)));
    return { maxFeePerGas, maxPriorityFeePerGas: maxPriorityFeePerGas < maxFeePerGas ? maxPriorityFeePerGas : maxFeePerGas };
  }

  private async send(lane: Address, { raw, hash }: RemovalTransaction): Promise<void> {
    const answer = await this.parts.sends.broadcast(raw);
    this.log.warn(`removal of ${lane}: ${hash}: ${answer.kind}`);
    // What is underpriced is outbid at once, at the next turn.
    this.sentAt.set(lane, answer.kind === 'underpriced' ? this.parts.now() - PATIENCE_MS : this.parts.now());
  }
}
