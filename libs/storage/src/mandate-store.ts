import type { Address, Bps, ChainId, Hash32 } from '@ballast/units';
import type { PositionId } from '@ballast/positions';
import type { Mandate, MandateStatus, Notice } from '@ballast/policy';
import { toDecimal, whole } from './amount.js';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from './database.js';
import { NotStored } from './errors.js';
import type { Prisma } from './generated/prisma/client.js';
import { fromJson, storableText, toJson } from './json/encode.js';
import { mandatePlace } from './json/mandate-place.js';
import { writeNotices } from './notices.js';

/** A mandate as an owner handed it in, its signature checked by the caller. */
export type SignedMandate = Omit<Mandate, 'status'> & { readonly positionId: PositionId };

/** A mandate with its record. */
export interface MandateRecord extends Mandate {
  readonly positionId: PositionId;
  readonly statusReason: string | null;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
}

/** The ends a mandate may come to. */
export type MandateEnd = Exclude<MandateStatus, 'signed' | 'active'>;

/** Signed mandates and what became of them. Of a pair (guard, owner, position, collateral, debt) at most one is signed and one active. */
export class MandateStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores a signed mandate. One signed earlier for the same pair and not active yet is superseded by it.
   * Handed in again, it is returned as it is stored.
   */
  async add(mandate: SignedMandate): Promise<MandateRecord> {
    return inTransaction(this.database, async (tx) => {
      await lockPair(tx, mandate);
      const stored = await tx.mandate.findUnique({ where: { hash: mandate.hash } });
      if (stored !== null) return mandateFromRow(stored);
      await tx.mandate.updateMany({ where: { ...pairOf(mandate), status: 'signed' }, data: { status: 'superseded', statusReason: 'the owner signed another one' } });
      const { terms } = mandate;
      const row = await tx.mandate.create({
        data: {
          ...pairOf(mandate),
          hash: mandate.hash,
          place: toJson(mandate.place, 'Mandate.place'),
          actions: terms.actions,
          triggerHf: toDecimal(terms.triggerHf),
          minHf: toDecimal(terms.minHf),
          maxHf: toDecimal(terms.maxHf),
          maxCostBps: Number(terms.maxCostBps),
          fillPerDay: toDecimal(terms.fillPerDay),
          keepers: terms.keepers,
          expiry: terms.expiry,
          prev: terms.prev,
          signature: mandate.signature,
          status: 'signed' satisfies MandateStatus,
        },
      });
      await announce(tx, [changeOf(row)]);
      return mandateFromRow(row);
    });
  }

  /**
   * The chain has it in force. Every other live mandate of the pair is superseded: their `prev` no longer fits.
   * Returns false, and writes nothing, when it is active already.
   * @throws NotStored
   */
  async activate(hash: Hash32, notices: readonly Notice[]): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const row = await lockMandate(tx, hash);
      if (row.status === 'active') return false;
      await tx.mandate.updateMany({
        where: { ...pairOf(mandateFromRow(row)), status: { in: ['signed', 'active'] }, hash: { not: hash } },
        data: { status: 'superseded', statusReason: 'another mandate was put in force' },
      });
      // From any state: the chain decides what is in force, and this tells what it decided.
      await tx.mandate.update({ where: { hash }, data: { status: 'active', statusReason: null, activatedAt: new Date() } });
      await writeNotices(tx, notices);
      await announce(tx, [changeOf(row)]);
      return true;
    });
  }

  /** Ends a signed or active mandate. Returns false, and writes nothing, when it had ended already. @throws NotStored */
  async end(hash: Hash32, end: MandateEnd, reason: string, notices: readonly Notice[]): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const row = await lockMandate(tx, hash);
      if (row.status !== 'signed' && row.status !== 'active') return false;
      await tx.mandate.update({ where: { hash }, data: { status: end, statusReason: storableText(reason) } });
      await writeNotices(tx, notices);
      await announce(tx, [changeOf(row)]);
      return true;
    });
  }

  /** The chain took back the block that had put it in force: it waits again. Returns false, and writes nothing, when it is not active. @throws NotStored */
  async takeBack(hash: Hash32, notices: readonly Notice[]): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const row = await lockMandate(tx, hash);
      if (row.status !== 'active') return false;
      await tx.mandate.update({ where: { hash }, data: { status: 'signed' satisfies MandateStatus, activatedAt: null } });
      await writeNotices(tx, notices);
      await announce(tx, [changeOf(row)]);
      return true;
    });
  }

  async get(hash: Hash32): Promise<MandateRecord | null> {
    const row = await clientOf(this.database).mandate.findUnique({ where: { hash } });
    return row === null ? null : mandateFromRow(row);
  }

  /** All that the owner ever signed, newest first. */
  async ofOwner(owner: Address): Promise<readonly MandateRecord[]> {
    return this.find({ owner });
  }

  /** The position's mandates in these states, newest first; signed and active unless told. */
  async ofPosition(positionId: PositionId, statuses: readonly MandateStatus[] = ['signed', 'active']): Promise<readonly MandateRecord[]> {
    return this.find({ positionId, status: { in: [...statuses] } });
  }

  /** All of a chain in one state: `active` are those in force, `signed` those waiting to be put in force. */
  async inStatus(chain: ChainId, status: MandateStatus): Promise<readonly MandateRecord[]> {
    return this.find({ chainId: chain, status });
  }

  /** Changes whenever a mandate of the chain is signed, put in force or ended: cheap to ask where there are many. */
  async version(chain: ChainId): Promise<string> {
    const rows = await clientOf(this.database).mandate.groupBy({ by: ['status'], where: { chainId: chain }, orderBy: { status: 'asc' }, _count: true, _max: { createdAt: true, activatedAt: true } });
    return rows.map(({ status, _count: count, _max: { createdAt, activatedAt } }) => `${status} ${count} ${createdAt?.getTime() ?? 0} ${activatedAt?.getTime() ?? 0}`).join(', ');
  }

  private async find(where: Prisma.MandateWhereInput): Promise<readonly MandateRecord[]> {
    const rows = await clientOf(this.database).mandate.findMany({ where, orderBy: [{ createdAt: 'desc' }, { hash: 'asc' }] });
    return rows.map(mandateFromRow);
  }
}

