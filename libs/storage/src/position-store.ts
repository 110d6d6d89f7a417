import type { Address, ChainId, UsdE8, Wad } from '@ballast/units';
import type { LendingPosition, LendingProtocol, PositionId, PriceTick } from '@ballast/positions';
import type { RiskReport } from '@ballast/risk';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from './database.js';
import type { Prisma } from './generated/prisma/client.js';
import { fromJson, toJsonText } from './json/encode.js';
import { lendingPosition } from './json/position-shape.js';
import { riskReport } from './json/report-shape.js';
import { writeTicks } from './price-history.js';
import { sampleOf, type PositionSample } from './position-sample.js';

/** A position as it was read, and what was made of it. */
export interface AssessedPosition {
  readonly position: LendingPosition;
  readonly report: RiskReport;
}

/** A state older than this by our clock no longer holds back one of a lower block. */
const TRUST_STORED_SECONDS = 60;
/** A statement with more rows gains nothing and holds its JSON in memory. */
const ROWS_A_STATEMENT = 500;

/** The latest state of every position, and the samples its chart draws. */
export class PositionStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores everything read at a block in one transaction: state, report and sample of each position, and the price ticks seen.
   * A position is not moved back to an earlier block, so jobs may end in any order; only a state that nobody renewed for a
   * minute is (a chain that was rolled back or restarted). Returns the ids whose latest state is now the one given.
   */
  async save(assessed: readonly AssessedPosition[], ticks: readonly PriceTick[]): Promise<readonly PositionId[]> {
    const first = assessed[0];
    if (first === undefined) return [];
    // Sorted by id: two writers of the same positions take the row locks in one order.
    const rows = [...new Map(assessed.map((entry) => [entry.position.id, entry])).values()].map(rowOf).sort((a, b) => (a.id < b.id ? -1 : 1));
    return inTransaction(this.database, async (tx) => {
      const saved: { id: string; account: string }[] = [];
      for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
        const batch = rows.slice(start, start + ROWS_A_STATEMENT);
        saved.push(...(await writeStates(tx, batch)));
        await writeSamples(tx, batch);
      }
      await writeTicks(tx, first.position.provenance.chainId, ticks);
      await announce(tx, saved.map(({ id, account }) => ({ type: 'position', positionId: id, account })));
      return saved.map(({ id }) => id as PositionId);
    });
  }

  async latest(id: PositionId): Promise<AssessedPosition | null> {
    const row = await clientOf(this.database).position.findUnique({ where: { id } });
    return row === null ? null : assessedFromRow(row);
  }

  /** The account's positions on all chains. */
  async ofAccount(account: Address): Promise<readonly AssessedPosition[]> {
    const rows = await clientOf(this.database).position.findMany({ where: { account }, orderBy: { id: 'asc' } });
    return rows.map(assessedFromRow);
  }

  /** The others of its account on its chain. */
  async besides({ id, account, provenance: { chainId } }: LendingPosition): Promise<readonly AssessedPosition[]> {
    const rows = await clientOf(this.database).position.findMany({ where: { account, chainId, id: { not: id } }, orderBy: { id: 'asc' } });
    return rows.map(assessedFromRow);
  }

  /** The chain's positions at a protocol as they were last stored, by id, after the given one: a page of them. One that cannot be read is left out. */
  async page(chain: ChainId, protocol: LendingProtocol, after: PositionId | '', size: number): Promise<{ readonly positions: readonly LendingPosition[]; readonly last: PositionId | null }> {
    const rows = await clientOf(this.database).position.findMany({ where: { chainId: chain, protocol, id: { gt: after } }, orderBy: { id: 'asc' }, take: size, select: { id: true, snapshot: true } });
    const positions = rows.flatMap(({ id, snapshot }) => {
      try {
        return [fromJson(lendingPosition, snapshot, `Position ${id} snapshot`)];
      } catch {
        return []; // Another version's: it is read from the chain as one that is new.
      }
    });
    return { positions, last: rows.length < size ? null : ((rows.at(-1)?.id ?? null) as PositionId | null) };
  }

  /**
   * Samples for a chart, oldest first, at most `points` (no fewer than 2) and the first and last among them. Of each stretch of blocks the sample
   * with the lowest health is kept, so thinning never hides a dip.
   */
  async history(id: PositionId, points: number): Promise<readonly PositionSample[]> {
    const inner = Math.max(points - 2, 0);
    const rows = await clientOf(this.database).$queryRaw<SampleRow[]>`
      WITH numbered AS (
        SELECT s.*, row_number() OVER (ORDER BY "blockNumber") AS n, count(*) OVER () AS total FROM "PositionSample" s WHERE "positionId" = ${id}
      ), stretched AS (
        SELECT *, CASE WHEN n = 1 THEN -1 WHEN n = total THEN ${inner}::int ELSE (n - 2) * ${inner}::int / greatest(total - 2, 1) END AS stretch FROM numbered
        WHERE ${inner}::int > 0 OR n = 1 OR n = total
      )
      SELECT * FROM (
        SELECT DISTINCT ON (stretch) "blockNumber", "at", "healthFactor"::text, "priceE8"::text, "liquidationE8"::text, "chance24h", "debtUsdE8"::text, "collateralUsdE8"::text
        FROM stretched ORDER BY stretch, stretched."healthFactor" ASC NULLS LAST, "blockNumber"
      ) kept ORDER BY "blockNumber"`;
    return rows.map((row) => ({
      blockNumber: row.blockNumber,
      at: row.at,
      health: bigintOrNull<Wad>(row.healthFactor),
      priceUsdE8: bigintOrNull<UsdE8>(row.priceE8),
      liquidationUsdE8: bigintOrNull<UsdE8>(row.liquidationE8),
      chance24h: row.chance24h,
      debtUsdE8: BigInt(row.debtUsdE8) as UsdE8,
      collateralUsdE8: BigInt(row.collateralUsdE8) as UsdE8,
    }));
  }
}

