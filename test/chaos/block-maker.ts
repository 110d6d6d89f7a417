import { setTimeout as pause } from 'node:timers/promises';
import type { Devchain } from '@ballast/devchain';
import { Turnstile } from './turnstile.js';

const GWEI = 1_000_000_000n;
const USUAL_FEE = 30n * GWEI;
const SECONDS_A_BLOCK = 12;
const EVERY_MS = 200;

/** Makes a block every fifth of a second, twelve seconds of chain time apart, with the price and the base fee of the moment. */
export class BlockMaker {
  private going = false;
  private loop: Promise<void> = Promise.resolve();
  private baseFee = USUAL_FEE;
  private price = 300_000_000_000n;
  /** Anvil answers a call that is pinned to the newest block with the next one's time while it makes that one: nobody asks meanwhile. */
  readonly turnstile = new Turnstile();
  blocks = 0;

  constructor(private readonly chain: Devchain) {}

  async start(): Promise<void> {
    await this.chain.mining.takeInHand();
    this.going = true;
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.loop;
  }

  /** Dollars for one ETH from the next block on. */
  setPrice(dollars: number): void {
    this.price = BigInt(Math.round(dollars * 1e8));
  }

  setBaseFee(times: bigint): void {
    this.baseFee = USUAL_FEE * times;
  }

  /** Takes away the newest blocks with all that was in them, and puts as many empty ones in their place. */
  async reorg(depth: number): Promise<void> {
    await this.turnstile.change(async () => {
      await this.chain.provider.send('anvil_reorg', [depth, []]);
      this.chain.sender(this.chain.accounts.transmitter).resync();
    });
  }

  /** Waits until so many more blocks were made. */
  async more(count: number): Promise<void> {
    const until = this.blocks + count;
    while (this.blocks < until && this.going) await pause(20);
  }

  private async run(): Promise<void> {
    while (this.going) {
      await this.turnstile.change(() => this.one()).catch((error: Error) => console.error(`block: ${error.message}`));
      await pause(EVERY_MS);
    }
  }

  private async one(): Promise<void> {
    const { feeds, mining, provider } = this.chain;
    const time = (await mining.chainTime()) + SECONDS_A_BLOCK;
    await feeds.set('WETH', this.price, time).catch(() => this.chain.sender(this.chain.accounts.transmitter).resync());
    await feeds.keepAlive(time);
    await provider.send('anvil_setNextBlockBaseFeePerGas', [`0x${this.baseFee.toString(16)}`]);
    await provider.send('evm_mine', [{ timestamp: `0x${time.toString(16)}` }]);
    this.blocks += 1;
  }
}
