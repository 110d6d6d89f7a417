import { randomUUID } from 'node:crypto';
import type { Severity } from '@ballast/policy';
import type { Address, ChainId } from '@ballast/units';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from './database.js';
import { TooManySubscriptions } from './errors.js';
import type { Prisma } from './generated/prisma/client.js';
import { writeDeliveries } from './notices.js';
import { CHALLENGE_EVENT, sendChallenge, waitedFor, type WaitsFor } from './subscription-proof.js';
import { newToken, tokenHash } from './token.js';
import { newSigningSecret, stillValid } from './webhook-secrets.js';

export interface SubscriptionRequest {
  readonly chainId: ChainId;
  readonly account: Address;
  readonly channel: 'email' | 'webhook';
  /** Email address or URL, checked by the caller. */
  readonly target: string;
  /** Of a webhook: a sign of life every so many minutes, 1 to 1,440. */
  readonly aliveMinutes?: number | null;
  /** Whether it is asked for with a session of the account's owner. */
  readonly byOwner?: boolean;
  /** What is below it is not told; `info`, which is everything, where it is absent. */
  readonly leastSeverity?: Severity;
  /** Told only where the owner's other subscriptions were not reached, or where nobody has seen it so many minutes later, 1 to 1,440; only of one that the owner makes. At once where it is null. */
  readonly escalatesAfterMinutes?: number | null;
}

/** A subscription without its secrets. The target is given whole: the caller masks it. */
export interface SubscriptionRecord extends SubscriptionRequest {
  readonly id: string;
  readonly status: 'pending' | 'active' | 'ended';
  readonly aliveMinutes: number | null;
  readonly byOwner: boolean;
  readonly leastSeverity: Severity;
  readonly escalatesAfterMinutes: number | null;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
  readonly endedAt: Date | null;
  /** While it is pending. */
  readonly waitsFor: WaitsFor | null;
}

/** All that it takes to reach a subscriber without us, secrets included. For whoever watches over us, and for nobody else. */
export interface SubscriberToReach {
  readonly id: string;
  readonly chainId: ChainId;
  readonly account: Address;
  readonly channel: 'email' | 'webhook';
  readonly target: string;
  readonly secret: string | null;
  /** Replaced a moment ago and signed with too, the newest first. */
  readonly previousSecrets: readonly string[];
  readonly endToken: string;
}

/** The event that carries a confirmation mail: `data` is `{ subscriptionId, token }`, and it goes to that subscription alone. */
export const CONFIRMATION_EVENT = 'subscription.confirm';

/** Asking again for a mail that was sent a moment ago sends none: nobody's inbox can be filled through us. */
const CONFIRMATION_PAUSE_MINUTES = 10;

/** Subscriptions of one channel that an account may have and that have not ended: every notice goes to each of them. */
export const SUBSCRIPTIONS_A_CHANNEL = 20;

/**
 * Who is told. Two tokens, both 256 random bits: the confirmation token leaves in one mail and is stored as its SHA-256 (and,
 * until used, in that mail's event); the end token is in every message, so it is stored as it is. It can do nothing but end its
 * own subscription, and whoever can read the table can read the webhook secrets beside it.
 */
