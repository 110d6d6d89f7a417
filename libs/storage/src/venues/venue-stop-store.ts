import { address, type ChainId } from '@ballast/units';
import type { DerivativesVenue, VenueEnvironment, VenuePlace } from '@ballast/positions';
import type { HedgeStop, VenueOwner, VenueStop, VenueStopScope } from '@ballast/policy';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import type { Prisma } from '../generated/prisma/client.js';
import { storableText } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { closeGate } from '../switches/signing-gate.js';
import type { StopTold } from '../switches/switch-store.js';
import { stopAtVenue, venueSubjectOf } from './sending-facts.js';

/** Which stop: each setter has one for a scope and environment. */
export type VenueStopName = Pick<VenueStop, 'environment' | 'scope' | 'setBy'>;

/** A stop with the time since when it is in force. */
export interface VenueStopRecord extends VenueStop {
  readonly since: Date;
  readonly confirmedAt: Date | null;
}

const NOTHING: StopTold = () => [];

/** Stops of what is sent to derivatives venues. Nothing that they hold back is sent any more once `set` has returned. */
export class VenueStopStore {
  constructor(private readonly database: Database) {}

  /** Puts a stop in force, or replaces what the same setter said for the scope. A `flatten` counts as `no-grow` until `confirm`; one that is confirmed stays so when it is said again. True where this setter had none: then it is told of. */
  async set(stop: Omit<VenueStop, 'isConfirmed'>, told: StopTold = NOTHING): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      await closeGate(tx);
      const key = keyOf(stop);
      const said = { level: stop.level, reason: storableText(stop.reason) };
      const before = await tx.venueStop.findUnique({ where: { environment_scope_subject_setBy: key } });
      const after = await tx.venueStop.upsert({
        where: { environment_scope_subject_setBy: key }, create: { ...key, ...said }, update: { ...said, ...(before?.level === stop.level ? {} : { since: new Date(), confirmedAt: null }) },
      });
      if (before === null) await writeNotices(tx, told(after.since));
      await announceStop(tx, stop.scope);
      return before === null;
    });
  }

  /** The second step of a `flatten`, for the one that was set at `since`. False where another is in force by now, or none. */
  async confirm(stop: VenueStopName, since: Date, told: StopTold = NOTHING): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      await closeGate(tx);
      const level: HedgeStop = 'flatten';
      const { count } = await tx.venueStop.updateMany({ where: { ...keyOf(stop), level, since, confirmedAt: null }, data: { confirmedAt: new Date() } });
      if (count === 0) return false;
      await writeNotices(tx, told(since));
      await announceStop(tx, stop.scope);
      return true;
    });
  }

  /** Takes away what this setter said for the scope, and nobody else's. True where there was something. */
  async release(stop: VenueStopName, told: StopTold = NOTHING): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const { environment, scope, subject, setBy } = keyOf(stop);
      const [row] = await tx.$queryRaw<{ since: Date }[]>`DELETE FROM "VenueStop" WHERE "environment" = ${environment} AND "scope" = ${scope} AND "subject" = ${subject} AND "setBy" = ${setBy} RETURNING "since"`;
      if (row === undefined) return false;
      await writeNotices(tx, told(row.since));
      await announceStop(tx, stop.scope);
      return true;
    });
  }

  /** Everything that is in force, oldest first. */
  async inForce(): Promise<readonly VenueStopRecord[]> {
    const rows = await clientOf(this.database).venueStop.findMany({ orderBy: [{ since: 'asc' }, { environment: 'asc' }, { scope: 'asc' }, { subject: 'asc' }, { setBy: 'asc' }] });
    return rows.map(stopFromRow);
  }

  /** What all that is in force comes to for one owner at one venue, the kill switches of loans included. It may be another a moment later: `sending` asks again. */
  async strongest(place: VenuePlace, owner: VenueOwner): Promise<HedgeStop> {
    return stopAtVenue(clientOf(this.database), place, owner);
  }
}

const keyOf = ({ environment, scope, setBy }: VenueStopName) => ({ environment, scope: scope.kind, subject: venueSubjectOf(scope), setBy: storableText(setBy) });

/** A stop of all owners is seen at the next look. */
async function announceStop(tx: Transaction, scope: VenueStopScope): Promise<void> {
  if (scope.kind === 'owner') await announce(tx, [{ type: 'hedge', account: scope.owner }]);
}

function scopeFrom(kind: string, subject: string): VenueStopScope {
  const [chain = '0', owner = ''] = subject.split('-');
  switch (kind) {
    case 'venue': return { kind, venue: subject as DerivativesVenue };
    case 'owner': return { kind, chainId: Number(chain) as ChainId, owner: address(owner) };
    default: return { kind: 'global' };
  }
}

const stopFromRow = (row: Prisma.VenueStopGetPayload<object>): VenueStopRecord => ({
  environment: row.environment as VenueEnvironment, scope: scopeFrom(row.scope, row.subject), level: row.level as VenueStop['level'], setBy: row.setBy, reason: row.reason, isConfirmed: row.confirmedAt !== null, since: row.since, confirmedAt: row.confirmedAt,
});
