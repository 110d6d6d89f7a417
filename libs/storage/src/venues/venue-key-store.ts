import type { Address, ChainId, ContractsE18 } from '@ballast/units';
import { alarmSubjects, type Notice, type VenueIntentState, type VenueKeyRecord, type VenueOwner } from '@ballast/policy';
import type { DerivativesVenue, InstrumentId, VenueAccountId, VenueEnvironment, VenuePlace } from '@ballast/positions';
import { derivativeAccount, keyLimits } from '@ballast/venue-wire';
import { forgetAlarms } from '../alarms/alarm-book.js';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import { NotStored } from '../errors.js';
import { Prisma } from '../generated/prisma/client.js';
import { fromJson, storableText, toJson } from '../json/encode.js';
import { keyStanding } from '../json/hedge-shape.js';
import { writeNotices } from '../notices.js';
import { closeGate } from '../switches/signing-gate.js';
import { plansOn } from './plans-on.js';

/** Which key: names are given once for each venue and environment. */
export type VenueKeyName = VenuePlace & Pick<VenueKeyRecord, 'name'>;

/** A key with its times. `sealed` is '' once it has ended. */
export interface StoredVenueKey extends VenueKeyRecord {
  readonly createdAt: Date;
  /** When its owner accepted what it may lose; null before, and nothing is traded with it then. */
  readonly acceptedAt: Date | null;
  readonly endedAt: Date | null;
}

/** What ended with a key. */
export interface KeyEnd {
  /** Plans that were active. A leg at another venue is ended with its plan. */
  readonly plans: readonly string[];
  /** Accounts that were guarded. */
  readonly accounts: readonly string[];
  /** Orders and moves that were planned and never sent. */
  readonly dropped: number;
  /** What the key's accounts and the ended plans held when they were read last, in milliseconds of our wall clock: nobody looks after it any more. */
  readonly left: readonly { readonly account: VenueAccountId; readonly instrument: InstrumentId; readonly contracts: ContractsE18; readonly readAt: number }[];
}

/** Trading keys of derivatives venues, sealed. */
export class VenueKeyStore {
  constructor(private readonly database: Database) {}

