import type { ChainId, Hash32 } from '@ballast/units';
import { clientOf, type Database } from '../database.js';

/** How far what our guards tell of was compared with the journal, and what the journal knows. */
export class ExecutionWatchStore {
  constructor(private readonly database: Database) {}

  /** The last block that was looked through, and the one after which this database knows everything; null before the first look. */
  async lookedUntil(chain: ChainId): Promise<{ readonly block: bigint; readonly since: bigint } | null> {
    const row = await clientOf(this.database).executionWatch.findUnique({ where: { chainId: chain } });
    return row === null ? null : { block: row.blockNumber, since: row.sinceBlock };
  }

  /** Never goes back: another process may have looked further. The first block named is where this database begins to know everything. */
  async lookedThrough(chain: ChainId, blockNumber: bigint): Promise<void> {
    await clientOf(this.database).$executeRaw`
      INSERT INTO "ExecutionWatch" ("chainId", "sinceBlock", "blockNumber") VALUES (${chain}, ${blockNumber}, ${blockNumber})
      ON CONFLICT ("chainId") DO UPDATE SET "blockNumber" = GREATEST("ExecutionWatch"."blockNumber", excluded."blockNumber")`;
  }

  /** Those of the hashes that we signed ourselves, as the journal has it. */
  async ours(hashes: readonly Hash32[]): Promise<ReadonlySet<Hash32>> {
    if (hashes.length === 0) return new Set();
    const rows = await clientOf(this.database).intentTransaction.findMany({ where: { hash: { in: [...hashes] } }, select: { hash: true } });
    return new Set(rows.map(({ hash }) => hash as Hash32));
  }
}
