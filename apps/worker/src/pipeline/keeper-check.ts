import { Interface } from 'ethers';
import { z } from 'zod';
import { callOf, decodeAs, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import { keepersAbi } from '@ballast/contracts';
import { RESCUE_GAS, type DecideInput } from '@ballast/policy';
import type { Address } from '@ballast/units';
import type { SignerPulse } from './signer-pulse.js';

const keepers = new Interface(keepersAbi);
/** Coins for this many rescues at twice today's base fee; with less the owner is told before it matters. */
const RESERVE_RESCUES = 3n;

type State = NonNullable<DecideInput['keeper']>;

/** Whether one of our keys could send an action: it is listed as a keeper, has coins for fees, and whoever holds it answers. Armed means this too. */
export class KeeperCheck {
  private cached: { readonly block: string; readonly state: State } | null = null;

  constructor(private readonly client: ReadClient, private readonly book: ChainBook, private readonly lanes: readonly Address[], private readonly pulse: SignerPulse) {}

  async state(block: BlockRef): Promise<State> {
    if (this.cached?.block !== block.hash) this.cached = { block: block.hash, state: await this.read(block) };
    return this.cached.state;
  }

  private async read(block: BlockRef): Promise<State> {
    const baseFee = await this.client.baseFee();
    const [silent, ...states] = await Promise.all([this.pulse.silent(), ...this.lanes.map((lane) => this.stateOf(lane, block, baseFee))]);
    if (silent) return 'signer-silent';
    return states.find((state) => state === 'ready') ?? states.find((state) => state === 'out-of-gas') ?? 'not-listed';
  }

  private async stateOf(lane: Address, block: BlockRef, baseFee: bigint): Promise<State> {
    const { to, data } = callOf(this.book.ballast.keepers, keepers, 'isKeeper', [lane]);
    const [answer, balance] = await Promise.all([this.client.callAt(block, to, data), this.client.balanceAt(block, lane)]);
    const [listed] = decodeAs(keepers, 'isKeeper', z.tuple([z.boolean()]), answer);
    if (!listed) return 'not-listed';
    return balance < RESERVE_RESCUES * RESCUE_GAS * baseFee * 2n ? 'out-of-gas' : 'ready';
  }
}