type MandateRow = Prisma.MandateGetPayload<object>;

type Paired = Pick<SignedMandate, 'chainId' | 'guard' | 'terms' | 'positionId'>;

const pairOf = ({ chainId, guard, terms, positionId }: Paired) => ({ chainId, guard, owner: terms.owner, positionId, collateral: terms.collateral, debt: terms.debt });

/** One writer a pair at a time; ends with the transaction. */
async function lockPair(tx: Transaction, mandate: Paired): Promise<void> {
  const pair = Object.values(pairOf(mandate)).join(' ');
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`mandate ${pair}`}, 0))`;
}

async function lockMandate(tx: Transaction, hash: Hash32): Promise<MandateRow> {
  const before = await tx.mandate.findUnique({ where: { hash } });
  if (before === null) throw new NotStored('mandate', hash);
  await lockPair(tx, mandateFromRow(before));
  return tx.mandate.findUniqueOrThrow({ where: { hash } });
}

const changeOf = (row: MandateRow) => ({ type: 'mandate' as const, positionId: row.positionId, account: row.owner });

function mandateFromRow(row: MandateRow): MandateRecord {
  return {
    hash: row.hash as Hash32,
    chainId: row.chainId as ChainId,
    guard: row.guard as Address,
    place: fromJson(mandatePlace, row.place, `Mandate ${row.hash} place`),
    terms: {
      owner: row.owner as Address,
      collateral: row.collateral as Address,
      debt: row.debt as Address,
      actions: row.actions,
      triggerHf: whole(row.triggerHf),
      minHf: whole(row.minHf),
      maxHf: whole(row.maxHf),
      maxCostBps: BigInt(row.maxCostBps) as Bps,
      fillPerDay: whole(row.fillPerDay),
      keepers: row.keepers as Address,
      expiry: row.expiry,
      prev: row.prev as Hash32,
    },
    signature: row.signature as `0x${string}`,
    status: row.status as MandateStatus,
    statusReason: row.statusReason,
    positionId: row.positionId as PositionId,
    createdAt: row.createdAt,
    activatedAt: row.activatedAt,
  };
}
