import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount } from '../test/fixture.js';
import { clientOf } from './database.js';
import { Database, PrismaOutbox } from './index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  outbox = new PrismaOutbox(database);
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

/** A delivery by webhook of an account of its own, and what its owner sees of it. */
async function aDelivery() {
  const account = freshAccount();
  await addActiveWebhook(database, { chainId: CHAIN, account, target: 'https://example.test/hook', byOwner: true });
  await outbox.tell([aNotice(account, `receipt:${account}`)]);
  const seen = async () => (await outbox.ofAccount(account, 1))[0]!;
  const { id } = await seen();
  const due = () => clientOf(database).$executeRaw`UPDATE "Delivery" SET "nextAttemptAt" = now(), "claimedUntil" = null WHERE "id" = ${id}`;
  const claim = async () => {
    await due();
    return (await outbox.claim(id, 60_000))!;
  };
  return { id, seen, claim };
}

describe('receipts', () => {
  it('are kept of each attempt, newest first, as PostgreSQL can store them', async () => {
    const { seen, claim } = await aDelivery();
    expect((await seen()).receipts).toEqual([]);
    await outbox.settle(await claim(), { kind: 'failed', status: 503, error: 'not now', retryAfterMs: 0 }, { latencyMs: 40, answer: 'bu\u0000sy \ud800' });
    await outbox.settle(await claim(), { kind: 'delivered', status: 204 }, { latencyMs: 7, answer: '' });
    const { receipts } = await seen();
    expect(receipts).toMatchObject([{ latencyMs: 7, status: 204, error: null, answer: '' }, { latencyMs: 40, status: 503, error: 'not now', answer: 'busy \ufffd' }]);
    for (const { at } of receipts) expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('are kept of an attempt that ended too late to count', async () => {
    const { seen, claim } = await aDelivery();
    const frozen = await claim();
    await claim();
    await outbox.settle(frozen, { kind: 'failed', status: null, error: 'late', retryAfterMs: 0 }, { latencyMs: 5_000, answer: null });
    expect(await seen()).toMatchObject({ status: 'pending', lastError: null, receipts: [{ error: 'late' }] });
  });

  it('are not made up where nothing was sent', async () => {
    const { seen, claim } = await aDelivery();
    await outbox.settle(await claim(), { kind: 'dead', status: null, error: 'given up' });
    expect((await seen()).receipts).toEqual([]);
  });

  it('are at most twenty of a delivery, the newest', async () => {
    const { id, seen, claim } = await aDelivery();
    for (let turn = 1; turn <= 23; turn += 1) await outbox.settle(await claim(), { kind: 'failed', status: 500, error: `try ${turn}`, retryAfterMs: 0 }, { latencyMs: 1, answer: null });
    expect((await seen()).receipts.map(({ error }) => error)).toEqual(Array.from({ length: 20 }, (_, index) => `try ${23 - index}`));
    expect(await clientOf(database).deliveryReceipt.count({ where: { deliveryId: id } })).toBe(20);
  });

  it('of others are forgotten after a month, some with each that is written', async () => {
    const [old, other] = [await aDelivery(), await aDelivery()];
    for (let turn = 0; turn < 12; turn += 1) await outbox.settle(await old.claim(), { kind: 'failed', status: 500, error: 'x', retryAfterMs: 0 }, { latencyMs: 1, answer: null });
    await clientOf(database).$executeRaw`UPDATE "DeliveryReceipt" SET "attemptedAt" = "attemptedAt" - interval '31 days' WHERE "deliveryId" = ${old.id}`;
    const written = async () => outbox.settle(await other.claim(), { kind: 'failed', status: 500, error: 'x', retryAfterMs: 0 }, { latencyMs: 1, answer: null });
    await written();
    expect((await old.seen()).receipts).toHaveLength(2);
    await written();
    expect((await old.seen()).receipts).toHaveLength(0);
    expect((await other.seen()).receipts).toHaveLength(2);
  });
});
