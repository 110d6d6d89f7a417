import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonRpcProvider } from 'ethers';
import type { DevAccount } from '../accounts.js';
import type { Devchain } from '../devchain.js';
import { connectTo, messageOf, type Sender } from '../sender.js';

/**
 * Somebody who acts on the chain on a connection of their own, apart from everything else. A failing round is counted and
 * the next one begins; nothing that happens on the chain ends an actor but `stop`.
 */
export abstract class BlockActor {
  protected readonly provider: JsonRpcProvider;
  protected readonly sender: Sender;
  private running: Promise<void> | undefined;
  private stopped = false;
  /** Rounds that failed, and the last failure's message. */
  failures = 0;
  lastFailure: string | undefined;

  protected constructor(protected readonly chain: Devchain, account: DevAccount, private readonly pollMs: number) {
    this.provider = connectTo(chain.rpcUrl, chain.chainId);
    this.sender = chain.sender(account, this.provider);
  }

  /** Gets what the actor needs on the chain; called once. */
  protected abstract prepare(): Promise<void>;
  protected abstract round(): Promise<void>;

  async start(): Promise<void> {
    await this.prepare();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    // Once more, for what came while the last round slept.
    await this.attempt();
    this.provider.destroy();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.attempt();
      await sleep(this.pollMs);
    }
  }

  private async attempt(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.failures += 1;
      this.lastFailure = messageOf(error);
      this.sender.resync();
    }
  }
}
