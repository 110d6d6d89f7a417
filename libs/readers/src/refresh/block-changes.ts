import type { MinedLog, ReadClient } from '@ballast/connectors';
import type { BlockRef } from '@ballast/positions';

/** A block that may tell which one it follows. */
export type LinkedBlock = BlockRef & { readonly parentHash?: BlockRef['hash'] };

/** Every log between two blocks, asked for once however many ask. */
export class BlockChanges {
  private last: { readonly key: string; readonly logs: Promise<readonly MinedLog[] | null> } | null = null;

  constructor(private readonly client: Pick<ReadClient, 'blockAt' | 'getLogs'>) {}

  /** The logs of the blocks after `from` up to `to`; null where `to` does not follow on `from` in the chain as it is now. @throws ReadFailed */
  since(from: BlockRef, to: LinkedBlock): Promise<readonly MinedLog[] | null> {
    const key = `${from.hash} ${to.hash}`;
    if (this.last?.key !== key) {
      const logs = this.read(from, to);
      this.last = { key, logs };
      // A failure is not kept: the next to ask tries again.
      logs.catch(() => (this.last = null));
    }
    return this.last.logs;
  }

  private async read(from: BlockRef, to: LinkedBlock): Promise<readonly MinedLog[] | null> {
    // One block that names the other as the one before it, and logs pinned to its hash: nothing is left to ask.
    if (to.parentHash === from.hash) return this.client.getLogs({ blocks: { blockHash: to.hash } });
    const logs = await this.client.getLogs({ blocks: to.number === from.number + 1n ? { blockHash: to.hash } : { from: from.number + 1n, to: to.number } });
    // Asked afterwards: the chain may have been reorganised meanwhile, and a range is not pinned to a block.
    const [still, after] = await Promise.all([this.client.blockAt(from.number), this.client.blockAt(to.number)]);
    return still?.hash === from.hash && after?.hash === to.hash ? logs : null;
  }
}
