import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount, settle } from '../test/fixture.js';
import { Database, DeliveryReplays, PrismaOutbox, SubscriptionStore } from './index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;
let subscriptions: SubscriptionStore;
let replays: DeliveryReplays;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [outbox, subscriptions, replays] = [new PrismaOutbox(database), new SubscriptionStore(database), new DeliveryReplays(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

/** An account with one webhook for which so many notices were given up. */
async function givenUp(notices: number) {
  const account = freshAccount();
  const { subscription } = await addActiveWebhook(database, { chainId: CHAIN, account, target: `https://${account}.example.test/hook` });
  for (let n = 0; n < notices; n += 1) await outbox.tell([aNotice(account, `dead-${n}:${account}`)]);
  const seen = () => outbox.ofAccount(account, 100);
  let endToken = '';
  for (const { id } of await seen()) {
    const claimed = (await outbox.claim(id, 60_000))!;
    endToken = claimed.subscription.endToken;
    await settle(outbox, claimed, { kind: 'dead', status: 500, error: 'given up' }, { latencyMs: 3, answer: 'no' });
  }
  return { account, subscriptionId: subscription.id, seen, endToken };
}

describe('what was given up', () => {
  it('is found among all that was sent', async () => {
    const { account, seen } = await givenUp(2);
    await outbox.tell([aNotice(account, `alive:${account}`)]);
    expect(await seen()).toHaveLength(3);
    expect((await outbox.ofAccount(account, 100, 'dead')).map(({ status }) => status)).toEqual(['dead', 'dead']);
  });

  it('is taken up again one at a time, with the same event, all its tries and its receipts', async () => {
    const { account, subscriptionId, seen } = await givenUp(2);
    const [first] = await seen();
    expect(await replays.one(account, first!.id)).toBe('replayed');
    expect(await replays.one(account, first!.id)).toBe('pending');
    const claimed = await outbox.claim(first!.id, 60_000);
    expect(claimed).toMatchObject({ attempts: 1, event: { id: first!.eventId } });
    await settle(outbox, claimed!, { kind: 'delivered', status: 200 }, { latencyMs: 4, answer: '' });
    const after = await seen();
    expect(after.map(({ status }) => status).sort()).toEqual(['dead', 'delivered']);
    expect(after.find(({ id }) => id === first!.id)).toMatchObject({ subscriptionId, receipts: [{ status: 200 }, { status: 500 }] });
  });

  it('is taken up again all at once for a subscription, and nothing that arrived', async () => {
    const { account, subscriptionId, seen } = await givenUp(3);
    const [arrived] = await seen();
    await replays.one(account, arrived!.id);
    await settle(outbox, (await outbox.claim(arrived!.id, 60_000))!, { kind: 'delivered', status: 200 });
    expect(await replays.dead(account, subscriptionId)).toBe(2);
    expect(await replays.dead(account, subscriptionId)).toBe(0);
    expect((await seen()).map(({ status }) => status).sort()).toEqual(['delivered', 'pending', 'pending']);
  });

  it('is nobody else’s to take up, and not what an ended subscription would get', async () => {
    const { account, subscriptionId, seen, endToken } = await givenUp(1);
    const { id } = (await seen())[0]!;
    const other = freshAccount();
    expect([await replays.one(other, id), await replays.dead(other, subscriptionId), await replays.test(other, subscriptionId)]).toEqual(['unknown', null, null]);
    await subscriptions.end(endToken, new Date());
    expect([await replays.one(account, id), await replays.dead(account, subscriptionId), await replays.test(account, subscriptionId)]).toEqual(['ended', null, null]);
    expect((await seen()).map(({ status }) => status)).toEqual(['dead']);
  });
});

describe('a test', () => {
  it('goes to the one webhook that it was asked for, each time under an id of its own, and is not taken up again with the rest', async () => {
    const { account, subscriptionId, seen } = await givenUp(0);
    await addActiveWebhook(database, { chainId: CHAIN, account, target: 'https://example.test/other' });
    const ids = [await replays.test(account, subscriptionId), await replays.test(account, subscriptionId)];
    const sent = await seen();
    expect(sent.map(({ eventId }) => eventId).sort()).toEqual([...ids].sort());
    expect(sent).toMatchObject([{ kind: 'test', subscriptionId }, { kind: 'test', subscriptionId }]);
    for (const { id } of sent) await settle(outbox, (await outbox.claim(id, 60_000))!, { kind: 'dead', status: 500, error: 'given up' });
    expect(await replays.dead(account, subscriptionId)).toBe(0);
  });
});
