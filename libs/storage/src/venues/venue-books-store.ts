import { z } from 'zod';
import type { ContractsE18 } from '@ballast/units';
import type { InstrumentId, VenueAccountId, VenueFill } from '@ballast/positions';
import type { BooksChange, Differences, Notice, VenueBooks, VenueLease, VenueLedger } from '@ballast/policy';
import { venueCursor } from '@ballast/venue-wire';
import { toDecimal, whole } from '../amount.js';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import { BooksMoved } from '../errors.js';
import { fromJson, toJson } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { enterGate } from '../switches/signing-gate.js';
import { quoteColumns } from './order-rows.js';
import { requireVenueLease } from './sending-facts.js';
import { lockAccount } from './venue-locks.js';

type Counted = Pick<VenueLedger, 'countedFills' | 'countedPayments'>;

/** What is known of accounts by our own books: every fill and payment that was counted, what they come to, and how far the venue's lists were read. */
export class VenueBooksStore {
  constructor(private readonly database: Database) {}

  /**
   * The books of an account; without cursors before `write`. Of what was counted the ids of the last day: those whose time at the venue is at most 24 hours before the newest (or before the cursor, where that names a time and is
   * earlier), and those counted at most 24 hours before the newest that was counted. Pages of a venue overlap by far less; `counted` answers exactly, for any ids.
   */
  async read(account: VenueAccountId): Promise<VenueBooks> {
    const client = clientOf(this.database);
    const [row, holdings] = await Promise.all([
      client.venueAccount.findUnique({ where: { id: account }, select: { fillsCursor: true, fundingCursor: true, differences: true } }),
      client.venueHolding.findMany({ where: { account } }),
    ]);
    const cursors = row === null || row.fillsCursor === null || row.fundingCursor === null ? null
      : { fills: fromJson(venueCursor, row.fillsCursor, `VenueAccount ${account} fillsCursor`), funding: fromJson(venueCursor, row.fundingCursor, `VenueAccount ${account} fundingCursor`) };
    const from = (cursor: NonNullable<VenueBooks['cursors']>['fills'] | undefined): Date | null => (cursor?.kind === 'since' ? new Date(cursor.at) : null);
    const [fills, payments] = await Promise.all([
      client.$queryRaw<{ id: string }[]>`
        SELECT f."fillId" AS "id" FROM "VenueFill" f, (SELECT max("at") AS "at", max("countedAt") AS "countedAt" FROM "VenueFill" WHERE "account" = ${account}) newest
        WHERE f."account" = ${account} AND (f."at" >= LEAST(newest."at", ${from(cursors?.fills)}::timestamptz) - interval '24 hours' OR f."countedAt" >= newest."countedAt" - interval '24 hours')`,
      client.$queryRaw<{ id: string }[]>`
        SELECT p."paymentId" AS "id" FROM "VenueFundingPayment" p, (SELECT max("at") AS "at", max("countedAt") AS "countedAt" FROM "VenueFundingPayment" WHERE "account" = ${account}) newest
        WHERE p."account" = ${account} AND (p."at" >= LEAST(newest."at", ${from(cursors?.funding)}::timestamptz) - interval '24 hours' OR p."countedAt" >= newest."countedAt" - interval '24 hours')`,
    ]);
    const held = new Map(holdings.map(({ instrument, contracts }) => [instrument as InstrumentId, whole<ContractsE18>(contracts)]));
    return { ledger: { held, countedFills: new Set(fills.map(({ id }) => id)), countedPayments: new Set(payments.map(({ id }) => id)) }, cursors, differences: differencesFrom(account, row?.differences ?? {}) };
  }

  /** Which of these were counted already. */
  async counted(account: VenueAccountId, fillIds: readonly string[], paymentIds: readonly string[]): Promise<Counted> {
    return countedOf(clientOf(this.database), account, fillIds, paymentIds);
  }

