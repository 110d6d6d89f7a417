import { randomUUID } from 'node:crypto';
import type { Address, ChainId, Hash32 } from '@ballast/units';
import type { PositionId } from '@ballast/positions';
import type { Permit, PermitState } from '@ballast/policy';
import { toDecimal, whole } from './amount.js';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database } from './database.js';
import { NotStored } from './errors.js';
import type { Prisma } from './generated/prisma/client.js';
import { storableText } from './json/encode.js';

/** A permit as its owner handed it in, its signature checked by the caller. */
export type SignedPermit = Omit<Permit, 'id' | 'state'>;

/** A permit with its record. */
export interface PermitRecord extends Permit {
  readonly stateReason: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

/** Permits that owners signed, and what became of them. */
export class PermitStore {
  constructor(private readonly database: Database) {}

  /** Stores a permit to be submitted. Handed in again, it is returned as it is stored. @throws NotStored when its mandate is not */
  async add(permit: SignedPermit): Promise<PermitRecord> {
    return inTransaction(this.database, async (tx) => {
      if ((await tx.mandate.findUnique({ where: { hash: permit.mandateHash }, select: { hash: true } })) === null) throw new NotStored('mandate', permit.mandateHash);
      const key = { chainId: permit.chainId, token: permit.token, owner: permit.owner, spender: permit.spender, nonce: toDecimal(permit.nonce), signature: permit.signature };
      const row = await tx.permit.upsert({
        where: { chainId_token_owner_spender_nonce_signature: key },
        create: { ...key, id: randomUUID(), mandateHash: permit.mandateHash, positionId: permit.positionId, value: toDecimal(permit.value), deadline: permit.deadline, state: 'open' satisfies PermitState },
        update: {},
      });
      await announce(tx, [changeOf(row)]);
      return permitFromRow(row);
    });
  }

  /** Those of the chain that wait to be submitted, oldest first. */
  async open(chain: ChainId): Promise<readonly PermitRecord[]> {
    return this.find({ chainId: chain, state: 'open' });
  }

  async get(id: string): Promise<PermitRecord | null> {
    const row = await clientOf(this.database).permit.findUnique({ where: { id } });
    return row === null ? null : permitFromRow(row);
  }

  /** All that were handed in for the mandate, oldest first. */
  async ofMandate(mandateHash: Hash32): Promise<readonly PermitRecord[]> {
    return this.find({ mandateHash });
  }

  /** All that the owner ever handed in, oldest first. */
  async ofOwner(owner: Address): Promise<readonly PermitRecord[]> {
    return this.find({ owner });
  }

  /** Ends an open permit. Returns false, and writes nothing, when it had ended already. @throws NotStored */
  async settle(id: string, state: Exclude<PermitState, 'open'>, reason: string | null): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const { count } = await tx.permit.updateMany({ where: { id, state: 'open' }, data: { state, stateReason: reason === null ? null : storableText(reason), settledAt: new Date() } });
      const row = await tx.permit.findUnique({ where: { id } });
      if (row === null) throw new NotStored('permit', id);
      if (count === 0) return false;
      await announce(tx, [changeOf(row)]);
      return true;
    });
  }

  private async find(where: Prisma.PermitWhereInput): Promise<readonly PermitRecord[]> {
    const rows = await clientOf(this.database).permit.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
    return rows.map(permitFromRow);
  }
}

type PermitRow = Prisma.PermitGetPayload<object>;

/** Pages show permits with their mandate. */
const changeOf = (row: PermitRow) => ({ type: 'mandate' as const, positionId: row.positionId, account: row.owner });

function permitFromRow(row: PermitRow): PermitRecord {
  return {
    id: row.id,
    chainId: row.chainId as ChainId,
    mandateHash: row.mandateHash as Hash32,
    positionId: row.positionId as PositionId,
    token: row.token as Address,
    owner: row.owner as Address,
    spender: row.spender as Address,
    value: whole(row.value),
    nonce: whole(row.nonce),
    deadline: row.deadline,
    signature: row.signature as `0x${string}`,
    state: row.state as PermitState,
    stateReason: row.stateReason,
    createdAt: row.createdAt,
    settledAt: row.settledAt,
  };
}
