import type { Address, ChainId } from '@ballast/units';
import type { PriceHistory, PriceTick } from '@ballast/positions';
import { whole } from './amount.js';
import { clientOf, type Database, type Transaction } from './database.js';

/** Price ticks in PostgreSQL; one an asset and second. */
export class PrismaPriceHistory implements PriceHistory {
  constructor(private readonly database: Database) {}

  async append(chain: ChainId, ticks: readonly PriceTick[]): Promise<void> {
    await writeTicks(clientOf(this.database), chain, ticks);
  }

  async since(chain: ChainId, asset: Address, since: bigint): Promise<readonly PriceTick[]> {
    const rows = await clientOf(this.database).priceTick.findMany({ where: { chainId: chain, asset, at: { gte: since } }, orderBy: { at: 'asc' } });
    return rows.map((row) => ({ asset: row.asset as Address, usdE8: whole(row.usdE8), at: row.at }));
  }
}

/** Adds ticks; one known already takes the newest figure, which differs only after a reorganisation of the chain. */
export async function writeTicks(tx: Transaction, chain: ChainId, ticks: readonly PriceTick[]): Promise<void> {
  // One row a key: an INSERT cannot touch the same row twice.
  const unique = [...new Map(ticks.map((tick) => [`${tick.asset} ${tick.at}`, tick])).values()];
  if (unique.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "PriceTick" ("chainId", "asset", "at", "usdE8")
    SELECT ${chain}::int, t.asset, t.at, t.usd
    FROM unnest(${unique.map(({ asset }) => asset)}::text[], ${unique.map(({ at }) => at)}::bigint[], ${unique.map(({ usdE8 }) => usdE8.toString())}::numeric[]) AS t(asset, at, usd)
    ORDER BY t.asset, t.at
    ON CONFLICT ("chainId", "asset", "at") DO UPDATE SET "usdE8" = excluded."usdE8" WHERE "PriceTick"."usdE8" <> excluded."usdE8"`;
}
