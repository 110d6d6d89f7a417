import { hedgeStopFor, sentCounts, type HedgeStop, type SendingFacts, type StoredRefusal, type VenueIntent, type VenueLease, type VenueOwner, type VenueStopScope } from '@ballast/policy';
import { partsOfVenueAccount, type VenueAccountId, type VenuePlace } from '@ballast/positions';
import { InvalidInput } from '@ballast/units';
import type { Transaction } from '../database.js';
import { requireLease, stopFromRow, subjectOf } from '../switches/signing-gate.js';
import { sentOrders, type SentFor } from './sent-orders.js';
import type { LockedAccount } from './venue-locks.js';

const DAY_MS = 86_400_000;

/** The lease that lets a process send for an account. */
export const venueLease = (account: VenueAccountId): string => `venue-${account}`;

/** Inside the gate, as `requireLease`. @throws LeaseLost; InvalidInput where the lease is another account's */
export async function requireVenueLease(tx: Transaction, account: VenueAccountId, lease: VenueLease): Promise<void> {
  if (lease.account !== account) throw new InvalidInput('venue lease', lease.account, `the one of ${account}`);
  await requireLease(tx, venueLease(account), lease.fence);
}

/** What the key says against sending anything at all. */
export function keyRefusals({ keyEnded, isAccepted }: LockedAccount): readonly StoredRefusal[] {
  if (keyEnded) return ['key-ended'];
  return isAccepted ? [] : ['key-not-accepted'];
}

/** What speaks against doing what was decided about a guarded account under this version of its bounds. Under the owner's lock, which whoever changes bounds takes as well: the account may be another than the one that is locked. */
export async function guardRefusals(tx: Transaction, account: string, version: number): Promise<readonly StoredRefusal[]> {
  const [bounds] = await tx.$queryRaw<{ isGuarded: boolean; version: number }[]>`SELECT "bounds" IS NOT NULL AS "isGuarded", "boundsVersion" AS "version" FROM "VenueAccount" WHERE "id" = ${account}`;
  if (bounds === undefined || !bounds.isGuarded) return ['account-not-guarded'];
  return bounds.version === version ? [] : ['bounds-changed'];
}

/** The key of a scope in its table. */
export function venueSubjectOf(scope: VenueStopScope): string {
  switch (scope.kind) {
    case 'global': return '';
    case 'venue': return scope.venue;
    case 'owner': return subjectOf(scope);
  }
}

/** What all that is in force comes to, for one owner at one venue. Inside the gate it stays so until the transaction ends. */
export async function stopAtVenue(tx: Transaction, { environment, venue }: VenuePlace, owner: VenueOwner): Promise<HedgeStop> {
  const scopes: readonly VenueStopScope[] = [{ kind: 'global' }, { kind: 'venue', venue }, { kind: 'owner', ...owner }];
  const own = await tx.venueStop.findMany({ where: { environment, OR: scopes.map((scope) => ({ scope: scope.kind, subject: venueSubjectOf(scope) })) } });
  const switches = await tx.switch.findMany({ where: { OR: [{ scope: 'global' }, { scope: 'owner', subject: subjectOf({ kind: 'owner', ...owner }) }] } });
  return hedgeStopFor(own.map(({ level, confirmedAt }) => ({ level: level as Exclude<HedgeStop, 'none'>, isConfirmed: confirmedAt !== null })), switches.map(stopFromRow), owner);
}

/**
 * What is looked at in the transaction that writes `SENT`, with the account and its owner locked. Orders count from when they were last sent, by the database's own clock alone: that of the process that sends may be
 * wrong, and another may have sent the others.
 */
export async function sendingFacts(tx: Transaction, { order, underlying }: VenueIntent, { chainId, owner }: LockedAccount, of: SentFor): Promise<SendingFacts> {
  const before = (await sentOrders(tx, of, DAY_MS)).filter(({ clientId }) => clientId !== order.clientId);
  const beside = await tx.venueOrder.findMany({ where: { account: order.account, underlying, open: true, clientId: { not: order.clientId } }, select: { state: true } });
  return {
    stop: await stopAtVenue(tx, partsOfVenueAccount(order.account), { chainId, owner }),
    ...sentCounts(before.map(({ order: sent, ageMs }) => ({ ...sent, at: -ageMs })), order, 0),
    underWay: beside.length === 0 ? 'none' : beside.some(({ state }) => state === 'UNKNOWN') ? 'unknown' : 'open',
  };
}