  /**
   * Writes what one look found: the fills and payments, each once by its id, what is held after them, and the cursors. A fill belongs to the order of ours whose id it carries, where that is an order of this very account and
   * instrument. With a lease, only while it is in force.
   * @throws NotStored; LeaseLost; BooksMoved where one of them is counted already: then `held` was worked out from it twice
   */
  async write(account: VenueAccountId, { held, fills, payments, cursors, differences }: BooksChange, notices: readonly Notice[], lease?: VenueLease): Promise<void> {
    await inTransaction(this.database, async (tx) => {
      if (lease !== undefined) await enterGate(tx);
      const { environment, owner } = await lockAccount(tx, account);
      if (lease !== undefined) await requireVenueLease(tx, account, lease);
      const before = await countedOf(tx, account, fills.map(({ fillId }) => fillId), payments.map(({ paymentId }) => paymentId));
      if (before.countedFills.size + before.countedPayments.size > 0) throw new BooksMoved(account, [...before.countedFills, ...before.countedPayments]);
      const ours = await ordersOf(tx, account, fills);
      await tx.venueFill.createMany({
        data: firstOfEach(fills, ({ fillId }) => fillId).map((fill) => {
          const { unit, value } = quoteColumns(fill.price);
          const clientId = fill.clientId.kind === 'ours' ? fill.clientId.id : null;
          const orderId = clientId !== null && fill.cause === 'order' && ours.get(clientId) === fill.instrument ? clientId : null;
          return {
            account: fill.account, fillId: fill.fillId, environment, instrument: fill.instrument, venueOrderId: fill.venueOrderId, clientId, orderId, cause: fill.cause, side: fill.side, contracts: toDecimal(fill.contracts), priceUnit: unit, price: value,
            fee: toDecimal(fill.fee), at: new Date(fill.at),
          };
        }),
      });
      await tx.venueFundingPayment.createMany({ data: firstOfEach(payments, ({ paymentId }) => paymentId).map((payment) => ({ account: payment.account, paymentId: payment.paymentId, environment, instrument: payment.instrument, amount: toDecimal(payment.amount), at: new Date(payment.at) })) });
      await tx.venueHolding.deleteMany({ where: { account } });
      await tx.venueHolding.createMany({ data: [...held].filter(([, contracts]) => contracts !== 0n).map(([instrument, contracts]) => ({ account, instrument, environment, contracts: toDecimal(contracts) })) });
      await tx.venueAccount.update({
        where: { id: account }, data: { fillsCursor: toJson(cursors.fills, 'VenueAccount.fillsCursor'), fundingCursor: toJson(cursors.funding, 'VenueAccount.fundingCursor'), differences: toJson(Object.fromEntries(differences), 'VenueAccount.differences') },
      });
      await writeNotices(tx, notices);
      if (fills.length + payments.length > 0) await announce(tx, [{ type: 'hedge', account: owner }]);
    });
  }
}

async function countedOf(tx: Transaction, account: VenueAccountId, fillIds: readonly string[], paymentIds: readonly string[]): Promise<Counted> {
  const fills = fillIds.length === 0 ? [] : await tx.venueFill.findMany({ where: { account, fillId: { in: [...fillIds] } }, select: { fillId: true } });
  const payments = paymentIds.length === 0 ? [] : await tx.venueFundingPayment.findMany({ where: { account, paymentId: { in: [...paymentIds] } }, select: { paymentId: true } });
  return { countedFills: new Set(fills.map(({ fillId }) => fillId)), countedPayments: new Set(payments.map(({ paymentId }) => paymentId)) };
}

/** Orders of ours that the fills name, with their instruments; those of another account are not among them. */
async function ordersOf(tx: Transaction, account: VenueAccountId, fills: readonly VenueFill[]): Promise<ReadonlyMap<string, string>> {
  const named = fills.flatMap(({ clientId }) => (clientId.kind === 'ours' ? [clientId.id] : []));
  const rows = named.length === 0 ? [] : await tx.venueOrder.findMany({ where: { account, clientId: { in: named } }, select: { clientId: true, instrument: true } });
  return new Map(rows.map(({ clientId, instrument }) => [clientId, instrument]));
}

const sinceByInstrument = z.record(z.string(), z.number());
const differencesFrom = (account: VenueAccountId, stored: unknown): Differences => new Map(Object.entries(fromJson(sinceByInstrument, stored, `VenueAccount ${account} differences`)).map(([instrument, since]) => [instrument as InstrumentId, since]));

const firstOfEach = <T>(all: readonly T[], key: (one: T) => string): readonly T[] => [...new Map([...all].reverse().map((one) => [key(one), one])).values()].reverse();
