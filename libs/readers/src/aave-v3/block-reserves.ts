import type { Pinned } from '@ballast/connectors';
import type { Address } from '@ballast/units';
import type { Reserve, ReserveSource, Reserves } from './reserves.js';

/** The reserves of the newest block asked for, read once however many readers ask. A failure is not kept. */
export class BlockReserves implements ReserveSource {
  private last: { readonly hash: string; readonly reserves: Promise<readonly Reserve[]> } | null = null;

  constructor(private readonly source: Reserves) {}

  at(block: Pinned): Promise<readonly Reserve[]> {
    if (this.last?.hash !== block.hash) {
      const reserves = this.source.at(block);
      this.last = { hash: block.hash, reserves };
      reserves.catch(() => (this.last = null));
    }
    return this.last.reserves;
  }

  asset(block: Pinned, token: Address) {
    return this.source.asset(block, token);
  }
}