export class SubscriptionStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores a subscription. It is pending, and what it is to prove itself with, a confirmation mail or a challenge, is put into the
   * outbox with it. The same channel and target again returns the stored one, with a new mail or challenge if it is
   * still pending and the last was sent ten minutes ago or more by PostgreSQL's clock; it keeps what it asked for, and whoever made it. `secret` is the webhook's signing secret, told this once.
   * @throws TooManySubscriptions when the account has `SUBSCRIPTIONS_A_CHANNEL` of the channel that have not ended
   */
  async add(request: SubscriptionRequest, now: Date): Promise<{ subscription: SubscriptionRecord; created: boolean; secret: string | null }> {
    return inTransaction(this.database, async (tx) => {
      const { chainId, account, channel, target, aliveMinutes = null, byOwner = false, leastSeverity = 'info', escalatesAfterMinutes = null } = request;
      // One at a time for an account and channel: what is counted here stays so until this one is stored.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`subscription ${chainId} ${account} ${channel}`}, 0))`;
      const live = { chainId, account, channel, status: { not: 'ended' } };
      const stored = await tx.subscription.findFirst({ where: { ...live, target } });
      if (stored !== null) {
        if (stored.status === 'pending' && (await isQuiet(tx, stored.id))) await askForProof(tx, stored);
        return { subscription: (await withWaits(tx, [stored]))[0]!, created: false, secret: null };
      }
      if ((await tx.subscription.count({ where: live })) >= SUBSCRIPTIONS_A_CHANNEL) throw new TooManySubscriptions(channel, SUBSCRIPTIONS_A_CHANNEL);
      const secret = channel === 'webhook' ? newSigningSecret() : null;
      const row = await tx.subscription.create({ data: { id: randomUUID(), chainId, account, channel, target, host: hostOf(request), secret, endToken: newToken(), createdAt: now, aliveMinutes, byOwner, leastSeverity, escalatesAfterMinutes, status: 'pending' } });
      await askForProof(tx, row);
      return { subscription: (await withWaits(tx, [row]))[0]!, created: true, secret };
    });
  }

  /** Makes the subscription active. Confirming twice is harmless. null for an unknown token or an ended subscription. */
  async confirm(token: string, now: Date): Promise<SubscriptionRecord | null> {
    const where = { confirmTokenHash: tokenHash(token) };
    const client = clientOf(this.database);
    await client.subscription.updateMany({ where: { ...where, status: 'pending' }, data: { status: 'active', confirmedAt: now } });
    const row = await client.subscription.findUnique({ where });
    return row === null || row.status === 'ended' ? null : subscriptionFromRow(row);
  }

  /** Ends the subscription and what was still on its way to it. Ending twice is harmless. null for an unknown token. */
  async end(token: string, now: Date): Promise<SubscriptionRecord | null> {
    return inTransaction(this.database, async (tx) => {
      await tx.subscription.updateMany({ where: { endToken: token, status: { not: 'ended' } }, data: { status: 'ended', endedAt: now } });
      const row = await tx.subscription.findUnique({ where: { endToken: token } });
      if (row === null) return null;
      await tx.delivery.updateMany({ where: { subscriptionId: row.id, status: 'pending' }, data: { status: 'dead', lastError: 'the subscription ended', claimedUntil: null } });
      await announce(tx, [{ type: 'delivery', account: row.account }]);
      return subscriptionFromRow(row);
    });
  }

  /** The account's subscriptions, newest first, ended ones too. */
  async ofAccount(account: Address): Promise<readonly SubscriptionRecord[]> {
    const client = clientOf(this.database);
    return withWaits(client, await client.subscription.findMany({ where: { account }, orderBy: [{ createdAt: 'desc' }, { id: 'asc' }] }));
  }

  /** Accounts of the chain with at least one active subscription: those whom a blind spell is told to. */
  async subscribedAccounts(chain: ChainId): Promise<readonly Address[]> {
    const rows = await clientOf(this.database).subscription.findMany({ where: { chainId: chain, status: 'active' }, distinct: ['account'], select: { account: true }, orderBy: { account: 'asc' } });
    return rows.map(({ account }) => account as Address);
  }

  /** Active subscriptions of the chain by id, from behind `after` on, at most `limit`. */
  async toReach(chain: ChainId, after: string | null, limit: number): Promise<readonly SubscriberToReach[]> {
    const client = clientOf(this.database);
    const [clock] = await client.$queryRaw<{ now: Date }[]>`SELECT statement_timestamp() AS "now"`;
    const rows = await client.subscription.findMany({
      where: { chainId: chain, status: 'active', ...(after === null ? {} : { id: { gt: after } }) }, orderBy: { id: 'asc' }, take: limit,
      select: { id: true, chainId: true, account: true, channel: true, target: true, secret: true, retiredSecrets: true, endToken: true },
    });
    return rows.map(({ retiredSecrets, ...row }) => ({ ...row, previousSecrets: stillValid(retiredSecrets, clock!.now) })) as unknown as readonly SubscriberToReach[];
  }
}

/** Of a webhook: host and port as its URL names them. */
const hostOf = ({ channel, target }: SubscriptionRequest): string | null => (channel === 'webhook' ? new URL(target).host : null);

type SubscriptionRow = Prisma.SubscriptionGetPayload<object>;

async function isQuiet(tx: Transaction, subscriptionId: string): Promise<boolean> {
  const recent = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId"
    WHERE d."subscriptionId" = ${subscriptionId} AND e."kind" IN (${CONFIRMATION_EVENT}, ${CHALLENGE_EVENT}) AND e."createdAt" > statement_timestamp() - make_interval(mins => ${CONFIRMATION_PAUSE_MINUTES}::int)
    LIMIT 1`;
  return recent.length === 0;
}

const askForProof = (tx: Transaction, row: SubscriptionRow): Promise<void> => (row.channel === 'email' ? sendConfirmation(tx, row) : sendChallenge(tx, row));

async function withWaits(client: Transaction, rows: readonly SubscriptionRow[]): Promise<readonly SubscriptionRecord[]> {
  const waits = await waitedFor(client, rows.filter(({ status }) => status === 'pending').map(({ id }) => id));
  return rows.map((row) => subscriptionFromRow(row, waits.get(row.id)));
}

async function sendConfirmation(tx: Transaction, row: SubscriptionRow): Promise<void> {
  const token = newToken();
  const eventId = randomUUID();
  await tx.subscription.update({ where: { id: row.id }, data: { confirmTokenHash: tokenHash(token) } });
  // "createdAt" is left to PostgreSQL, by whose clock the pause is counted.
  await tx.$executeRaw`
    INSERT INTO "OutboxEvent" ("id", "chainId", "account", "kind", "severity", "data")
    VALUES (${eventId}, ${row.chainId}, ${row.account}, ${CONFIRMATION_EVENT}, 'info', ${JSON.stringify({ subscriptionId: row.id, token })}::jsonb)`;
  await writeDeliveries(tx, [{ eventId, subscriptionId: row.id }]);
  await announce(tx, [{ type: 'delivery', account: row.account }]);
}

function subscriptionFromRow(row: SubscriptionRow, waitsFor: WaitsFor | null = null): SubscriptionRecord {
  return {
    id: row.id, chainId: row.chainId as ChainId, account: row.account as Address, channel: row.channel as SubscriptionRecord['channel'], target: row.target,
    status: row.status as SubscriptionRecord['status'], aliveMinutes: row.aliveMinutes, byOwner: row.byOwner, leastSeverity: row.leastSeverity as Severity, escalatesAfterMinutes: row.escalatesAfterMinutes, createdAt: row.createdAt, confirmedAt: row.confirmedAt, endedAt: row.endedAt, waitsFor,
  };
}
