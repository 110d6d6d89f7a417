import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Address } from '@ballast/units';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount, settle } from '../test/fixture.js';
import { clientOf } from './database.js';
import { AliveStore, CHALLENGE_EVENT, Database, DeliveryReplays, PrismaOutbox, SubscriptionStore } from './index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;
let subscriptions: SubscriptionStore;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [outbox, subscriptions] = [new PrismaOutbox(database), new SubscriptionStore(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const ask = (account: Address) => subscriptions.add({ chainId: CHAIN, account, channel: 'webhook', target: 'https://example.test/hook', aliveMinutes: 1, byOwner: true }, new Date());
const deliveries = (account: Address) => outbox.ofAccount(account, 100);
const waiting = async (account: Address) => (await deliveries(account)).filter(({ status }) => status === 'pending');
const due = (account: Address) => clientOf(database).$executeRaw`UPDATE "Delivery" SET "nextAttemptAt" = now(), "claimedUntil" = null WHERE "eventId" IN (SELECT "id" FROM "OutboxEvent" WHERE "account" = ${account})`;
/** As though so many minutes had passed. */
const passed = (account: Address, minutes: number) => clientOf(database).$executeRaw`UPDATE "OutboxEvent" SET "createdAt" = "createdAt" - make_interval(mins => ${minutes}::int) WHERE "account" = ${account}`;
const claimOnly = async (account: Address) => {
  const [one, ...others] = await waiting(account);
  expect(others).toEqual([]);
  return (await outbox.claim(one!.id, 60_000))!;
};
const of = async (account: Address) => (await subscriptions.ofAccount(account))[0]!;
const WITHOUT = 'the receiver answered 200 without the challenge';

describe('a webhook', () => {
  it('is pending until it echoes its challenge, with which it becomes active, and gets nothing else before', async () => {
    const account = freshAccount();
    const { subscription, secret } = await ask(account);
    expect(subscription).toMatchObject({ status: 'pending', confirmedAt: null, waitsFor: { what: 'challenge', state: 'asked', lastError: null } });
    await outbox.tell([aNotice(account, `before:${account}`)]);
    expect(await new AliveStore(database).tellDue(CHAIN, {})).toBe(0);
    expect(await new DeliveryReplays(database).test(account, subscription.id)).toBeNull();
    expect(await subscriptions.toReach(CHAIN, null, 100)).toEqual([]);

    const challenge = await claimOnly(account);
    expect(challenge).toMatchObject({ event: { kind: CHALLENGE_EVENT, data: { challenge: expect.stringMatching(/^[\w-]{43}$/) as string } }, subscription: { id: subscription.id, secret } });
    await settle(outbox, challenge, { kind: 'delivered', status: 200, proven: true }, { latencyMs: 3, answer: 'x' });
    expect(await of(account)).toMatchObject({ status: 'active', confirmedAt: expect.any(Date) as Date, waitsFor: null });
    await outbox.tell([aNotice(account, `after:${account}`)]);
    expect((await waiting(account)).map(({ eventId }) => eventId)).toEqual([`after:${account}`]);
  });

  it('that answers without the challenge stays pending, says what is missing, and is given up at last', async () => {
    const account = freshAccount();
    const { subscription } = await ask(account);
    await settle(outbox, await claimOnly(account), { kind: 'failed', status: 200, error: WITHOUT, retryAfterMs: 0 }, { latencyMs: 3, answer: 'ok' });
    expect(await of(account)).toMatchObject({ status: 'pending', waitsFor: { state: 'asked', lastError: WITHOUT } });
    expect((await deliveries(account))[0]?.receipts).toMatchObject([{ status: 200, error: WITHOUT, answer: 'ok' }]);
    await due(account);
    await settle(outbox, await claimOnly(account), { kind: 'dead', status: 200, error: WITHOUT });
    expect(await of(account)).toMatchObject({ status: 'pending', waitsFor: { state: 'given-up', lastError: WITHOUT } });
    const replays = new DeliveryReplays(database);
    expect([await replays.dead(account, subscription.id), await replays.one(account, (await deliveries(account))[0]!.id)]).toEqual([null, 'ended']);
  });

  it('that was delivered another event, or whose answer proves nothing, does not become active', async () => {
    const account = freshAccount();
    await ask(account);
    await settle(outbox, await claimOnly(account), { kind: 'delivered', status: 200 });
    expect(await of(account)).toMatchObject({ status: 'pending' });
  });

  it('is sent a new challenge when it is asked for again, at most every ten minutes, in place of the one that waits', async () => {
    const account = freshAccount();
    await ask(account);
    const first = await claimOnly(account);
    expect(await ask(account)).toMatchObject({ created: false, secret: null, subscription: { status: 'pending' } });
    await passed(account, 9);
    await ask(account);
    expect(await deliveries(account)).toHaveLength(1);
    await passed(account, 1);
    await Promise.all([ask(account), ask(account)]);
    expect(await deliveries(account)).toHaveLength(2);
    const second = await claimOnly(account);
    expect(second.event.data).not.toEqual(first.event.data);
    // The answer to the one that was replaced comes late.
    await settle(outbox, first, { kind: 'delivered', status: 200, proven: true });
    expect(await of(account)).toMatchObject({ status: 'pending' });
    await settle(outbox, second, { kind: 'delivered', status: 200, proven: true });
    expect(await of(account)).toMatchObject({ status: 'active' });
    await passed(account, 20);
    await ask(account);
    expect(await waiting(account)).toEqual([]);
  });

  it('that is ended while its challenge is answered stays ended', async () => {
    for (let round = 0; round < 10; round += 1) {
      const account = freshAccount();
      await ask(account);
      const challenge = await claimOnly(account);
      const [ended] = await Promise.all([subscriptions.end(challenge.subscription.endToken, new Date()), settle(outbox, challenge, { kind: 'delivered', status: 200, proven: true })]);
      expect(ended).toMatchObject({ status: 'ended' });
      expect(await of(account)).toMatchObject({ status: 'ended' });
    }
  });
});

it('an email address says that it waits for its confirmation', async () => {
  const account = freshAccount();
  await subscriptions.add({ chainId: CHAIN, account, channel: 'email', target: 'owner@example.test' }, new Date());
  expect(await of(account)).toMatchObject({ waitsFor: { what: 'confirmation', state: 'asked', lastError: null } });
});
