import { ACTION_KINDS, MANDATE_ACTIONS, type MandatePlace } from '@ballast/policy';
import type { LendingPosition, LendingProtocol, PositionId } from '@ballast/positions';
import { address, type Address, type ChainId } from '@ballast/units';
import { clientOf, type Database } from '../database.js';
import { fromJson } from '../json/encode.js';
import { mandatePlace } from '../json/mandate-place.js';
import { lendingPosition } from '../json/position-shape.js';
import { riskReport } from '../json/report-shape.js';

/** One pair of tokens of which sales are signed, and a loan that holds it. */
export interface PairPlace {
  readonly positionId: PositionId;
  readonly protocol: LendingProtocol;
  readonly collateral: Address;
  readonly debt: Address;
  readonly place: MandatePlace;
  readonly keepers: Address;
}

/** The same with what was read of the loan last. */
export interface SoldPair extends PairPlace {
  readonly position: LendingPosition;
  readonly hourlyVolatility: number;
}

/** An action that ended: `failure` null where it did what it was for. */
export interface EndedIntent {
  readonly protocol: LendingProtocol;
  readonly failure: string | null;
  readonly closedAt: Date;
}

/** What breakers look at in the database. */
export class BreakerFactsReader {
  constructor(private readonly database: Database) {}

  /** Every pair at every market of which a mandate in force lets Ballast sell collateral, once each: with the loan that was read last of those that hold both tokens. Looks through all mandates. */
  async soldPairs(chain: ChainId): Promise<readonly PairPlace[]> {
    const rows = await clientOf(this.database).$queryRaw<{ id: PositionId; protocol: string; collateral: string; debt: string; keepers: string; place: unknown }[]>`
      SELECT DISTINCT ON (o."protocol", m."collateral", m."debt", m."keepers", m."place") o."id", o."protocol", m."collateral", m."debt", m."keepers", m."place"
      FROM "Mandate" m JOIN "Position" o ON o."id" = m."positionId"
      WHERE m."chainId" = ${chain} AND m."status" = 'active' AND (m."actions" & ${MANDATE_ACTIONS.FILL}::int) <> 0
      ORDER BY o."protocol", m."collateral", m."debt", m."keepers", m."place",
        o."snapshot" @> jsonb_build_object(
          'collaterals', jsonb_build_array(jsonb_build_object('asset', jsonb_build_object('address', m."collateral"))),
          'debts', jsonb_build_array(jsonb_build_object('asset', jsonb_build_object('address', m."debt")))) DESC,
        o."blockNumber" DESC`;
    return rows.map((row) => ({
      positionId: row.id, protocol: row.protocol as LendingProtocol, collateral: address(row.collateral), debt: address(row.debt), keepers: address(row.keepers), place: fromJson(mandatePlace, row.place, 'Mandate place'),
    }));
  }

  /** The pairs with their loans as they are stored now; without those whose loan is gone. */
  async withLoans(pairs: readonly PairPlace[]): Promise<readonly SoldPair[]> {
    const rows = await clientOf(this.database).position.findMany({ where: { id: { in: [...new Set(pairs.map(({ positionId }) => positionId))] } }, select: { id: true, snapshot: true, report: true } });
    return pairs.flatMap((pair) => {
      const row = rows.find(({ id }) => id === pair.positionId);
      if (row === undefined) return [];
      const position = fromJson(lendingPosition, row.snapshot, `Position ${row.id} snapshot`);
      return [{ ...pair, position, hourlyVolatility: fromJson(riskReport, row.report, `Position ${row.id} report`).volatility.hourly }];
    });
  }

  /** Actions of the chain that ended since then, after something of theirs was sent. */
  async endedSince(chain: ChainId, since: Date): Promise<readonly EndedIntent[]> {
    const rows = await clientOf(this.database).$queryRaw<{ protocol: string; state: string; failureCode: string | null; closedAt: Date }[]>`
      SELECT p."protocol", i."state", i."failureCode", i."closedAt" FROM "Intent" i JOIN "Position" p ON p."id" = i."positionId"
      WHERE i."chainId" = ${chain} AND i."closedAt" >= ${since} AND i."kind" = ANY(${[...ACTION_KINDS]}::text[]) AND i."state" IN ('DONE', 'REVERTED', 'EXPIRED', 'REPLACED')`;
    return rows.map((row) => ({ protocol: row.protocol as LendingProtocol, failure: row.state === 'DONE' ? null : (row.failureCode ?? `ended-${row.state.toLowerCase()}`), closedAt: row.closedAt }));
  }

  /** Wei that each lane paid for gas of what ended since then or is being confirmed now. */
  async spentSince(chain: ChainId, since: Date): Promise<ReadonlyMap<Address, bigint>> {
    const rows = await clientOf(this.database).$queryRaw<{ lane: string; wei: string }[]>`
      SELECT t."lane", sum((i."receipt"->>'gasUsed')::numeric * (i."receipt"->>'effectiveGasPrice')::numeric)::text AS wei
      FROM "Intent" i JOIN "IntentTransaction" t ON t."hash" = i."receipt"->>'transactionHash'
      WHERE i."chainId" = ${chain} AND i."receipt" IS NOT NULL AND (i."open" OR i."closedAt" >= ${since})
      GROUP BY t."lane"`;
    return new Map(rows.map(({ lane, wei }) => [address(lane), BigInt(wei)]));
  }
}