  /** Stores a new key; `new` until the venue was asked. False, and nothing is stored, where the name is taken. */
  async add(key: Omit<VenueKeyRecord, 'state'>): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const standing: VenueKeyRecord['state'] = { kind: 'new' };
      const { count } = await tx.venueKey.createMany({
        data: {
          environment: key.environment, venue: key.venue, name: key.name, chainId: key.chainId, owner: key.owner, label: storableText(key.label), sealed: key.sealed, limits: toJson(key.limits, 'VenueKey.limits'), state: standing.kind, standing: toJson(standing, 'VenueKey.standing'),
        },
        skipDuplicates: true,
      });
      if (count > 0) await announce(tx, [{ type: 'hedge', account: key.owner }]);
      return count > 0;
    });
  }

  async get(key: VenueKeyName): Promise<StoredVenueKey | null> {
    const row = await clientOf(this.database).venueKey.findUnique({ where: { environment_venue_name: nameOf(key) } });
    return row === null ? null : keyFromRow(row);
  }

  /** Those of the chain's owners that have not ended, oldest first. */
  async ofChain(chain: ChainId): Promise<readonly StoredVenueKey[]> {
    return this.find({ chainId: chain, state: { not: 'ended' } });
  }

  /** All that the owner ever stored on this chain, oldest first. */
  async ofOwner(chain: ChainId, owner: Address): Promise<readonly StoredVenueKey[]> {
    return this.find({ chainId: chain, owner });
  }

  /** What the venue said of the key. False, and nothing is written, where it has ended. @throws NotStored */
  async setState(key: VenueKeyName, state: Exclude<VenueKeyRecord['state'], { kind: 'ended' }>, notices: readonly Notice[]): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const row = await requireKey(tx, key);
      const { count } = await tx.venueKey.updateMany({ where: { ...nameOf(key), state: { not: 'ended' } }, data: { state: state.kind, standing: toJson(state, 'VenueKey.standing') } });
      if (count === 0) return false;
      await writeNotices(tx, notices);
      await announce(tx, [{ type: 'hedge', account: row.owner }]);
      return true;
    });
  }

  /** Its owner has read these words of what it may lose. False, and nothing is written, where the venue did not take the key. @throws NotStored where the owner has no such key */
  async accept(key: VenueKeyName, of: VenueOwner, words: string): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const row = await requireKey(tx, key);
      if (row.owner !== of.owner || row.chainId !== of.chainId) throw new NotStored('venue key', `${key.environment}:${key.venue}:${key.name}`);
      const { count } = await tx.venueKey.updateMany({ where: { ...nameOf(key), state: 'connected' }, data: { acceptedAt: new Date(), accepted: storableText(words) } });
      if (count > 0) await announce(tx, [{ type: 'hedge', account: row.owner }]);
      return count > 0;
    });
  }

  /**
   * Ends a key for good: what was sealed is erased, its accounts are guarded no more, every plan that it carries ends, and what was planned and never sent is dropped. It waits for what is being sent; afterwards nothing is
   * sent with it. Orders that the venue may have stay as they are: nobody can ask for them any more. Null, and nothing is written, where it has ended already. @throws NotStored
   */
  async end(key: VenueKeyName, why: string, told: (end: KeyEnd) => readonly Notice[]): Promise<KeyEnd | null> {
    return inTransaction(this.database, async (tx) => {
      await closeGate(tx);
      const { owner, chainId } = await requireKey(tx, key);
      const standing: VenueKeyRecord['state'] = { kind: 'ended' };
      const { count } = await tx.venueKey.updateMany({ where: { ...nameOf(key), state: { not: 'ended' } }, data: { sealed: '', state: standing.kind, standing: toJson(standing, 'VenueKey.standing'), endedAt: new Date() } });
      if (count === 0) return null;
      const end = await endWhatItCarries(tx, key, why);
      await forgetWhatItCarried(tx, key, { chainId, account: owner }, end);
      await writeNotices(tx, told(end));
      await announce(tx, [{ type: 'hedge', account: owner }]);
      return end;
    });
  }

  private async find(where: Prisma.VenueKeyWhereInput): Promise<readonly StoredVenueKey[]> {
    const rows = await clientOf(this.database).venueKey.findMany({ where, orderBy: [{ createdAt: 'asc' }, { name: 'asc' }] });
    return rows.map(keyFromRow);
  }
}

const nameOf = ({ environment, venue, name }: VenueKeyName) => ({ environment, venue, name });

async function requireKey(tx: Transaction, key: VenueKeyName): Promise<{ readonly owner: string; readonly chainId: number }> {
  const row = await tx.venueKey.findUnique({ where: { environment_venue_name: nameOf(key) }, select: { owner: true, chainId: true } });
  if (row === null) throw new NotStored('venue key', `${key.environment}:${key.venue}:${key.name}`);
  return row;
}

