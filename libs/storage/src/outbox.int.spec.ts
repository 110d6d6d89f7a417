import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { Channel, DeliveryOutcome } from '@ballast/policy';
import type { Address } from '@ballast/units';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount, settle } from '../test/fixture.js';
import { clientOf } from './database.js';
import { Prisma } from './generated/prisma/client.js';
import { claimQuery, SLOTS_A_HOST } from './delivery-claims.js';
import { CONFIRMATION_EVENT, Database, DeliveryReplays, PrismaOutbox, SUBSCRIPTIONS_A_CHANNEL, StatusReader, SubscriptionStore, TooManySubscriptions } from './index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;
let subscriptions: SubscriptionStore;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  outbox = new PrismaOutbox(database);
  subscriptions = new SubscriptionStore(database);
});

afterAll(async () => {
  await database?.close();
  await made?.drop();
});

/** As though so many seconds had passed for a delivery. */
const passed = (id: string, seconds: number) =>
  clientOf(database).$executeRaw`UPDATE "Delivery" SET "nextAttemptAt" = "nextAttemptAt" - make_interval(secs => ${seconds}::int), "claimedUntil" = "claimedUntil" - make_interval(secs => ${seconds}::int) WHERE "id" = ${id}`;
const HOLD = 60_000;
const webhook = (account: Address, url = `https://${account}.example.test/hook`) => addActiveWebhook(database, { chainId: CHAIN, account, target: url });
const email = (account: Address, now = new Date()) => subscriptions.add({ chainId: CHAIN, account, channel: 'email', target: 'owner@example.test' }, now);
const dueOf = async (account: Address): Promise<readonly string[]> => (await outbox.ofAccount(account, 100)).filter(({ status }) => status === 'pending').map(({ id }) => id);
/** What is claimed of a channel, at most so many, as the events' ids up to their colons. */
const claimedOf = async (channel: Channel, limit: number): Promise<readonly string[]> => (await outbox.claimDue(channel, limit, HOLD)).map(({ event }) => event.id.split(':')[0] ?? '');
const pendingOf = async (id: string) => clientOf(database).delivery.findUniqueOrThrow({ where: { id } });
const onlyDue = async (account: Address): Promise<string> => {
  const [id, ...others] = await dueOf(account);
  expect(others).toEqual([]);
  return id!;
};

describe('notices', () => {
  it('fan out to every active subscription of the account and to no other', async () => {
    const [account, other] = [freshAccount(), freshAccount()];
    await webhook(account, 'https://example.test/one');
    await webhook(account, 'https://example.test/two');
    await webhook(other);
    await outbox.tell([aNotice(account, `fan:${account}`)]);
    expect((await outbox.ofAccount(account, 10)).map(({ target }) => target).sort()).toEqual(['https://example.test/one', 'https://example.test/two']);
    expect(await outbox.ofAccount(other, 10)).toEqual([]);
  });

  it('told twice, also at once, are one event and one delivery', async () => {
    const account = freshAccount();
    await webhook(account);
    const notice = aNotice(account, `once:${account}`);
    await Promise.all([outbox.tell([notice, notice]), outbox.tell([notice]), outbox.tell([notice])]);
    await outbox.tell([{ ...notice, data: { changed: true } }]);
    const id = await onlyDue(account);
    expect((await outbox.claim(id, HOLD))?.event).toMatchObject({ id: notice.id, data: notice.data, account, chainId: CHAIN, severity: 'critical' });
  });

  it('keep amounts as text and survive what PostgreSQL cannot store', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `text:${account}`, { data: { amount: 2n ** 256n - 1n, symbol: 'BAD\u0000\ud800' } })]);
    const delivery = await outbox.claim(await onlyDue(account), HOLD);
    expect(delivery?.event.data).toEqual({ amount: (2n ** 256n - 1n).toString(), symbol: 'BAD\ufffd' });
  });
});

