import { poolAbi } from './abis.js';
import type { Devchain } from './devchain.js';
import { BlockActor } from './actors/block-actor.js';
import { readAll } from './multicall.js';

export interface LowestHealth {
  /** Health factor with 18 decimals. */
  readonly health: bigint;
  readonly blockNumber: number;
}

/** Watches accounts' health in every block, none left out, and keeps the lowest of each. It sends nothing. */
export class HealthSampler extends BlockActor {
  private readonly lowest = new Map<string, LowestHealth>();
  private next: number | undefined;

  constructor(chain: Devchain, private readonly accounts: readonly string[], pollMs = 60) {
    super(chain, chain.accounts.treasury, pollMs);
  }

  /** The lowest health factor seen, or undefined while the account has had no debt. */
  lowestOf(account: string): LowestHealth | undefined {
    return this.lowest.get(account.toLowerCase());
  }

  /** Samples from the block after the present one. */
  protected async prepare(): Promise<void> {
    this.next = (await this.provider.getBlockNumber()) + 1;
  }

  protected async round(): Promise<void> {
    const head = await this.provider.getBlockNumber();
    for (let block = this.next ?? head; block <= head; block += 1) {
      const answers = await readAll(this.provider, this.accounts.map((account) => (
        { to: this.chain.deployment.aave.pool, abi: poolAbi, method: 'getUserAccountData', args: [account] }
      )), `0x${block.toString(16)}`);
      for (const [index, account] of this.accounts.entries()) this.note(account.toLowerCase(), answers[index], block);
      this.next = block + 1;
    }
  }

  private note(account: string, data: readonly unknown[] | undefined, blockNumber: number): void {
    if (!data || data[1] === 0n) return;
    const health = data[5] as bigint;
    const before = this.lowest.get(account);
    if (before === undefined || health < before.health) this.lowest.set(account, { health, blockNumber });
  }
}