async function endWhatItCarries(tx: Transaction, { environment, venue, name }: VenueKeyName, why: string): Promise<KeyEnd> {
  const rows = await tx.$queryRaw<{ id: string; guarded: boolean }[]>`
    SELECT "id", "bounds" IS NOT NULL AS "guarded" FROM "VenueAccount" WHERE "environment" = ${environment} AND "venue" = ${venue} AND "keyName" = ${name} ORDER BY "id" FOR NO KEY UPDATE`;
  const accounts = rows.map(({ id }) => id);
  const guarded = rows.filter((row) => row.guarded).map(({ id }) => id);
  await tx.venueAccount.updateMany({ where: { id: { in: guarded } }, data: { bounds: Prisma.DbNull } });
  // A plan that only waited for these accounts to be closed goes on without them.
  const plans = (await plansOn(tx, accounts)).filter(({ leaves }) => !leaves).map(({ id }) => id);
  const left = await leftOpen(tx, accounts, plans);
  await tx.hedgePlanLeg.deleteMany({ where: { leaving: true, account: { in: accounts } } });
  await tx.hedgePlan.updateMany({ where: { id: { in: plans } }, data: { active: false, endedAt: new Date(), endedWhy: storableText(why) } });
  const dropped: VenueIntentState = 'DROPPED';
  const orders = await tx.$executeRaw`
    WITH dropped AS (
      UPDATE "VenueOrder" SET "state" = ${dropped}, "open" = false, "closedAt" = clock_timestamp(), "why" = '{"kind": "dropped", "code": "key-ended"}'::jsonb WHERE "account" = ANY(${accounts}::text[]) AND "state" = 'PLANNED' RETURNING "clientId"
    )
    INSERT INTO "VenueOrderStep" ("clientId", "seq", "from", "event", "to", "at")
    SELECT d."clientId", (SELECT count(*)::int FROM "VenueOrderStep" s WHERE s."clientId" = d."clientId"), 'PLANNED', 'key-ended', ${dropped}, clock_timestamp() FROM dropped d`;
  const moves = await tx.venueMarginMove.updateMany({ where: { account: { in: accounts }, state: 'PLANNED' }, data: { state: dropped, open: false, closedAt: new Date(), why: 'key-ended' } });
  return { plans, accounts: guarded, dropped: orders + moves.count, left };
}

/** Nobody looks at its accounts any more, and its hedges have ended: no alarm about them ends otherwise. */
async function forgetWhatItCarried(tx: Transaction, key: VenueKeyName, of: { readonly chainId: number; readonly account: string }, { plans }: KeyEnd): Promise<void> {
  const { guarded, venue, orders, hedge } = alarmSubjects;
  const accounts = await tx.venueAccount.findMany({ where: { environment: key.environment, venue: key.venue, keyName: key.name }, select: { id: true } });
  const ended = await tx.hedgePlan.findMany({ where: { id: { in: [...plans] } }, select: { underlying: true } });
  await forgetAlarms(tx, of, [...accounts.flatMap(({ id }) => [guarded(id), venue(id)]), ...ended.map(({ underlying }) => hedge(key.environment, underlying))], accounts.map(({ id }) => orders(id, '')));
}

/** Positions that nobody looks after once these accounts' key is gone and these plans have ended: all that the accounts hold, and what the plans hold elsewhere. */
async function leftOpen(tx: Transaction, accounts: readonly string[], plans: readonly string[]): Promise<KeyEnd['left']> {
  const legs = await tx.hedgePlanLeg.findMany({ where: { planId: { in: [...plans] }, account: { notIn: [...accounts] } }, select: { account: true, instrument: true } });
  const rows = await tx.venueAccount.findMany({ where: { id: { in: [...accounts, ...legs.map(({ account }) => account)] } }, select: { id: true, reading: true, readAt: true }, orderBy: { id: 'asc' } });
  return rows.flatMap(({ id, reading, readAt }) => {
    if (reading === null || readAt === null) return [];
    const { positions } = fromJson(derivativeAccount, reading, `VenueAccount ${id} reading`);
    const isOurs = (instrument: string): boolean => accounts.includes(id) || legs.some((leg) => leg.account === id && leg.instrument === instrument);
    return positions.filter(({ contracts, instrument }) => contracts !== 0n && isOurs(instrument)).map(({ instrument, contracts }) => ({ account: id as VenueAccountId, instrument, contracts, readAt: readAt.getTime() }));
  });
}

const keyFromRow = (row: Prisma.VenueKeyGetPayload<object>): StoredVenueKey => ({
  name: row.name, environment: row.environment as VenueEnvironment, venue: row.venue as DerivativesVenue, chainId: row.chainId as ChainId, owner: row.owner as Address, label: row.label, sealed: row.sealed,
  limits: fromJson(keyLimits, row.limits, `VenueKey ${row.name} limits`), state: fromJson(keyStanding, row.standing, `VenueKey ${row.name} standing`), createdAt: row.createdAt, acceptedAt: row.acceptedAt, endedAt: row.endedAt,
});
