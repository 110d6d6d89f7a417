import type { Address, ChainId, Hash32 } from '@ballast/units';
import type { DiscoverableProtocol, DiscoveryCursor, DiscoveryStore, Found, FoundMarket, FoundPlace, ProtocolPlace, ScanState } from '@ballast/positions';
import { clientOf, inTransaction, type Database, type Transaction } from './database.js';
import { UnreadableValue } from './errors.js';
import type { Prisma } from './generated/prisma/client.js';
import { fromJson, storableText, toJsonText } from './json/encode.js';
import { blockRanges, knownBlocks } from './json/scan-shape.js';

/** A statement with more rows gains nothing and holds its arrays in memory. */
const ROWS_A_STATEMENT = 5_000;
/** No market: an empty text, since a part of a key cannot be null. */
const NONE = '';
const PROTOCOLS: readonly DiscoverableProtocol[] = ['aave-v3', 'morpho-blue', 'venus'];

/** Checkpoints of discovery and what was found, in PostgreSQL. */
export class PrismaDiscoveryStore implements DiscoveryStore {
  constructor(private readonly database: Database) {}

  async open(chain: ChainId, protocol: DiscoverableProtocol, source: string, from: bigint): Promise<DiscoveryCursor> {
    const where = { chainId_protocol: { chainId: chain, protocol } };
    const known = await clientOf(this.database).discoveryCursor.findUnique({ where });
    if (known?.source === source && known.fromBlock === from) return cursorFrom(known);
    return inTransaction(this.database, async (tx) => {
      await tx.discoveryCursor.createMany({ data: [{ chainId: chain, protocol, source, version: 1, fromBlock: from, headBlock: from, scanned: [], hashes: [] }], skipDuplicates: true });
      await tx.$queryRaw`SELECT 1 FROM "DiscoveryCursor" WHERE "chainId" = ${chain} AND "protocol" = ${protocol} FOR UPDATE`;
      const row = await tx.discoveryCursor.findUniqueOrThrow({ where });
      if (row.source === source) return cursorFrom(row.fromBlock === from ? row : await tx.discoveryCursor.update({ where, data: { fromBlock: from } }));
      await dropAbove(tx, chain, protocol, -1n);
      return cursorFrom(await tx.discoveryCursor.update({ where, data: { source, version: row.version + 1, fromBlock: from, headBlock: from, scanned: [], hashes: [], problem: null } }));
    });
  }

  async record(chain: ChainId, protocol: DiscoverableProtocol, version: number, state: ScanState, found: Found): Promise<number | null> {
    return inTransaction(this.database, async (tx) => {
      const next = await moveCursor(tx, chain, protocol, version, state);
      if (next === null) return null;
      await writePlaces(tx, chain, protocol, found.places);
      await writeMarkets(tx, chain, protocol, found.markets);
      return next;
    });
  }

  async rollBack(chain: ChainId, protocol: DiscoverableProtocol, version: number, state: ScanState, above: bigint): Promise<number | null> {
    return inTransaction(this.database, async (tx) => {
      const next = await moveCursor(tx, chain, protocol, version, state);
      if (next !== null) await dropAbove(tx, chain, protocol, above);
      return next;
    });
  }

  async note(chain: ChainId, protocol: DiscoverableProtocol, head: bigint, problem: string | null): Promise<void> {
    await clientOf(this.database).discoveryCursor.updateMany({ where: { chainId: chain, protocol }, data: { headBlock: head, problem: problem === null ? null : storableText(problem) } });
  }

  /** The checkpoints of every protocol that was ever scanned on the chain. */
  async cursors(chain: ChainId): Promise<readonly (DiscoveryCursor & { readonly protocol: DiscoverableProtocol })[]> {
    const rows = await clientOf(this.database).discoveryCursor.findMany({ where: { chainId: chain }, orderBy: { protocol: 'asc' } });
    return rows.map((row) => ({ ...cursorFrom(row), protocol: protocolFrom(row.protocol) }));
  }

  async places(chain: ChainId, protocol: DiscoverableProtocol): Promise<readonly FoundPlace[]> {
    const rows = await clientOf(this.database).discoveredPlace.findMany({ where: { chainId: chain, protocol }, orderBy: [{ account: 'asc' }, { market: 'asc' }] });
    return rows.map(placeFrom);
  }

  async placesOf(account: Address): Promise<readonly ProtocolPlace[]> {
    const rows = await clientOf(this.database).discoveredPlace.findMany({ where: { account }, orderBy: [{ chainId: 'asc' }, { protocol: 'asc' }, { market: 'asc' }] });
    return rows.map((row) => ({ chainId: row.chainId as ChainId, protocol: protocolFrom(row.protocol), ...placeFrom(row) }));
  }

  async markets(chain: ChainId, protocol: DiscoverableProtocol): Promise<readonly FoundMarket[]> {
    const rows = await clientOf(this.database).discoveredMarket.findMany({ where: { chainId: chain, protocol }, orderBy: { market: 'asc' } });
    return rows.map(({ market, blockNumber }) => ({ market: market as Hash32, blockNumber }));
  }