type StoredRow = ReturnType<typeof rowOf>;

function rowOf({ position, report }: AssessedPosition) {
  const { chainId, blockNumber, blockTimestamp, observedAt } = position.provenance;
  return {
    id: position.id, chainId, protocol: position.protocol, market: position.market, account: position.account,
    blockNumber, blockTimestamp, observedAt, snapshot: position, report, sample: sampleOf(position, report),
  };
}

async function writeStates(tx: Transaction, rows: readonly StoredRow[]): Promise<readonly { id: string; account: string }[]> {
  const states = toJsonText(rows.map(({ sample: _, ...state }) => state), 'Position');
  return tx.$queryRaw<{ id: string; account: string }[]>`
    INSERT INTO "Position" AS p ("id", "chainId", "protocol", "market", "account", "blockNumber", "blockTimestamp", "observedAt", "snapshot", "report")
    SELECT r->>'id', (r->>'chainId')::int, r->>'protocol', r->>'market', r->>'account', (r->>'blockNumber')::bigint, (r->>'blockTimestamp')::bigint,
      to_timestamp((r->>'observedAt')::double precision / 1000), r->'snapshot', r->'report'
    FROM jsonb_array_elements(${states}::jsonb) AS r
    ON CONFLICT ("id") DO UPDATE SET "market" = excluded."market", "blockNumber" = excluded."blockNumber", "blockTimestamp" = excluded."blockTimestamp",
      "observedAt" = excluded."observedAt", "snapshot" = excluded."snapshot", "report" = excluded."report"
    WHERE p."blockNumber" <= excluded."blockNumber" OR p."observedAt" < excluded."observedAt" - make_interval(secs => ${TRUST_STORED_SECONDS}::double precision)
    RETURNING p."id", p."account"`;
}

/** A sample of an earlier block is history like any other: it is kept even where the latest state stayed. */
async function writeSamples(tx: Transaction, rows: readonly StoredRow[]): Promise<void> {
  const samples = toJsonText(rows.map(({ id, sample }) => ({ id, ...sample })), 'PositionSample');
  await tx.$executeRaw`
    INSERT INTO "PositionSample" ("positionId", "blockNumber", "at", "healthFactor", "priceE8", "liquidationE8", "chance24h", "debtUsdE8", "collateralUsdE8")
    SELECT s->>'id', (s->>'blockNumber')::bigint, (s->>'at')::bigint, (s->>'health')::numeric, (s->>'priceUsdE8')::numeric,
      (s->>'liquidationUsdE8')::numeric, (s->>'chance24h')::double precision, (s->>'debtUsdE8')::numeric, (s->>'collateralUsdE8')::numeric
    FROM jsonb_array_elements(${samples}::jsonb) AS s
    ON CONFLICT ("positionId", "blockNumber") DO UPDATE SET "at" = excluded."at", "healthFactor" = excluded."healthFactor", "priceE8" = excluded."priceE8",
      "liquidationE8" = excluded."liquidationE8", "chance24h" = excluded."chance24h", "debtUsdE8" = excluded."debtUsdE8", "collateralUsdE8" = excluded."collateralUsdE8"`;
}

type PositionRow = Prisma.PositionGetPayload<object>;

function assessedFromRow(row: PositionRow): AssessedPosition {
  return {
    position: fromJson(lendingPosition, row.snapshot, `Position ${row.id} snapshot`),
    report: fromJson(riskReport, row.report, `Position ${row.id} report`),
  };
}

interface SampleRow {
  readonly blockNumber: bigint;
  readonly at: bigint;
  readonly healthFactor: string | null;
  readonly priceE8: string | null;
  readonly liquidationE8: string | null;
  readonly chance24h: number | null;
  readonly debtUsdE8: string;
  readonly collateralUsdE8: string;
}

const bigintOrNull = <Q extends bigint>(text: string | null): Q | null => (text === null ? null : (BigInt(text) as Q));
