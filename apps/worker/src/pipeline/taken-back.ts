import type { ReadClient, SendClient } from '@ballast/connectors';
import type { Outbox } from '@ballast/policy';
import type { VanishedNonce, VanishedNonces } from '@ballast/storage';
import type { Address } from '@ballast/units';
import { pageNotice } from '../breakers/operator-pages.js';

/** A node may tell of a block that the others do not have yet: what is free for so many blocks really is. */
const BLOCKS_OF_PATIENCE = 2n;

export interface TakenBackParts {
  readonly reads: Pick<ReadClient, 'chainId' | 'head' | 'nonceAt'>;
  readonly sends: Pick<SendClient, 'broadcast'>;
  readonly nonces: Pick<VanishedNonces, 'of'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly lanes: readonly Address[];
  readonly chainName: string;
}

/**
 * Brings back what a reorganisation deeper than our confirmations took: transactions of actions that have ended, without which their lane stands still. The same signed bytes are sent again,
 * which the guard lets through only while they still do what the owner signed, and operators are told.
 */
export class TakenBack {
  /** The block at which each free nonce was seen first. */
  private seen = new Map<string, bigint>();

  constructor(private readonly parts: TakenBackParts) {}

  /** One look at the newest block. Returns what was sent again. */
  async look(): Promise<readonly VanishedNonce[]> {
    const { reads, lanes, nonces } = this.parts;
    const head = await reads.head();
    const standings = await Promise.all(lanes.map(async (lane) => ({ lane, newest: await reads.nonceAt(head, lane) })));
    const vanished = await nonces.of(reads.chainId, standings);
    const before = this.seen;
    this.seen = new Map(vanished.map((one) => [keyOf(one), before.get(keyOf(one)) ?? head.number]));
    const lasting = vanished.filter((one) => head.number >= (this.seen.get(keyOf(one)) ?? head.number) + BLOCKS_OF_PATIENCE);
    for (const one of lasting) await this.bringBack(one);
    return lasting;
  }

  private async bringBack(one: VanishedNonce): Promise<void> {
    const { reads, sends, outbox, chainName } = this.parts;
    const { lane, nonce, signed } = one;
    const title = 'the chain took back what counted as settled';
    const reason = `Nonce ${nonce} of ${lane} was used by a transaction that ${chainName} no longer has: a reorganisation was deeper than the confirmations that we wait for`;
    const todo = signed === null ? 'Nothing of ours was ever signed for it. Send any transaction with this nonce from this lane: until then nothing that comes after it can be mined.' : 'The same signed transaction is sent again. Look whether it is mined, and raise the confirmations of this chain.';
    await outbox.tell([pageNotice(reads.chainId, `taken_back_${lane}_${nonce}`, 'critical', { title, reason, todo, chainName, lane, ...(signed === null ? {} : { transactionHash: signed.hash }) })]);
    // What the nodes say of it shows in the lane's nonce, at the next look.
    if (signed !== null) await sends.broadcast(signed.raw);
  }
}

const keyOf = ({ lane, nonce }: VanishedNonce): string => `${lane} ${nonce}`;
