import type { Address, ChainId, ContractsE18, SettlementE18 } from '@ballast/units';
import type { AccountDecision, HedgeDecision, MarginMove, SentOrder, VenueOwner } from '@ballast/policy';
import { currencyOf, type ClientOrderId, type InstrumentId, type Settlement, type Underlying, type VenueAccountId, type VenueEnvironment, type VenueFill } from '@ballast/positions';
import { settlement as settlementShape } from '@ballast/venue-wire';
import { clientOf, type Database } from '../database.js';
import type { Prisma } from '../generated/prisma/client.js';
import { fromJson } from '../json/encode.js';
import { accountDecision, hedgeDecision } from '../json/hedge-shape.js';
import { fillFromRow, moveFromRow, orderParts, orderRecordFromRow, type VenueOrderRecord } from './order-rows.js';
import { sentOrders, type SentFor } from './sent-orders.js';

/** A decision as stored: one to act, or a run of equal ones not to act. */
export interface VenueDecisionRecord extends VenueOwner {
  readonly id: string;
  readonly environment: VenueEnvironment;
  readonly about: { readonly kind: 'hedge'; readonly planId: string; readonly underlying: Underlying; readonly decision: HedgeDecision } | { readonly kind: 'account'; readonly account: VenueAccountId; readonly decision: AccountDecision };
  readonly version: number;
  /** Of the run's first and last look, by the wall clock of who decided. */
  readonly at: Date;
  readonly lastAt: Date;
  readonly looks: number;
  readonly createdAt: Date;
}

/** What hedging in one account cost, in units of what it settles in. */
export interface VenueCosts {
  readonly account: VenueAccountId;
  /** Null where the account was never read. */
  readonly settlement: Settlement | null;
  /** Above zero paid. */
  readonly fees: SettlementE18;
  /** Above zero received. */
  readonly funding: SettlementE18;
}

/** Whose orders or decisions. */
/** Refusals beyond these change no wait. */
const MOVES_LOOKED_AT = 20;

export type VenueRecordsOf = { readonly planId: string } | { readonly account: VenueAccountId } | (VenueOwner & { readonly environment: VenueEnvironment });

/** Decisions, orders, fills and costs of venues with their whole record: for pages, and for what a decision rests on. */
export class VenueJournalReader {
  constructor(private readonly database: Database) {}

  /** Contracts of each instrument that orders of the plan bought in the account, less what they sold, by what of them is known to be filled. */
  async bought(planId: string, account: VenueAccountId): Promise<ReadonlyMap<InstrumentId, ContractsE18>> {
    const rows = await clientOf(this.database).venueOrder.groupBy({ by: ['instrument', 'side'], where: { planId, account }, _sum: { filled: true } });
    const net = new Map<InstrumentId, ContractsE18>();
    for (const { instrument, side, _sum: { filled } } of rows) {
      const contracts = filled === null ? 0n : BigInt(filled.toFixed(0));
      net.set(instrument as InstrumentId, ((net.get(instrument as InstrumentId) ?? 0n) + (side === 'buy' ? contracts : -contracts)) as ContractsE18);
    }
    return net;
  }

  /** Newest first. Of an account those about the account itself. */
  async decisions(of: VenueRecordsOf, limit: number): Promise<readonly VenueDecisionRecord[]> {
    const rows = await clientOf(this.database).venueDecision.findMany({ where: whereOf(of), orderBy: [{ lastAt: 'desc' }, { createdAt: 'desc' }], take: limit });
    return rows.map(decisionFromRow);
  }