describe('claims', () => {
  it('of one delivery by many notifiers at once succeed once', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `claim:${account}`)]);
    const id = await onlyDue(account);
    const claims = await Promise.all(Array.from({ length: 8 }, () => outbox.claim(id, HOLD)));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  it('skip a delivery that another transaction holds instead of waiting for it', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `skip:${account}`)]);
    const id = await onlyDue(account);
    const { default: pg } = await import('pg');
    const holder = new pg.Client({ connectionString: made.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM "Delivery" WHERE "id" = $1 FOR UPDATE', [id]);
    expect(await outbox.claim(id, HOLD)).toBeNull();
    await holder.query('ROLLBACK');
    await holder.end();
    expect(await outbox.claim(id, HOLD)).not.toBeNull();
  });

  it('lapse, so that a notifier that died does not keep its delivery', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `lapse:${account}`)]);
    const id = await onlyDue(account);
    expect((await outbox.claim(id, HOLD))?.attempts).toBe(1);
    await passed(id, 55);
    expect(await outbox.claim(id, HOLD)).toBeNull();
    await passed(id, 6);
    expect((await outbox.claim(id, HOLD))?.attempts).toBe(2);
  });

  it('last by the database’s clock, whatever a worker’s clock says', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `clock:${account}`)]);
    const id = await onlyDue(account);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 });
    try {
      const claimed = await outbox.claim(id, HOLD);
      expect(Date.now() - claimed!.claimedAt.getTime()).toBeGreaterThan(7_100_000);
      await settle(outbox, claimed!, { kind: 'failed', status: 503, error: 'not now', retryAfterMs: 10_000 });
    } finally {
      vi.useRealTimers();
    }
    await passed(id, 11);
    expect(await outbox.claim(id, HOLD)).not.toBeNull();
  });

  it('return a failed delivery at its next time, and never a finished one', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `retry:${account}`)]);
    const id = await onlyDue(account);
    const first = await outbox.claim(id, HOLD);
    await settle(outbox, first!, { kind: 'failed', status: 503, error: 'no\u0000t now', retryAfterMs: 300_000 });
    await passed(id, 290);
    expect(await outbox.claim(id, HOLD)).toBeNull();
    expect((await outbox.ofAccount(account, 1))[0]).toMatchObject({ status: 'pending', lastStatus: 503, lastError: 'not now' });
    await passed(id, 11);
    const second = await outbox.claim(id, HOLD);
    await settle(outbox, second!, { kind: 'delivered', status: 200 });
    await settle(outbox, second!, { kind: 'dead', status: null, error: 'a late answer' });
    expect((await outbox.ofAccount(account, 1))[0]).toMatchObject({ status: 'delivered', attempts: 2, lastError: null, deliveredAt: expect.any(Date) as Date });
    await passed(id, 99_999);
    expect(await outbox.claim(id, HOLD)).toBeNull();
  });

  it('are not undone by the late failure of one that lapsed, and are by its late success', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `frozen:${account}`)]);
    const id = await onlyDue(account);
    const frozen = await outbox.claim(id, HOLD);
    await passed(id, 61);
    const current = await outbox.claim(id, HOLD);
    await settle(outbox, frozen!, { kind: 'failed', status: null, error: 'late', retryAfterMs: 0 });
    expect(await outbox.claim(id, HOLD)).toBeNull();
    await settle(outbox, frozen!, { kind: 'dead', status: 410, error: 'late' });
    expect((await outbox.ofAccount(account, 1))[0]).toMatchObject({ status: 'pending', attempts: 2, lastError: null });

    await settle(outbox, current!, { kind: 'failed', status: 503, error: 'not now', retryAfterMs: 300_000 });
    await settle(outbox, frozen!, { kind: 'failed', status: null, error: 'late', retryAfterMs: 0 });
    expect(await outbox.claim(id, HOLD)).toBeNull();
    await settle(outbox, frozen!, { kind: 'delivered', status: 204 });
    expect((await outbox.ofAccount(account, 1))[0]).toMatchObject({ status: 'delivered', lastStatus: 204, lastError: null });
  });

  it('taken up again by a replay are not those of a notifier that was frozen since, though their attempts are counted from one again', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `replayed:${account}`)]);
    const id = await onlyDue(account);
    const frozen = await outbox.claim(id, HOLD);
    await passed(id, 61);
    const second = await outbox.claim(id, HOLD);
    await settle(outbox, second!, { kind: 'dead', status: 500, error: 'given up' });
    expect(await new DeliveryReplays(database).one(account, id)).toBe('replayed');
    const current = await outbox.claim(id, HOLD);
    expect([frozen!.attempts, current!.attempts]).toEqual([1, 1]);
    await settle(outbox, frozen!, { kind: 'dead', status: null, error: 'late' });
    expect(await pendingOf(id)).toMatchObject({ status: 'pending', claimId: current!.claimId });
  });
});

