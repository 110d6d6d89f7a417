import { hedgeStopFor, type HedgeStop, type SendingFacts, type VenueIntent, type VenueLease, type VenueOwner, type VenueStopScope } from '@ballast/policy';
import { partsOfVenueAccount, type VenueAccountId, type VenuePlace } from '@ballast/positions';
import { InvalidInput, type UsdE8 } from '@ballast/units';
import type { Transaction } from '../database.js';
import { requireLease, stopFromRow, subjectOf } from '../switches/signing-gate.js';
import type { LockedAccount } from './venue-locks.js';

/** The lease that lets a process send for an account. */
export const venueLease = (account: VenueAccountId): string => `venue-${account}`;

/** Inside the gate, as `requireLease`. @throws LeaseLost; InvalidInput where the lease is another account's */
export async function requireVenueLease(tx: Transaction, account: VenueAccountId, lease: VenueLease): Promise<void> {
  if (lease.account !== account) throw new InvalidInput('venue lease', lease.account, `the one of ${account}`);
  await requireLease(tx, venueLease(account), lease.fence);
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
 * wrong, and another may have sent the others. An order that was sent and turned down counts as well.
 */
export async function sendingFacts(tx: Transaction, { order, underlying }: VenueIntent, { environment, chainId, owner }: LockedAccount): Promise<SendingFacts> {
  const [counted] = await tx.$queryRaw<{ day: number; minute: number; notional: string }[]>`
    SELECT count(*)::int AS "day", count(*) FILTER (WHERE "sentOn" > clock_timestamp() - interval '1 minute')::int AS "minute", coalesce(sum("notionalUsdE8"), 0)::text AS "notional"
    FROM "VenueOrder" WHERE "environment" = ${environment} AND "chainId" = ${Number(chainId)} AND "owner" = ${owner} AND "clientId" <> ${order.clientId} AND "sentOn" > clock_timestamp() - interval '24 hours'`;
  const beside = await tx.venueOrder.findMany({ where: { account: order.account, underlying, open: true, clientId: { not: order.clientId } }, select: { state: true } });
  return {
    stop: await stopAtVenue(tx, partsOfVenueAccount(order.account), { chainId, owner }),
    ordersToday: counted?.day ?? 0, ordersLastMinute: counted?.minute ?? 0, notionalTodayUsdE8: BigInt(counted?.notional ?? 0) as UsdE8,
    underWay: beside.length === 0 ? 'none' : beside.some(({ state }) => state === 'UNKNOWN') ? 'unknown' : 'open',
  };
}
