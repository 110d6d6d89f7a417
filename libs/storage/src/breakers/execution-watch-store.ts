import type { SignedLog } from '@ballast/policy';
import type { ChainId, Hash32 } from '@ballast/units';
import { clientOf, type Database } from '../database.js';

/** How far what our guards tell of was compared with the journal, and what the journal knows. */
export class ExecutionWatchStore implements SignedLog {
  constructor(private readonly database: Database) {}

  /** The last block that was looked through; null before the first look. */
  async lookedUntil(chain: ChainId): Promise<bigint | null> {
    return (await clientOf(this.database).executionWatch.findUnique({ where: { chainId: chain } }))?.blockNumber ?? null;
  }

  /** Never goes back: another process may have looked further. */
  async lookedThrough(chain: ChainId, blockNumber: bigint): Promise<void> {
    await clientOf(this.database).$executeRaw`
      INSERT INTO "ExecutionWatch" ("chainId", "blockNumber") VALUES (${chain}, ${blockNumber})
      ON CONFLICT ("chainId") DO UPDATE SET "blockNumber" = GREATEST("ExecutionWatch"."blockNumber", excluded."blockNumber")`;
  }

  /** Those of the hashes that we signed ourselves, as the journal has it. */
  async ours(hashes: readonly Hash32[]): Promise<ReadonlySet<Hash32>> {
    if (hashes.length === 0) return new Set();
    const rows = await clientOf(this.database).intentTransaction.findMany({ where: { hash: { in: [...hashes] } }, select: { hash: true } });
    return new Set(rows.map(({ hash }) => hash as Hash32));
  }

  /** Answers from the journal alone: where the signer keeps no log of its own. */
  async has(hash: Hash32): Promise<boolean> {
    return (await this.ours([hash])).has(hash);
  }
}