describe('many deliveries at once', () => {
  beforeEach(async () => void (await clientOf(database).$executeRaw`TRUNCATE "Delivery", "DeliveryBreaker" CASCADE`));

  it('are claimed with what is critical first, then warnings, then the rest, of one severity the oldest first, also where a limit cuts them short', async () => {
    const account = freshAccount();
    await webhook(account);
    for (const severity of ['info', 'warning', 'critical'] as const) {
      for (const turn of ['first', 'second']) await outbox.tell([aNotice(account, `${severity}-${turn}:${account}`, { severity })]);
    }
    expect(await claimedOf('webhook', 3)).toEqual(['critical-first', 'critical-second', 'warning-first']);
    expect(await claimedOf('webhook', 10)).toEqual(['warning-second', 'info-first', 'info-second']);
    expect(await claimedOf('webhook', 10)).toEqual([]);
  });

  it('are claimed once by many notifiers at once, whatever they share out', async () => {
    const accounts = Array.from({ length: 30 }, freshAccount);
    for (const account of accounts) await webhook(account);
    await outbox.tell(accounts.map((account) => aNotice(account, `shared-${account}:`)));
    const claims = (await Promise.all(Array.from({ length: 6 }, () => outbox.claimDue('webhook', 10, HOLD)))).flat();
    const rest = await outbox.claimDue('webhook', 100, HOLD);
    expect(new Set([...claims, ...rest].map(({ id }) => id)).size).toBe(30);
    expect(claims.length + rest.length).toBe(30);
    expect(new Set([...claims, ...rest].map(({ claimId }) => claimId)).size).toBe(30);
  });

  it('of one channel do not crowd out those of another', async () => {
    const [mailed, posted] = [freshAccount(), freshAccount()];
    await email(mailed);
    const confirmation = await outbox.claim(await onlyDue(mailed), HOLD);
    await subscriptions.confirm((confirmation!.event.data as { token: string }).token, new Date());
    await settle(outbox, confirmation!, { kind: 'delivered', status: 250 });
    for (let n = 0; n < 5; n += 1) await outbox.tell([aNotice(mailed, `crowd-${n}:${mailed}`)]);
    await webhook(posted);
    await outbox.tell([aNotice(posted, `crowded:${posted}`, { severity: 'info' })]);
    expect(await claimedOf('webhook', 1)).toEqual(['crowded']);
    expect(await claimedOf('email', 3)).toHaveLength(3);
    await subscriptions.end(confirmation!.subscription.endToken, new Date());
  });

  it('are settled together, each by its own claim', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell(['one', 'two', 'three'].map((name) => aNotice(account, `${name}:${account}`)));
    const claimed = await outbox.claimDue('webhook', 3, HOLD);
    const outcomes: readonly DeliveryOutcome[] = [{ kind: 'delivered', status: 200 }, { kind: 'dead', status: 410, error: 'gone' }, { kind: 'failed', status: 503, error: 'busy', retryAfterMs: 60_000 }];
    await outbox.settleAll(claimed.map(({ id, claimId }, index) => ({ claim: { id, claimId }, outcome: outcomes[index]!, receipt: { latencyMs: index, answer: null } })));
    const seen = new Map((await outbox.ofAccount(account, 10)).map((delivery) => [delivery.eventId.split(':')[0], delivery]));
    expect(claimed.map(({ event }) => seen.get(event.id.split(':')[0])?.status)).toEqual(['delivered', 'dead', 'pending']);
    expect([...seen.values()].map(({ receipts }) => receipts.length)).toEqual([1, 1, 1]);
  });

  it('of which one was deleted meanwhile are settled all the same', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell(['stays', 'goes'].map((name) => aNotice(account, `${name}:${account}`)));
    const claimed = await outbox.claimDue('webhook', 2, HOLD);
    await clientOf(database).outboxEvent.delete({ where: { id: `goes:${account}` } });
    await outbox.settleAll(claimed.map(({ id, claimId }) => ({ claim: { id, claimId }, outcome: { kind: 'delivered', status: 200 }, receipt: { latencyMs: 1, answer: null } })));
    expect(await outbox.ofAccount(account, 10)).toMatchObject([{ eventId: `stays:${account}`, status: 'delivered' }]);
  });

  it('go to one host a few at a time, and to others meanwhile; what must wait is no attempt', async () => {
    const [crowded, other] = [freshAccount(), freshAccount()];
    await webhook(crowded, 'https://one.example.test/a');
    await webhook(crowded, 'https://one.example.test/b');
    await webhook(other, 'https://two.example.test/');
    await outbox.tell(Array.from({ length: 10 }, (_, n) => aNotice(crowded, `slot-${n}:${crowded}`)));
    await outbox.tell([aNotice(other, `other:${other}`)]);
    const claimed = await outbox.claimDue('webhook', 64, HOLD);
    const hosts = claimed.map(({ subscription }) => new URL(subscription.target).host);
    expect([hosts.filter((host) => host === 'one.example.test').length, hosts.filter((host) => host === 'two.example.test').length]).toEqual([SLOTS_A_HOST, 1]);
    await clientOf(database).$executeRaw`UPDATE "Delivery" SET "nextAttemptAt" = "nextAttemptAt" - interval '1 second' WHERE "claimedUntil" IS NULL`;
    expect(await outbox.claimDue('webhook', 64, HOLD)).toEqual([]);
    await settle(outbox, claimed.find(({ subscription }) => subscription.target.includes('one.'))!, { kind: 'delivered', status: 200 });
    await clientOf(database).$executeRaw`UPDATE "Delivery" SET "nextAttemptAt" = "nextAttemptAt" - interval '1 second' WHERE "claimedUntil" IS NULL`;
    expect(await outbox.claimDue('webhook', 64, HOLD)).toMatchObject([{ attempts: 1 }]);
  });
});

