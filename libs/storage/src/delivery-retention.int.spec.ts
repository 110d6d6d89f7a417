import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount, settle } from '../test/fixture.js';
import { clientOf } from './database.js';
import { Database, DeliveryReplays, DeliveryRetention, PrismaOutbox } from './index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;
let retention: DeliveryRetention;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [outbox, retention] = [new PrismaOutbox(database), new DeliveryRetention(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const HOLD = 60_000;
async function aDelivery() {
  const account = freshAccount();
  await addActiveWebhook(database, { chainId: CHAIN, account, target: `https://${account}.example.test/hook` });
  await outbox.tell([aNotice(account, `kept:${account}`)]);
  const seen = async () => (await outbox.ofAccount(account, 1))[0];
  const id = (await seen())!.id;
  const aged = (hours: number) => clientOf(database).$executeRaw`UPDATE "Delivery" SET "createdAt" = "createdAt" - make_interval(hours => ${hours}::int), "takenUpAt" = "takenUpAt" - make_interval(hours => ${hours}::int) WHERE "id" = ${id}`;
  return { account, id, seen, aged };
}

describe('deliveries', () => {
  it('that waited two days for an endpoint are given up, saying what was wrong with it; none that is on its way, and none that waited less', async () => {
    const [old, held, young] = [await aDelivery(), await aDelivery(), await aDelivery()];
    await clientOf(database).deliveryBreaker.create({ data: { endpoint: (await old.seen())!.target, failures: 9, lastError: 'ECONNREFUSED', failedAt: new Date() } });
    await outbox.claim(held.id, HOLD);
    for (const one of [old, held]) await one.aged(49);
    await young.aged(47);
    expect(await retention.giveUp()).toBe(1);
    expect(await old.seen()).toMatchObject({ status: 'dead', lastError: 'given up after two days: ECONNREFUSED' });
    expect([(await held.seen())?.status, (await young.seen())?.status]).toEqual(['pending', 'pending']);
  });

  it('that are taken up again have two days again', async () => {
    const { account, id, seen, aged } = await aDelivery();
    await settle(outbox, (await outbox.claim(id, HOLD))!, { kind: 'dead', status: 500, error: 'given up' });
    await aged(100);
    await new DeliveryReplays(database).one(account, id);
    await retention.giveUp();
    expect((await seen())?.status).toBe('pending');
  });

  it('that ended are forgotten after ninety days with their receipts; what they told is not, and is not told again', async () => {
    const { account, id, seen, aged } = await aDelivery();
    const other = await aDelivery();
    await settle(outbox, (await outbox.claim(id, HOLD))!, { kind: 'delivered', status: 200 }, { latencyMs: 1, answer: null });
    await aged(91 * 24);
    await other.aged(91 * 24);
    expect(await retention.forget()).toBe(1);
    expect(await seen()).toBeUndefined();
    expect(await other.seen()).toBeDefined();
    await outbox.tell([aNotice(account, `kept:${account}`)]);
    expect(await seen()).toBeUndefined();
  });
});