  async counts(chain: ChainId, protocol: DiscoverableProtocol): Promise<{ readonly places: number; readonly markets: number }> {
    const where = { chainId: chain, protocol };
    const [places, markets] = await Promise.all([clientOf(this.database).discoveredPlace.count({ where }), clientOf(this.database).discoveredMarket.count({ where })]);
    return { places, markets };
  }
}

/** Whoever comes with an older version changes nothing: its state was made without what another wrote since. The row stays locked to the end of the transaction. */
async function moveCursor(tx: Transaction, chain: ChainId, protocol: DiscoverableProtocol, version: number, state: ScanState): Promise<number | null> {
  const { scanned, hashes } = { scanned: toJsonText(state.scanned, 'DiscoveryCursor.scanned'), hashes: toJsonText(state.hashes, 'DiscoveryCursor.hashes') };
  const moved = await tx.$executeRaw`
    UPDATE "DiscoveryCursor" SET "version" = ${version + 1}::int, "headBlock" = ${state.head}::bigint, "scanned" = ${scanned}::jsonb, "hashes" = ${hashes}::jsonb, "updatedAt" = now()
    WHERE "chainId" = ${chain} AND "protocol" = ${protocol} AND "version" = ${version}::int`;
  return moved === 1 ? version + 1 : null;
}

async function dropAbove(tx: Transaction, chain: ChainId, protocol: DiscoverableProtocol, above: bigint): Promise<void> {
  const where = { chainId: chain, protocol, blockNumber: { gt: above } };
  await tx.discoveredPlace.deleteMany({ where });
  await tx.discoveredMarket.deleteMany({ where });
}

async function writePlaces(tx: Transaction, chain: ChainId, protocol: DiscoverableProtocol, places: readonly FoundPlace[]): Promise<void> {
  const rows = lowestOf(places, ({ account, market }) => `${account} ${market ?? NONE}`);
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const batch = rows.slice(start, start + ROWS_A_STATEMENT);
    await tx.$executeRaw`
      INSERT INTO "DiscoveredPlace" ("chainId", "protocol", "account", "market", "blockNumber")
      SELECT ${chain}::int, ${protocol}, p.account, p.market, p.block
      FROM unnest(${batch.map(({ account }) => account)}::text[], ${batch.map(({ market }) => market ?? NONE)}::text[], ${batch.map(({ blockNumber }) => blockNumber)}::bigint[]) AS p(account, market, block)
      ON CONFLICT ("chainId", "protocol", "account", "market") DO UPDATE SET "blockNumber" = excluded."blockNumber" WHERE "DiscoveredPlace"."blockNumber" > excluded."blockNumber"`;
  }
}

async function writeMarkets(tx: Transaction, chain: ChainId, protocol: DiscoverableProtocol, markets: readonly FoundMarket[]): Promise<void> {
  const rows = lowestOf(markets, ({ market }) => market);
  if (rows.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "DiscoveredMarket" ("chainId", "protocol", "market", "blockNumber")
    SELECT ${chain}::int, ${protocol}, m.market, m.block FROM unnest(${rows.map(({ market }) => market)}::text[], ${rows.map(({ blockNumber }) => blockNumber)}::bigint[]) AS m(market, block)
    ON CONFLICT ("chainId", "protocol", "market") DO UPDATE SET "blockNumber" = excluded."blockNumber" WHERE "DiscoveredMarket"."blockNumber" > excluded."blockNumber"`;
}

/** One entry a key, the one of the lowest block: an INSERT cannot touch the same row twice. */
function lowestOf<E extends { readonly blockNumber: bigint }>(entries: readonly E[], keyOf: (entry: E) => string): readonly E[] {
  const lowest = new Map<string, E>();
  for (const entry of entries) {
    const known = lowest.get(keyOf(entry));
    if (known === undefined || entry.blockNumber < known.blockNumber) lowest.set(keyOf(entry), entry);
  }
  return [...lowest.values()];
}

function cursorFrom(row: Prisma.DiscoveryCursorGetPayload<object>): DiscoveryCursor {
  const where = `DiscoveryCursor ${row.chainId} ${row.protocol}`;
  return {
    version: row.version, source: row.source, from: row.fromBlock, head: row.headBlock, problem: row.problem,
    scanned: fromJson(blockRanges, row.scanned, `${where} scanned`),
    hashes: fromJson(knownBlocks, row.hashes, `${where} hashes`),
  };
}

const placeFrom = ({ account, market, blockNumber }: Prisma.DiscoveredPlaceGetPayload<object>): FoundPlace => ({ account: account as Address, market: market === NONE ? null : (market as Hash32), blockNumber });

function protocolFrom(text: string): DiscoverableProtocol {
  const protocol = PROTOCOLS.find((one) => one === text);
  if (protocol === undefined) throw new UnreadableValue('DiscoveryCursor.protocol', JSON.stringify(text), PROTOCOLS.join(', '));
  return protocol;
}
