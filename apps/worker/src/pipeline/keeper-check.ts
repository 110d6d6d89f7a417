import { z } from 'zod';
import { callOf, decodeAs, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import type { LaneState } from '@ballast/execution';
import { RESCUE_GAS, type DecideInput } from '@ballast/policy';
import type { Address } from '@ballast/units';
import { keepers } from '../keepers.js';
import type { GasCost } from './gas-cost.js';
import { PerBlock } from './per-block.js';
import type { SignerPulse } from './signer-pulse.js';

/** Coins for this many rescues at twice today's base fee; with less the owner is told before it matters. */
const RESERVE_RESCUES = 3n;

type State = NonNullable<DecideInput['keeper']>;

/** One of our accounts at a block. */
export interface LaneReport extends LaneState {
  readonly balance: bigint;
  readonly state: State;
}

/** Whether one of our keys could send an action: it is listed as a keeper, has coins for fees, and whoever holds it answers. Armed means this too. */
export class KeeperCheck {
  private readonly reports = new PerBlock<readonly LaneReport[]>();

  constructor(private readonly client: ReadClient, private readonly book: ChainBook, private readonly addresses: readonly Address[], private readonly gas: Pick<GasCost, 'feeAt'>, private readonly pulse: SignerPulse) {}

  /** The best that one of them is. */
  async state(block: BlockRef): Promise<State> {
    const [silent, lanes] = await Promise.all([this.pulse.silent(), this.lanes(block)]);
    if (silent) return 'signer-silent';
    const states = lanes.map((lane) => lane.state);
    return states.find((state) => state === 'ready') ?? states.find((state) => state === 'out-of-gas') ?? 'not-listed';
  }

  /** Each of them, in the order of their configuration; read once a block. */
  lanes(block: BlockRef): Promise<readonly LaneReport[]> {
    return this.reports.of(block.hash, () => this.read(block));
  }

  private async read(block: BlockRef): Promise<readonly LaneReport[]> {
    const baseFee = await this.gas.feeAt(block);
    return Promise.all(this.addresses.map((lane) => this.reportOf(lane, block, baseFee)));
  }

  private async reportOf(lane: Address, block: BlockRef, baseFee: bigint): Promise<LaneReport> {
    const { to, data } = callOf(this.book.ballast.keepers, keepers, 'isKeeper', [lane]);
    const [answer, balance] = await Promise.all([this.client.callAt(block, to, data), this.client.balanceAt(block, lane)]);
    const [isListed] = decodeAs(keepers, 'isKeeper', z.tuple([z.boolean()]), answer);
    const isPoor = balance < RESERVE_RESCUES * RESCUE_GAS * baseFee * 2n;
    return { lane, isListed, balance, state: !isListed ? 'not-listed' : isPoor ? 'out-of-gas' : 'ready' };
  }
}
