import type { Address, ChainId } from '@ballast/units';
import type { LendingProtocol } from '@ballast/positions';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database } from './database.js';

export interface WatchedAccount {
  readonly chainId: ChainId;
  readonly protocol: LendingProtocol;
  readonly account: Address;
  readonly since: Date;
}

/** The accounts that are read every block. */
export class WatchStore {
  constructor(private readonly database: Database) {}

  /** Starts to watch the account, or returns since when it is watched. */
  async watch(chain: ChainId, protocol: LendingProtocol, account: Address): Promise<WatchedAccount> {
    return inTransaction(this.database, async (tx) => {
      const key = { chainId: chain, protocol, account };
      const added = await tx.watchedAccount.createMany({ data: [key], skipDuplicates: true });
      if (added.count > 0) await announce(tx, [{ type: 'chain', chainId: chain }]);
      const row = await tx.watchedAccount.findUniqueOrThrow({ where: { chainId_protocol_account: key } });
      return { ...key, since: row.createdAt };
    });
  }

  /** The same at several protocols at once; returns the first that was watched. */
  async watchAll(chain: ChainId, protocols: readonly [LendingProtocol, ...LendingProtocol[]], account: Address): Promise<WatchedAccount> {
    return inTransaction(this.database, async (tx) => {
      const added = await tx.watchedAccount.createMany({ data: protocols.map((protocol) => ({ chainId: chain, protocol, account })), skipDuplicates: true });
      if (added.count > 0) await announce(tx, [{ type: 'chain', chainId: chain }]);
      const first = await tx.watchedAccount.findFirstOrThrow({ where: { chainId: chain, account }, orderBy: [{ createdAt: 'asc' }, { protocol: 'asc' }] });
      return { chainId: chain, protocol: first.protocol as LendingProtocol, account, since: first.createdAt };
    });
  }

  /** Watches every account of the chain at all of these protocols: one that was watched before a protocol was known is not forgotten there. Returns how many were added. */
  async coverAll(chain: ChainId, protocols: readonly LendingProtocol[]): Promise<number> {
    return clientOf(this.database).$executeRaw`
      INSERT INTO "WatchedAccount" ("chainId", "protocol", "account")
      SELECT DISTINCT w."chainId", p.protocol, w."account" FROM "WatchedAccount" w CROSS JOIN unnest(${[...protocols]}::text[]) AS p(protocol) WHERE w."chainId" = ${chain}
      ON CONFLICT DO NOTHING`;
  }

  /** Every account watched at a protocol, in a stable order. */
  async watched(chain: ChainId, protocol: LendingProtocol): Promise<readonly Address[]> {
    const rows = await clientOf(this.database).watchedAccount.findMany({ where: { chainId: chain, protocol }, orderBy: [{ createdAt: 'asc' }, { account: 'asc' }] });
    return rows.map((row) => row.account as Address);
  }

  /** Changes whenever an account is watched or no longer watched at the protocol: cheap to ask where the list itself is long. */
  async version(chain: ChainId, protocol: LendingProtocol): Promise<string> {
    const { _count: count, _max: { createdAt } } = await clientOf(this.database).watchedAccount.aggregate({ where: { chainId: chain, protocol }, _count: true, _max: { createdAt: true } });
    return `${count} ${createdAt?.getTime() ?? 0}`;
  }

  /** Where the account is watched; empty when nowhere. */
  async ofAccount(account: Address): Promise<readonly WatchedAccount[]> {
    const rows = await clientOf(this.database).watchedAccount.findMany({ where: { account }, orderBy: [{ chainId: 'asc' }, { protocol: 'asc' }] });
    return rows.map((row) => ({ chainId: row.chainId as ChainId, protocol: row.protocol as LendingProtocol, account, since: row.createdAt }));
  }
}
