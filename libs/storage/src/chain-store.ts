import type { ChainId } from '@ballast/units';
import type { BlockRef } from '@ballast/positions';
import { alarmSubjects, type Notice } from '@ballast/policy';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from './database.js';
import { storableText } from './json/encode.js';
import { writeNotices } from './notices.js';

export interface ChainState {
  readonly chainId: ChainId;
  readonly name: string;
  /** The newest block seen and when; null until a first one was. */
  readonly head: (BlockRef & { readonly seenAt: Date }) | null;
  /** Since when we cannot see the chain, and why; null while we can. */
  readonly blind: { readonly since: Date; readonly reason: string } | null;
}

/** What is known of each chain: its head as last seen, and whether we see it at all. */
export class ChainStore {
  constructor(private readonly database: Database) {}

  /** The chain answered with this head at `seenAt`. Does not end a blind spell: `sighted` does, with the notices that tell of it. */
  async headSeen(chain: ChainId, name: string, head: BlockRef, seenAt: Date): Promise<void> {
    const state = { name, headNumber: head.number, headHash: head.hash, headTimestamp: head.timestamp, seenAt };
    await inTransaction(this.database, async (tx) => {
      await tx.chain.upsert({ where: { id: chain }, create: { id: chain, ...state }, update: state });
      await announce(tx, [{ type: 'chain', chainId: chain }]);
    });
  }

  /** We are blind since `since`. A spell under way keeps its beginning and takes the new reason; returns true when this began one. */
  async blind(chain: ChainId, name: string, since: Date, reason: string, notices: readonly Notice[]): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      await tx.chain.createMany({ data: [{ id: chain, name }], skipDuplicates: true });
      const before = await lockChain(tx, chain);
      await tx.chain.update({ where: { id: chain }, data: { blindSince: before?.blindSince ?? since, blindReason: storableText(reason) } });
      if (before?.blindSince == null) {
        await tx.blindSpell.createMany({ data: [{ chainId: chain, since, reason: storableText(reason) }], skipDuplicates: true });
        await writeNotices(tx, notices);
      }
      await announce(tx, [{ type: 'chain', chainId: chain }]);
      return before?.blindSince == null;
    });
  }

  /** We see again. Returns since when we did not, or null (and writes nothing) when we were not blind. `notices` is given that time. */
  async sighted(chain: ChainId, notices: (blindSince: Date) => readonly Notice[], now = new Date()): Promise<Date | null> {
    return inTransaction(this.database, async (tx) => {
      const before = await lockChain(tx, chain);
      if (before?.blindSince == null) return null;
      await tx.chain.update({ where: { id: chain }, data: { blindSince: null, blindReason: null } });
      await tx.blindSpell.updateMany({ where: { chainId: chain, until: null }, data: { until: now } });
      await writeNotices(tx, notices(before.blindSince));
      // Of those who have no mandate by now, and are told nothing.
      await tx.alarm.updateMany({ where: { chainId: chain, subject: alarmSubjects.blind(), endedAt: null }, data: { endedAt: now } });
      await announce(tx, [{ type: 'chain', chainId: chain }]);
      return before.blindSince;
    });
  }

  async get(chain: ChainId): Promise<ChainState | null> {
    return (await this.all()).find(({ chainId }) => chainId === chain) ?? null;
  }

  async all(): Promise<readonly ChainState[]> {
    const rows = await clientOf(this.database).chain.findMany({ orderBy: { id: 'asc' } });
    return rows.map((row) => ({
      chainId: row.id as ChainId,
      name: row.name,
      head:
        row.headNumber === null || row.headHash === null || row.headTimestamp === null || row.seenAt === null
          ? null
          : { number: row.headNumber, hash: row.headHash, timestamp: row.headTimestamp, seenAt: row.seenAt },
      blind: row.blindSince === null ? null : { since: row.blindSince, reason: row.blindReason ?? '' },
    }));
  }
}

async function lockChain(tx: Transaction, chain: ChainId): Promise<{ blindSince: Date | null } | null> {
  const [row] = await tx.$queryRaw<{ blindSince: Date | null }[]>`SELECT "blindSince" FROM "Chain" WHERE "id" = ${chain} FOR UPDATE`;
  return row ?? null;
}
