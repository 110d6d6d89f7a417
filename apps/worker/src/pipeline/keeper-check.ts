import { Interface } from 'ethers';
import { z } from 'zod';
import { callOf, decodeAs, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import { keepersAbi } from '@ballast/contracts';
import { RESCUE_GAS, type DecideInput } from '@ballast/policy';
import type { Address } from '@ballast/units';

const keepers = new Interface(keepersAbi);
/** Coins for this many rescues at twice today's base fee; with less the owner is told before it matters. */
const RESERVE_RESCUES = 3n;

/** Whether our key could send an action: it is listed as a keeper and has coins for fees. Armed means this too. */
export class KeeperCheck {
  private cached: { readonly block: string; readonly state: NonNullable<DecideInput['keeper']> } | null = null;

  constructor(private readonly client: ReadClient, private readonly book: ChainBook, private readonly lane: Address) {}

  async state(block: BlockRef): Promise<NonNullable<DecideInput['keeper']>> {
    if (this.cached?.block !== block.hash) this.cached = { block: block.hash, state: await this.read(block) };
    return this.cached.state;
  }

  private async read(block: BlockRef): Promise<NonNullable<DecideInput['keeper']>> {
    const { to, data } = callOf(this.book.ballast.keepers, keepers, 'isKeeper', [this.lane]);
    const [answer, balance, baseFee] = await Promise.all([
      this.client.callAt(block, to, data),
      this.client.balanceAt(block, this.lane),
      this.client.baseFee(),
    ]);
    const [listed] = decodeAs(keepers, 'isKeeper', z.tuple([z.boolean()]), answer);
    if (!listed) return 'not-listed';
    return balance < RESERVE_RESCUES * RESCUE_GAS * baseFee * 2n ? 'out-of-gas' : 'ready';
  }
}
