import type { JsonRpcProvider } from 'ethers';
import { gwei } from './sender.js';

/** Base fee of every block, kept the same so that the gas figures of a replay mean something: 30 gwei is our assumption. */
export const baseFee = 30n * gwei;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/**
 * Makes the chain's blocks. Idle, the chain makes one a second by itself and its time runs with the wall clock; in hand,
 * blocks come only from `mine`, with the timestamps asked for.
 */
export class Mining {
  private inHand = false;

  constructor(private readonly provider: JsonRpcProvider, private readonly idleBlockSeconds: number) {}

  get isInHand(): boolean {
    return this.inHand;
  }

  /** One block every `idleBlockSeconds`; zero: a block for each transaction. */
  async idle(): Promise<void> {
    if (this.idleBlockSeconds === 0) await this.provider.send('evm_setAutomine', [true]);
    else await this.provider.send('evm_setIntervalMining', [this.idleBlockSeconds]);
    this.inHand = false;
  }

  async takeInHand(): Promise<void> {
    await this.provider.send('evm_setIntervalMining', [0]);
    await this.provider.send('evm_setAutomine', [false]);
    this.inHand = true;
  }

  /** Makes one block, at `timestamp` (unix seconds, later than the last block's) when given. */
  async mine(timestamp?: number): Promise<void> {
    await this.holdBaseFee();
    await this.provider.send('evm_mine', timestamp === undefined ? [] : [{ timestamp: hex(timestamp) }]);
  }

  /** Left alone, the base fee of empty blocks falls towards nothing. */
  async holdBaseFee(): Promise<void> {
    await this.provider.send('anvil_setNextBlockBaseFeePerGas', [hex(baseFee)]);
  }

  /** Brings what was sent into a block now, unless somebody else holds the blocks in hand. */
  async flush(): Promise<void> {
    if (!this.inHand) await this.mine();
  }

  async chainTime(): Promise<number> {
    const block = (await this.provider.send('eth_getBlockByNumber', ['latest', false])) as { timestamp: string };
    return Number(block.timestamp);
  }
}
