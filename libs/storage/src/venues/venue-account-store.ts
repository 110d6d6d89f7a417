import { InvalidInput, type Address, type ChainId, type Wad } from '@ballast/units';
import { known, partsOfVenueAccount, unknown, type DerivativeAccount, type InstrumentId, type Reading, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import { alarmSubjects, type AccountBounds, type GuardedAccount, type Notice, type VenueOwner } from '@ballast/policy';
import { derivativeAccount } from '@ballast/venue-wire';
import { forgetAlarms } from '../alarms/alarm-book.js';
import { toDecimal, whole } from '../amount.js';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database } from '../database.js';
import { AccountTaken, NotStored } from '../errors.js';
import { Prisma } from '../generated/prisma/client.js';
import { fromJson, storableText, toJson } from '../json/encode.js';
import { accountBounds } from '../json/hedge-shape.js';
import { writeNotices } from '../notices.js';
import { plansOn } from './plans-on.js';
import { lockAccount, lockOwner } from './venue-locks.js';

/** An account at a venue, and what it is there for. */
export interface NewVenueAccount extends VenueOwner {
  readonly id: VenueAccountId;
  readonly keyName: string;
  readonly carriesHedges: boolean;
}

export interface StoredVenueAccount extends NewVenueAccount {
  readonly environment: VenueEnvironment;
  /** Null where it is not guarded. */
  readonly bounds: AccountBounds | null;
  /** As it was read last, known at that time whatever its age; unknown before the first. */
  readonly reading: Reading<DerivativeAccount>;
  /** Since when it cannot be read, by our wall clock in milliseconds, and why the last time; null while it can. */
  readonly unread: { readonly since: number; readonly why: string } | null;
  readonly createdAt: Date;
}

/** Leverage of an instrument as it was read back, by our wall clock in milliseconds. */
export interface LeverageRead {
  readonly wad: Wad;
  readonly at: number;
}

/** What to tell of an account, given since when (in milliseconds) it could not be read. Written in the same transaction. */
export type UnreadTold = (since: number) => readonly Notice[];

const NOTHING: UnreadTold = () => [];

/** Accounts at derivatives venues: what they are for, and how they were read last. */
export class VenueAccountStore {
  constructor(private readonly database: Database) {}

  /** Stores an account of a key, or changes whether it carries hedges. @throws NotStored where the owner has no such key, or it has ended; InvalidInput where the account's name is not the key's, or the key's with a dot and more */
  async put(account: NewVenueAccount): Promise<void> {
    const { id, keyName, chainId, owner, carriesHedges } = account;
    const { environment, venue, name } = partsOfVenueAccount(id);
    if (name !== keyName && !name.startsWith(`${keyName}.`)) throw new InvalidInput('venue account', id, `one whose name is ${keyName} or begins with ${keyName}.`);
    await inTransaction(this.database, async (tx) => {
      const [key] = await tx.$queryRaw<{ name: string }[]>`
        SELECT "name" FROM "VenueKey" WHERE "environment" = ${environment} AND "venue" = ${venue} AND "name" = ${keyName} AND "chainId" = ${Number(chainId)} AND "owner" = ${owner} AND "state" <> 'ended' FOR SHARE`;
      if (key === undefined) throw new NotStored('venue key in force', `${environment}:${venue}:${keyName} of ${owner} on chain ${chainId}`);
      await tx.venueAccount.upsert({ where: { id }, create: { id, environment, venue, keyName, chainId, owner, carriesHedges }, update: { carriesHedges } });
      await announce(tx, [{ type: 'hedge', account: owner }]);
    });
  }

  async get(id: VenueAccountId): Promise<StoredVenueAccount | null> {
    return (await this.find({ id }))[0] ?? null;
  }

  /** All that the owner ever had on this chain, oldest first. */
  async ofOwner(chain: ChainId, owner: Address): Promise<readonly StoredVenueAccount[]> {
    return this.find({ chainId: chain, owner });
  }

  /** Those of the chain that are protected as positions of their own, oldest first. */
  async guarded(chain: ChainId): Promise<readonly GuardedAccount[]> {
    const rows = await clientOf(this.database).venueAccount.findMany({ where: { ...livingOn(chain), bounds: { not: Prisma.DbNull } }, select: { id: true, chainId: true, owner: true, bounds: true }, orderBy: OLDEST_FIRST });
    return rows.map(({ id, chainId, owner, bounds }) => ({ id: id as VenueAccountId, chainId: chainId as ChainId, owner: owner as Address, bounds: boundsFrom(id, bounds) }));
  }

  /** Whoever has an account on the chain whose key has not ended, each once. */
  async owners(chain: ChainId): Promise<readonly VenueOwner[]> {
    const rows = await clientOf(this.database).venueAccount.findMany({ where: livingOn(chain), distinct: ['owner'], select: { chainId: true, owner: true }, orderBy: OLDEST_FIRST });
    return rows.map(({ chainId, owner }) => ({ chainId: chainId as ChainId, owner: owner as Address }));
  }

