import type { JsonRpcProvider } from 'ethers';
import { gwei } from './sender.js';

/** Base fee of every block, kept the same so that the gas figures of a replay mean something: 30 gwei is our assumption. */
export const baseFee = 30n * gwei;

/** After a transaction blocks keep coming at this pace for a while, so that it is soon confirmed. */
const livelyMs = 1000;
const livelyForMs = 10_000;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/**
 * Makes the chain's blocks. Idle, a block comes soon after a transaction, then one a second for a while, and one every
 * `quietSeconds` when nothing happens; chain time runs with the wall clock. (anvil could make a block a second by itself, but
 * each block costs it more the longer its chain is, and a day of empty ones would slow a replay down.) In hand, blocks come
 * only from `mine`, with the timestamps asked for.
 */
export class Mining {
  private inHand = true;
  private lastAt = performance.now();
  private lastWithTransactionAt = -Infinity;
  private idleStep: Promise<void> = Promise.resolve();

  /** @param quietSeconds zero: the chain itself makes a block for each transaction, and none without */
  constructor(private readonly provider: JsonRpcProvider, private readonly quietSeconds: number) {}

  get isInHand(): boolean {
    return this.inHand;
  }

  async idle(): Promise<void> {
    if (this.quietSeconds === 0) await this.provider.send('evm_setAutomine', [true]);
    this.inHand = false;
  }

  async takeInHand(): Promise<void> {
    this.inHand = true;
    await this.idleStep;
    await this.provider.send('evm_setAutomine', [false]);
  }

  /** Makes one block, at `timestamp` (unix seconds, later than the last block's) when given. */
  async mine(timestamp?: number): Promise<void> {
    await this.holdBaseFee();
    await this.provider.send('evm_mine', timestamp === undefined ? [] : [{ timestamp: hex(timestamp) }]);
    this.lastAt = performance.now();
  }

  /** Brings what was sent into a block now, unless somebody holds the blocks in hand. */
  async flush(): Promise<void> {
    if (this.inHand) return;
    await this.mine();
    this.lastWithTransactionAt = this.lastAt;
  }

  /** One look of the idle chain at whether a block is due. It fails only when the chain does not answer. */
  async idleRound(): Promise<void> {
    if (this.inHand) return;
    const step = this.mineIfDue();
    this.idleStep = step.catch(() => undefined);
    await step;
  }

  /** Time of the last block, in unix seconds. */
  chainTime(): Promise<number> {
    return this.timeOf('latest');
  }

  /** Time that a block would have if it were made now without being told one, in unix seconds. */
  nextTime(): Promise<number> {
    return this.timeOf('pending');
  }

  private async timeOf(tag: 'latest' | 'pending'): Promise<number> {
    const block = (await this.provider.send('eth_getBlockByNumber', [tag, false])) as { timestamp: string };
    return Number(block.timestamp);
  }

  /** Left alone, the base fee of empty blocks falls towards nothing. */
  private async holdBaseFee(): Promise<void> {
    await this.provider.send('anvil_setNextBlockBaseFeePerGas', [hex(baseFee)]);
  }

  /**
   * Where the chain makes its own blocks the fee falls with each of them. It is brought back by an eighth at a time, as blocks could bring it: a wallet that has just asked what it
   * costs offers twice that, and a leap back would leave its transaction under the fee.
   */
  private async raiseBaseFee(): Promise<void> {
    const { baseFeePerGas } = (await this.provider.send('eth_getBlockByNumber', ['latest', false])) as { baseFeePerGas: string };
    const raised = (BigInt(baseFeePerGas) * 9n) / 8n + 1n;
    await this.provider.send('anvil_setNextBlockBaseFeePerGas', [hex(raised < baseFee ? raised : baseFee)]);
  }

  private async mineIfDue(): Promise<void> {
    if (this.quietSeconds === 0) return this.raiseBaseFee();
    const { pending } = (await this.provider.send('txpool_status', [])) as { pending: string };
    const now = performance.now();
    if (Number(pending) > 0) this.lastWithTransactionAt = now;
    const interval = now - this.lastWithTransactionAt < livelyForMs ? livelyMs : this.quietSeconds * 1000;
    if (Number(pending) > 0 || now - this.lastAt >= interval) await this.mine();
  }
}