  /** A page of all decisions of one owner, in both environments, newest first. `cursor`: what the page before gave as `next`; one that is none begins anew. */
  async page({ chainId, owner }: VenueOwner, cursor: string | null, limit: number): Promise<{ readonly records: readonly VenueDecisionRecord[]; readonly next: string | null }> {
    const [, at, after] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor ?? '') ?? [];
    const before = at === undefined || after === undefined ? {} : { OR: [{ lastAt: { lt: new Date(Number(at)) } }, { lastAt: new Date(Number(at)), id: { lt: after } }] };
    const rows = await clientOf(this.database).venueDecision.findMany({ where: { chainId, owner, ...before }, orderBy: [{ lastAt: 'desc' }, { id: 'desc' }], take: limit + 1 });
    const records = rows.slice(0, limit).map(decisionFromRow);
    const last = records.at(-1);
    return { records, next: rows.length > limit && last !== undefined ? `${last.lastAt.getTime()}.${last.id}` : null };
  }

  /** Orders of these decisions, oldest first. */
  async ordersOf(decisionIds: readonly string[]): Promise<readonly VenueOrderRecord[]> {
    const rows = await clientOf(this.database).venueOrder.findMany({ where: { decisionId: { in: [...decisionIds] } }, include: orderParts, orderBy: [{ createdAt: 'asc' }, { clientId: 'asc' }] });
    return rows.map(orderRecordFromRow);
  }

  /** Moves of margin of these decisions with the currency of their account, oldest first. */
  async movesOf(decisionIds: readonly string[]): Promise<readonly { readonly decisionId: string; readonly move: MarginMove; readonly currency: string; readonly createdAt: Date }[]> {
    const rows = await clientOf(this.database).venueMarginMove.findMany({ where: { decisionId: { in: [...decisionIds] } }, include: { holder: { select: { reading: true } } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
    return rows.map((row) => {
      const told = (row.holder.reading as { settlement?: unknown } | null)?.settlement;
      const settlement = told === undefined ? null : fromJson(settlementShape, told, `VenueAccount ${row.account} settlement`);
      return { decisionId: row.decisionId, move: moveFromRow(row), currency: settlement === null ? '' : currencyOf(settlement), createdAt: row.createdAt };
    });
  }

  /** How many of the account's last moves of margin the venue did not take, in a row, and when the last of them was sent, in milliseconds; at most as many as are looked at. */
  async refusedMoves(account: VenueAccountId): Promise<{ readonly times: number; readonly lastAt: number }> {
    const rows = await clientOf(this.database).venueMarginMove.findMany({ where: { account, state: { in: ['DONE', 'REJECTED'] } }, select: { state: true, sentAt: true, createdAt: true }, orderBy: { createdAt: 'desc' }, take: MOVES_LOOKED_AT });
    const done = rows.findIndex(({ state }) => state === 'DONE');
    const last = rows[0];
    return last === undefined || done === 0 ? { times: 0, lastAt: 0 } : { times: done < 0 ? rows.length : done, lastAt: (last.sentAt ?? last.createdAt).getTime() };
  }

  async decision(id: string): Promise<VenueDecisionRecord | null> {
    const row = await clientOf(this.database).venueDecision.findUnique({ where: { id } });
    return row === null ? null : decisionFromRow(row);
  }

  /** Newest first. */
  async orders(of: VenueRecordsOf, limit: number): Promise<readonly VenueOrderRecord[]> {
    return this.find(whereOf(of), limit);
  }

  async order(id: ClientOrderId): Promise<VenueOrderRecord | null> {
    return (await this.find({ clientId: id }, 1))[0] ?? null;
  }

  /** What of the order the venue says was executed, oldest first. */
  async fillsOf(id: ClientOrderId): Promise<readonly VenueFill[]> {
    const rows = await clientOf(this.database).venueFill.findMany({ where: { orderId: id }, orderBy: [{ at: 'asc' }, { fillId: 'asc' }] });
    return rows.map(fillFromRow);
  }

  /** Orders of a plan, or those that protect a guarded account, that were sent in the last so many milliseconds by the database's clock, oldest first; `at` is when they were sent last by the wall clock of who sent them. For `HedgeLedger.orders`. */
  async sentLately(of: SentFor, withinMs: number): Promise<readonly SentOrder[]> {
    return (await sentOrders(clientOf(this.database), of, withinMs)).map(({ order }) => order);
  }

  /** The plan's order of which something was filled that was sent the last; null before the first. For `HedgeLedger.lastTrade`. */
  async lastTraded(planId: string): Promise<VenueOrderRecord | null> {
    const row = await clientOf(this.database).venueOrder.findFirst({ where: { planId, filled: { gt: 0 } }, orderBy: { sentOn: 'desc' }, include: orderParts });
    return row === null ? null : orderRecordFromRow(row);
  }

  /**
   * Fees and funding since then by the venues' clocks, of one plan or of all accounts of one owner, by account. Fees of a plan are those of its orders, in whatever account; its funding is that of the instruments of its legs
   * while its version of the time had them: meanwhile the account belongs to the hedge alone. Premiums are not among them.
   */
  async costs(of: { readonly planId: string } | (VenueOwner & { readonly environment: VenueEnvironment }), since: Date): Promise<readonly VenueCosts[]> {
    const client = clientOf(this.database);
    const rows = 'planId' in of
      ? await client.$queryRaw<CostRow[]>`
        SELECT c."account", a."reading"->'settlement' AS "settlement", sum(c."fees")::text AS "fees", sum(c."funding")::text AS "funding" FROM (
          SELECT f."account", f."fee" AS "fees", 0 AS "funding" FROM "VenueFill" f JOIN "VenueOrder" o ON o."clientId" = f."orderId" WHERE o."planId" = ${of.planId} AND f."at" >= ${since}
          UNION ALL
          SELECT p."account", 0, p."amount" FROM "VenueFundingPayment" p
          WHERE p."at" >= GREATEST(${since}::timestamptz, (SELECT "createdAt" FROM "HedgePlan" WHERE "id" = ${of.planId}))
            AND EXISTS (
              SELECT 1 FROM "HedgePlanLeg" l WHERE l."planId" = ${of.planId} AND l."account" = p."account" AND l."instrument" = p."instrument"
                AND l."version" = (SELECT max(v."version") FROM "HedgePlanVersion" v WHERE v."planId" = ${of.planId} AND v."createdAt" <= p."at"))
        ) c JOIN "VenueAccount" a ON a."id" = c."account" GROUP BY c."account", a."reading"->'settlement' ORDER BY c."account"`
      : await client.$queryRaw<CostRow[]>`
        SELECT a."id" AS "account", a."reading"->'settlement' AS "settlement",
          (SELECT coalesce(sum("fee"), 0)::text FROM "VenueFill" WHERE "account" = a."id" AND "at" >= ${since}) AS "fees",
          (SELECT coalesce(sum("amount"), 0)::text FROM "VenueFundingPayment" WHERE "account" = a."id" AND "at" >= ${since}) AS "funding"
        FROM "VenueAccount" a WHERE a."environment" = ${of.environment} AND a."chainId" = ${Number(of.chainId)} AND a."owner" = ${of.owner} ORDER BY a."id"`;
    return rows.map(({ account, settlement, fees, funding }) => ({
      account: account as VenueAccountId, settlement: settlement === null ? null : fromJson(settlementShape, settlement, `VenueAccount ${account} settlement`), fees: BigInt(fees) as SettlementE18, funding: BigInt(funding) as SettlementE18,
    }));
  }

  private async find(where: Prisma.VenueOrderWhereInput, limit: number): Promise<readonly VenueOrderRecord[]> {
    const rows = await clientOf(this.database).venueOrder.findMany({ where, include: orderParts, orderBy: [{ createdAt: 'desc' }, { clientId: 'desc' }], take: limit });
    return rows.map(orderRecordFromRow);
  }
}

function whereOf(of: VenueRecordsOf) {
  if ('planId' in of) return { planId: of.planId };
  return 'account' in of ? { account: of.account } : { environment: of.environment, chainId: of.chainId, owner: of.owner };
}

interface CostRow {
  readonly account: string;
  readonly settlement: unknown;
  readonly fees: string;
  readonly funding: string;
}

function decisionFromRow(row: Prisma.VenueDecisionGetPayload<object>): VenueDecisionRecord {
  const where = `VenueDecision ${row.id} detail`;
  const about: VenueDecisionRecord['about'] = row.account !== null
    ? { kind: 'account', account: row.account as VenueAccountId, decision: fromJson(accountDecision, row.detail, where) }
    : { kind: 'hedge', planId: row.planId ?? '', underlying: row.underlying as Underlying, decision: fromJson(hedgeDecision, row.detail, where) };
  return { id: row.id, environment: row.environment as VenueEnvironment, chainId: row.chainId as ChainId, owner: row.owner as Address, about, version: row.version, at: row.at, lastAt: row.lastAt, looks: row.looks, createdAt: row.createdAt };
}
