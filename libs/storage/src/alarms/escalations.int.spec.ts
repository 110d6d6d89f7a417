import type { Notice } from '@ballast/policy';
import { positionId } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { addActiveWebhook } from '../../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount, settle } from '../../test/fixture.js';
import { clientOf } from '../database.js';
import { AlarmStore, Database, Escalations, PrismaOutbox, SubscriptionStore, type SubscriptionRequest } from '../index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;
let escalations: Escalations;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [outbox, escalations] = [new PrismaOutbox(database), new Escalations(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

let told = 0;
const alarming = (account: Address): Notice => aNotice(account, `evt_alarm_${(told += 1)}`, { positionId: positionId(CHAIN, 'aave-v3', account), kind: 'not-protected', severity: 'critical', data: { reason: 'allowance-missing' } });
const critical = (account: Address): Notice => aNotice(account, `evt_failed_${(told += 1)}`, { kind: 'action.failed', severity: 'critical' });
const hook = async (account: Address, name: string, more: Partial<SubscriptionRequest> = {}) =>
  (await addActiveWebhook(database, { chainId: CHAIN, account, target: `https://${name}.${account}.example.test/`, byOwner: true, ...more })).subscription;
/** The kinds of what is written for a subscription. */
const writtenFor = async ({ id }: { readonly id: string }) => (await clientOf(database).delivery.findMany({ where: { subscriptionId: id }, include: { event: true }, orderBy: { createdAt: 'asc' } })).map(({ event }) => event.kind);
const passed = (account: Address, minutes: number) => clientOf(database).$executeRaw`UPDATE "OutboxEvent" SET "createdAt" = "createdAt" - make_interval(mins => ${minutes}::int) WHERE "account" = ${account}`;
const early = (account: Address) => clientOf(database).$executeRaw`UPDATE "Subscription" SET "confirmedAt" = "confirmedAt" - interval '1 day' WHERE "account" = ${account}`;
/** What the first contact's deliveries came to. */
async function ended({ id }: { readonly id: string }, outcome: 'delivered' | 'dead'): Promise<void> {
  for (const { id: delivery } of await clientOf(database).delivery.findMany({ where: { subscriptionId: id, status: 'pending' } })) {
    await settle(outbox, (await outbox.claim(delivery, 60_000))!, outcome === 'delivered' ? { kind: 'delivered', status: 200 } : { kind: 'dead', status: 500, error: 'given up' });
  }
}
/** A first contact, and one that is told a quarter of an hour later. */
async function contacts() {
  const account = freshAccount();
  const [first, second] = [await hook(account, 'first'), await hook(account, 'second', { escalatesAfterMinutes: 15 })];
  await early(account);
  return { account, first, second };
}

describe('a contact that is told later', () => {
  it('is told of an alarm that was delivered to the first, and that nobody has acknowledged after its minutes; once, and of what follows as it happens', async () => {
    const { account, first, second } = await contacts();
    await outbox.tell([alarming(account)]);
    await ended(first, 'delivered');
    await passed(account, 14);
    expect(await escalations.escalate(CHAIN)).toBe(0);
    await passed(account, 1);
    expect(await Promise.all([escalations.escalate(CHAIN), escalations.escalate(CHAIN)]).then((many) => many[0] + many[1])).toBe(1);
    expect(await escalations.escalate(CHAIN)).toBe(0);
    expect(await writtenFor(second)).toEqual(['not-protected']);

    await outbox.tell([aNotice(account, `evt_again_${account}`, { positionId: positionId(CHAIN, 'aave-v3', account), kind: 'protected-again', severity: 'info', data: {} })]);
    expect(await writtenFor(second)).toEqual(['not-protected', 'protected-again']);
  });

  it('is told at once where every delivery to the others was given up, also of what opens no alarm', async () => {
    const { account, first, second } = await contacts();
    await outbox.tell([alarming(account), critical(account)]);
    expect(await escalations.escalate(CHAIN)).toBe(0);
    await ended(first, 'dead');
    expect(await escalations.escalate(CHAIN)).toBe(2);
    expect((await writtenFor(second)).toSorted()).toEqual(['action.failed', 'not-protected']);
  });

  it('is told after its minutes of what could not be brought to the others yet, and not of what was, where it opens no alarm', async () => {
    const [hanging, well] = [await contacts(), await contacts()];
    await outbox.tell([critical(hanging.account), critical(well.account)]);
    await ended(well.first, 'delivered');
    for (const { account } of [hanging, well]) await passed(account, 16);
    expect(await escalations.escalate(CHAIN)).toBe(1);
    expect([await writtenFor(hanging.second), await writtenFor(well.second)]).toEqual([['action.failed'], []]);
  });

  it('is not told of an alarm that the owner acknowledged in time, nor of one that is over, nor of what is not critical', async () => {
    const [seen, over, mild] = [await contacts(), await contacts(), await contacts()];
    await outbox.tell([alarming(seen.account), alarming(over.account), aNotice(mild.account, `evt_mild_${mild.account}`, { kind: 'action.failed', severity: 'warning' })]);
    const alarms = new AlarmStore(database);
    await alarms.acknowledge(seen.account, (await alarms.ofAccount(seen.account, 1))[0]!.id);
    await outbox.tell([aNotice(over.account, `evt_over_${over.account}`, { positionId: positionId(CHAIN, 'aave-v3', over.account), kind: 'protected-again', severity: 'info', data: {} })]);
    for (const { account, first } of [seen, over, mild]) {
      await ended(first, 'dead');
      await passed(account, 60);
    }
    expect(await escalations.escalate(CHAIN)).toBe(0);
    for (const { second } of [seen, over, mild]) expect(await writtenFor(second)).toEqual([]);
  });

  it('is told at once where the owner has no other that is active: an alarm reaches somebody', async () => {
    const { account, first, second } = await contacts();
    const { endToken } = await clientOf(database).subscription.findUniqueOrThrow({ where: { id: first.id } });
    await new SubscriptionStore(database).end(endToken, new Date());
    await outbox.tell([alarming(account)]);
    expect(await writtenFor(second)).toEqual(['not-protected']);
  });

  it('is not kept waiting by a subscription that somebody else made for the account', async () => {
    const account = freshAccount();
    const [stranger, second] = [await hook(account, 'stranger', { byOwner: false }), await hook(account, 'second', { escalatesAfterMinutes: 15 })];
    await outbox.tell([critical(account)]);
    expect([await writtenFor(stranger), await writtenFor(second)]).toEqual([['action.failed'], ['action.failed']]);
  });
});