describe('an endpoint that fails again and again', () => {
  beforeEach(async () => void (await clientOf(database).$executeRaw`TRUNCATE "Delivery", "DeliveryBreaker" CASCADE`));
  afterAll(async () => void (await clientOf(database).$executeRaw`TRUNCATE "Delivery", "DeliveryBreaker" CASCADE`));

  const failed: DeliveryOutcome = { kind: 'failed', status: null, error: 'ECONNREFUSED', isOfEndpoint: true, retryAfterMs: 0 };
  const receipt = { latencyMs: 1, answer: null };
  const later = (seconds: number) => clientOf(database).$executeRaw`UPDATE "Delivery" SET "nextAttemptAt" = "nextAttemptAt" - make_interval(secs => ${seconds}::int) WHERE "status" = 'pending'`;
  const restOver = (seconds: number) => clientOf(database).$executeRaw`UPDATE "DeliveryBreaker" SET "openUntil" = "openUntil" - make_interval(secs => ${seconds}::int)`;
  const restOf = async (endpoint: string): Promise<number | null> => {
    const [row] = await clientOf(database).$queryRaw<{ seconds: number | null }[]>`SELECT extract(epoch FROM "openUntil" - "failedAt")::float8 AS seconds FROM "DeliveryBreaker" WHERE "endpoint" = ${endpoint}`;
    return row?.seconds ?? null;
  };
  /** So many deliveries to one endpoint, of which the first eight were tried in vain. */
  async function broken(count: number) {
    const account = freshAccount();
    const target = `https://${account}.example.test/down`;
    await webhook(account, target);
    await outbox.tell(Array.from({ length: count }, (_, n) => aNotice(account, `down-${n}:${account}`)));
    const claimed = await outbox.claimDue('webhook', 64, HOLD);
    await outbox.settleAll(claimed.map(({ id, claimId }) => ({ claim: { id, claimId }, outcome: failed, receipt })));
    return { account, target };
  }

  it('rests: what is due for it is not tried, and keeps nobody else waiting', async () => {
    const { target } = await broken(300);
    expect(await restOf(target)).toBeCloseTo(15, 1);
    const other = freshAccount();
    await webhook(other);
    await outbox.tell([aNotice(other, `well:${other}`)]);
    await later(5);
    // Those that must wait fill one look, and are put off by it.
    expect([...(await claimedOf('webhook', 64)), ...(await claimedOf('webhook', 64))]).toEqual(['well']);
    expect(await clientOf(database).delivery.count({ where: { attempts: 1 } })).toBe(SLOTS_A_HOST + 1);
  });

  it('is tried with one delivery after its rest, and rests twice as long where that fails', async () => {
    const { target } = await broken(20);
    await restOver(16);
    await later(30);
    const [trial, ...others] = await outbox.claimDue('webhook', 64, HOLD);
    expect(others).toEqual([]);
    await later(30);
    expect(await outbox.claimDue('webhook', 64, HOLD)).toEqual([]);
    await settle(outbox, trial!, failed, receipt);
    expect(await restOf(target)).toBeCloseTo(30, 1);
  });

  it('is itself again once a trial succeeds', async () => {
    const { target } = await broken(20);
    await restOver(16);
    await later(30);
    const [trial] = await outbox.claimDue('webhook', 64, HOLD);
    await settle(outbox, trial!, { kind: 'delivered', status: 200 }, receipt);
    expect(await restOf(target)).toBeNull();
    await later(30);
    expect(await outbox.claimDue('webhook', 64, HOLD)).toHaveLength(SLOTS_A_HOST);
  });

  it('is not one where only single receivers refuse', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell(Array.from({ length: 7 }, (_, n) => aNotice(account, `refused-${n}:${account}`)));
    const claimed = await outbox.claimDue('webhook', 64, HOLD);
    await outbox.settleAll(claimed.map(({ id, claimId }) => ({ claim: { id, claimId }, outcome: { ...failed, status: 404, isOfEndpoint: false }, receipt })));
    await later(5);
    expect(await outbox.claimDue('webhook', 64, HOLD)).toHaveLength(7);
  });

  it('is the mail server for all mails alike, which is tried again within seconds', async () => {
    for (const account of Array.from({ length: 9 }, freshAccount)) await subscriptions.add({ chainId: CHAIN, account, channel: 'email', target: `${account}@example.test` }, new Date());
    const first = await outbox.claimDue('email', 5, HOLD);
    await outbox.settleAll(first.map(({ id, claimId }) => ({ claim: { id, claimId }, outcome: failed, receipt })));
    expect(await restOf('email')).toBeCloseTo(5, 1);
    await later(2);
    expect(await outbox.claimDue('email', 16, HOLD)).toEqual([]);
    await restOver(6);
    await later(30);
    expect(await outbox.claimDue('email', 16, HOLD)).toHaveLength(1);
  });
});