  /** Guards the account within these bounds, whose version is counted up; null: it is guarded no more. Nothing that was decided under the bounds before is sent once this has returned. Returns the bounds in force. @throws NotStored where the owner has no such account, or its key has ended; AccountTaken where it carries a hedge */
  async setBounds(id: VenueAccountId, of: VenueOwner, bounds: Omit<AccountBounds, 'version'> | null, notices: readonly Notice[]): Promise<AccountBounds | null> {
    return inTransaction(this.database, async (tx) => {
      const { boundsVersion, environment, keyEnded } = await lockAccount(tx, id, of);
      // What is sent elsewhere to protect it does not lock its row.
      await lockOwner(tx, environment, of);
      if (keyEnded) throw new NotStored('venue account with a key in force', id);
      if (bounds !== null && (await plansOn(tx, [id])).length > 0) throw new AccountTaken(id, 'hedge');
      const next = bounds === null ? null : { ...bounds, version: boundsVersion + 1 };
      await tx.venueAccount.update({ where: { id }, data: next === null ? { bounds: Prisma.DbNull } : { bounds: toJson(next, 'VenueAccount.bounds'), boundsVersion: next.version } });
      if (next === null) await forgetAlarms(tx, { chainId: of.chainId, account: of.owner }, [alarmSubjects.guarded(id)]);
      await writeNotices(tx, notices);
      await announce(tx, [{ type: 'hedge', account: of.owner }]);
      return next;
    });
  }

  /** Stores how the account stands; an older reading than the stored one changes nothing and returns false. `back` is told where it could not be read before. @throws NotStored */
  async storeReading(account: DerivativeAccount, back: UnreadTold = NOTHING): Promise<boolean> {
    const readAt = new Date(account.provenance.observedAt);
    return inTransaction(this.database, async (tx) => {
      const { owner } = await lockAccount(tx, account.id);
      const row = await tx.venueAccount.findUniqueOrThrow({ where: { id: account.id }, select: { readAt: true, unreadSince: true } });
      if (row.readAt !== null && row.readAt > readAt) return false;
      await tx.venueAccount.update({ where: { id: account.id }, data: { reading: toJson(account, 'VenueAccount.reading'), readAt, unreadSince: null, unreadWhy: null } });
      if (row.unreadSince !== null) await writeNotices(tx, back(row.unreadSince.getTime()));
      await announce(tx, [{ type: 'hedge', account: owner }]);
      return true;
    });
  }

  /** Notes that the account could not be read at this time, in milliseconds of our wall clock; the first time counts. Returns since when. `gone` is told each time: notices have stable ids. @throws NotStored */
  async markUnread(id: VenueAccountId, at: number, why: string, gone: UnreadTold = NOTHING): Promise<number> {
    return inTransaction(this.database, async (tx) => {
      const { owner } = await lockAccount(tx, id);
      const { unreadSince } = await tx.venueAccount.findUniqueOrThrow({ where: { id }, select: { unreadSince: true } });
      const since = unreadSince ?? new Date(at);
      await tx.venueAccount.update({ where: { id }, data: { unreadSince: since, unreadWhy: storableText(why) } });
      await writeNotices(tx, gone(since.getTime()));
      if (unreadSince === null) await announce(tx, [{ type: 'hedge', account: owner }]);
      return since.getTime();
    });
  }

  /** @throws NotStored */
  async setLeverage(account: VenueAccountId, instrument: InstrumentId, { wad, at }: LeverageRead): Promise<void> {
    await inTransaction(this.database, async (tx) => {
      const { environment } = await lockAccount(tx, account);
      const read = { leverage: toDecimal(wad), readAt: new Date(at) };
      await tx.venueLeverage.upsert({ where: { account_instrument: { account, instrument } }, create: { environment, account, instrument, ...read }, update: read });
    });
  }

  /** By instrument, of those that were ever set. */
  async leverages(account: VenueAccountId): Promise<ReadonlyMap<InstrumentId, LeverageRead>> {
    const rows = await clientOf(this.database).venueLeverage.findMany({ where: { account } });
    return new Map(rows.map(({ instrument, leverage, readAt }) => [instrument as InstrumentId, { wad: whole<Wad>(leverage), at: readAt.getTime() }]));
  }

  private async find(where: Prisma.VenueAccountWhereInput): Promise<readonly StoredVenueAccount[]> {
    const rows = await clientOf(this.database).venueAccount.findMany({ where, orderBy: OLDEST_FIRST });
    return rows.map(accountFromRow);
  }
}

const OLDEST_FIRST = [{ createdAt: 'asc' }, { id: 'asc' }] as const satisfies Prisma.VenueAccountOrderByWithRelationInput[];
const livingOn = (chain: ChainId) => ({ chainId: Number(chain), key: { state: { not: 'ended' } } }) as const;
const boundsFrom = (id: string, bounds: Prisma.JsonValue) => fromJson(accountBounds, bounds, `VenueAccount ${id} bounds`);

const accountFromRow = (row: Prisma.VenueAccountGetPayload<object>): StoredVenueAccount => ({
  id: row.id as VenueAccountId, environment: row.environment as VenueEnvironment, keyName: row.keyName, chainId: row.chainId as ChainId, owner: row.owner as Address, carriesHedges: row.carriesHedges,
  bounds: row.bounds === null ? null : boundsFrom(row.id, row.bounds),
  reading: row.reading === null || row.readAt === null ? unknown('It was not read yet.') : known(fromJson(derivativeAccount, row.reading, `VenueAccount ${row.id} reading`), row.readAt.getTime()),
  unread: row.unreadSince === null ? null : { since: row.unreadSince.getTime(), why: row.unreadWhy ?? '' }, createdAt: row.createdAt,
});
