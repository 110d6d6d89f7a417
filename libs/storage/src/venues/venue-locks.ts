import type { VenueOwner } from '@ballast/policy';
import type { VenueAccountId, VenueEnvironment } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';
import type { Transaction } from '../database.js';
import { NotStored } from '../errors.js';

/** Of locks by two numbers, which lie apart from those by one: any number that nothing else in this database locks by. */
const OWNERS = 7_236_102;

/** An account's row as whoever locked it knows it. */
export interface LockedAccount extends VenueOwner {
  readonly id: VenueAccountId;
  readonly environment: VenueEnvironment;
  readonly keyEnded: boolean;
  /** Its owner read and accepted what a stolen server could lose. */
  readonly isAccepted: boolean;
  readonly boundsVersion: number;
}

/**
 * Locks the account's row to the end of the transaction. Everything that is stored of an account is stored under it. Whoever also enters or closes the signing gate does so before.
 * @throws NotStored; also where it is another owner's than the given one
 */
export async function lockAccount(tx: Transaction, id: VenueAccountId, of?: VenueOwner): Promise<LockedAccount> {
  // The weaker lock that foreign keys to the row may still pass.
  const [row] = await tx.$queryRaw<(Omit<LockedAccount, 'chainId' | 'owner'> & { chainId: number; owner: string })[]>`
    SELECT a."id", a."environment", a."chainId", a."owner", k."state" = 'ended' AS "keyEnded", k."acceptedAt" IS NOT NULL AS "isAccepted", a."boundsVersion"
    FROM "VenueAccount" a JOIN "VenueKey" k ON k."environment" = a."environment" AND k."venue" = a."venue" AND k."name" = a."keyName"
    WHERE a."id" = ${id} FOR NO KEY UPDATE OF a`;
  if (row === undefined || (of !== undefined && (row.chainId !== Number(of.chainId) || row.owner !== of.owner))) throw new NotStored('venue account', of === undefined ? id : `${id} of ${of.owner} on chain ${of.chainId}`);
  return { ...row, chainId: row.chainId as ChainId, owner: row.owner as Address };
}

/** Locks several accounts, always in the same order. @throws as `lockAccount` */
export async function lockAccounts(tx: Transaction, ids: readonly VenueAccountId[], of: VenueOwner): Promise<void> {
  for (const id of [...new Set(ids)].sort()) await lockAccount(tx, id, of);
}

/** What is counted of one owner, or is his only once, is written by one transaction after the other. Taken after the locks of accounts. */
export async function lockOwner(tx: Transaction, environment: VenueEnvironment, { chainId, owner }: VenueOwner): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(${OWNERS}::int, hashtext(${`${environment}-${chainId}-${owner}`})) IS NULL AS locked`;
}

/** A hedge's plan as whoever locked it knows it. */
export interface LockedPlan extends VenueOwner {
  readonly id: string;
  readonly environment: VenueEnvironment;
  readonly active: boolean;
  readonly version: number;
}

/** Locks the plan's row to the end of the transaction. @throws NotStored; also where it is another owner's or of another environment */
export async function lockPlan(tx: Transaction, id: string, of?: VenueOwner & { readonly environment: VenueEnvironment }): Promise<LockedPlan> {
  const [row] = await tx.$queryRaw<(Omit<LockedPlan, 'chainId' | 'owner'> & { chainId: number; owner: string })[]>`SELECT "id", "environment", "chainId", "owner", "active", "version" FROM "HedgePlan" WHERE "id" = ${id} FOR NO KEY UPDATE`;
  if (row === undefined || (of !== undefined && (row.environment !== of.environment || row.chainId !== Number(of.chainId) || row.owner !== of.owner))) throw new NotStored('hedge plan', of === undefined ? id : `${id} of ${of.owner} on chain ${of.chainId}, ${of.environment}`);
  return { ...row, chainId: row.chainId as ChainId, owner: row.owner as Address };
}