it('whoever looks for what is due does not read what waits for its next time', async () => {
  const account = freshAccount();
  const { subscription } = await webhook(account);
  const client = clientOf(database);
  await client.$executeRaw`
    INSERT INTO "OutboxEvent" ("id", "chainId", "account", "kind", "severity", "data") SELECT 'waits:' || n, ${CHAIN}::int, ${account}, 'not-protected', 'critical', '{}' FROM generate_series(1, 5000) n`;
  await client.$executeRaw`
    INSERT INTO "Delivery" ("id", "eventId", "subscriptionId", "channel", "urgency", "status", "nextAttemptAt")
    SELECT 'waits:' || n, 'waits:' || n, ${subscription.id}, 'webhook', 0, 'pending', now() + n * interval '1 minute' FROM generate_series(1, 5000) n`;
  try {
    await client.$executeRaw`ANALYZE "Delivery", "OutboxEvent"`;
    const rows = await client.$queryRaw<{ 'QUERY PLAN': string }[]>(Prisma.sql`EXPLAIN (ANALYZE, TIMING OFF) ${claimQuery({ channel: 'webhook', limit: 64, holdMs: HOLD })}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Delivery_pending.*\n\s*Index Cond: \(\(channel = 'webhook'::text\) AND \(urgency = .*\) AND \("nextAttemptAt" <= statement_timestamp\(\)\)\)/);
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{4}/);
  } finally {
    await client.outboxEvent.deleteMany({ where: { id: { startsWith: 'waits:' } } });
  }
});

describe('an email subscription', () => {
  it('gets nothing but its confirmation until it is confirmed, and then what happens from there on', async () => {
    const account = freshAccount();
    const { subscription } = await email(account);
    expect(subscription.status).toBe('pending');
    await outbox.tell([aNotice(account, `before:${account}`)]);

    const confirmation = await outbox.claim(await onlyDue(account), HOLD);
    expect(confirmation?.event.kind).toBe(CONFIRMATION_EVENT);
    expect(confirmation?.subscription).toMatchObject({ id: subscription.id, channel: 'email', target: 'owner@example.test', secret: null });
    const { token } = confirmation!.event.data as { token: string };
    await settle(outbox, confirmation!, { kind: 'delivered', status: 250 });

    expect(await subscriptions.confirm(`${token}x`, new Date())).toBeNull();
    expect((await subscriptions.confirm(token, new Date()))?.status).toBe('active');
    expect((await subscriptions.confirm(token, new Date()))?.status).toBe('active');
    await outbox.tell([aNotice(account, `after:${account}`)]);
    const delivery = await outbox.claim(await onlyDue(account), HOLD);
    expect(delivery?.event.id).toBe(`after:${account}`);
    expect(delivery?.subscription.endToken.length).toBeGreaterThanOrEqual(40);
  });

  it('goes to the one who confirms alone', async () => {
    const account = freshAccount();
    await webhook(account);
    await email(account);
    expect((await outbox.ofAccount(account, 10)).map(({ channel, kind }) => `${channel} ${kind}`)).toEqual([`email ${CONFIRMATION_EVENT}`]);
  });

  it('asked for again within ten minutes sends no second mail; later it sends one whose token replaces the first', async () => {
    const account = freshAccount();
    // Whatever the clock of the process says that asks: PostgreSQL's counts.
    const wrong = (): Date => new Date(Date.now() + 2 * 3_600_000);
    const first = await email(account, wrong());
    const toldAgo = (minutes: number) => clientOf(database).$executeRaw`UPDATE "OutboxEvent" SET "createdAt" = now() - make_interval(mins => ${minutes}::int) WHERE "account" = ${account}`;
    const [event] = await clientOf(database).outboxEvent.findMany({ where: { account } });
    expect(Math.abs(event!.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
    await toldAgo(9);
    const again = await email(account, wrong());
    expect(again).toMatchObject({ created: false, subscription: { id: first.subscription.id } });
    const firstId = await onlyDue(account);
    await toldAgo(11);
    await email(account, new Date());
    const ids = await dueOf(account);
    expect(ids).toHaveLength(2);
    const [older, newer] = [await outbox.claim(firstId, HOLD), await outbox.claim(ids.find((id) => id !== firstId)!, HOLD)];
    expect(await subscriptions.confirm((older!.event.data as { token: string }).token, new Date())).toBeNull();
    expect(await subscriptions.confirm((newer!.event.data as { token: string }).token, new Date())).not.toBeNull();
  });
});

describe('ending a subscription', () => {
  it('takes back what was on its way, and no new notice reaches it', async () => {
    const account = freshAccount();
    await webhook(account);
    await outbox.tell([aNotice(account, `e1:${account}`)]);
    const id = await onlyDue(account);
    const claimed = await outbox.claim(id, HOLD);
    await settle(outbox, claimed!, { kind: 'failed', status: 500, error: 'x', retryAfterMs: 1_000 });
    expect(await subscriptions.end('no such token', new Date())).toBeNull();
    expect((await subscriptions.end(claimed!.subscription.endToken, new Date()))?.status).toBe('ended');
    expect((await subscriptions.end(claimed!.subscription.endToken, new Date()))?.status).toBe('ended');
    await outbox.tell([aNotice(account, `e2:${account}`)]);
    expect((await outbox.ofAccount(account, 10)).map(({ status }) => status)).toEqual(['dead']);
    expect(await subscriptions.subscribedAccounts(CHAIN)).not.toContain(account);
  });

  it('cannot be undone by confirming, but the address may subscribe anew', async () => {
    const account = freshAccount();
    const { subscription } = await email(account);
    const delivery = await outbox.claim(await onlyDue(account), HOLD);
    await subscriptions.end(delivery!.subscription.endToken, new Date());
    expect(await subscriptions.confirm((delivery!.event.data as { token: string }).token, new Date())).toBeNull();
    expect((await email(account)).subscription.id).not.toBe(subscription.id);
    expect((await subscriptions.ofAccount(account)).map(({ status }) => status).sort()).toEqual(['ended', 'pending']);
  });
});

describe('a webhook subscription', () => {
  it('tells its signing secret once and is not made twice', async () => {
    const account = freshAccount();
    const first = await webhook(account);
    expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(await webhook(account)).toMatchObject({ subscription: { id: first.subscription.id, target: first.subscription.target }, created: false, secret: null });
    expect(await subscriptions.subscribedAccounts(CHAIN)).toContain(account);
  });

  it('is made once when asked for at once', async () => {
    const account = freshAccount();
    const made = await Promise.all(Array.from({ length: 5 }, () => webhook(account)));
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(await subscriptions.ofAccount(account)).toHaveLength(1);
  });
});

describe('an account', () => {
  it('has at most twenty subscriptions of a channel that have not ended, also when asked for at once', async () => {
    const account = freshAccount();
    const asked = await Promise.allSettled(Array.from({ length: SUBSCRIPTIONS_A_CHANNEL + 3 }, (_, index) => webhook(account, `https://example.test/${index}`)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(SUBSCRIPTIONS_A_CHANNEL);
    for (const result of asked) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(TooManySubscriptions);
    const [kept] = await subscriptions.ofAccount(account);
    expect(await webhook(account, kept!.target)).toMatchObject({ created: false, subscription: { id: kept!.id } });
    expect((await email(account)).created).toBe(true);

    await outbox.tell([aNotice(account, `cap:${account}`)]);
    const ofKept = (await outbox.ofAccount(account, 100)).find(({ target }) => target === kept!.target);
    const claimed = await outbox.claim(ofKept!.id, HOLD);
    await subscriptions.end(claimed!.subscription.endToken, new Date());
    expect((await webhook(account, 'https://example.test/another')).created).toBe(true);
    await expect(webhook(account, 'https://example.test/one-more')).rejects.toThrow(TooManySubscriptions);
  });
});

it('what is pending is counted', async () => {
  const before = await new StatusReader(database).counts();
  const account = freshAccount();
  await webhook(account);
  await outbox.tell([aNotice(account, `count:${account}`)]);
  expect(await new StatusReader(database).counts()).toEqual({ ...before, pendingDeliveries: before.pendingDeliveries + 1 });
});
