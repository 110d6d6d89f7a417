import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SEVERITIES, type Notice, type Severity } from '@ballast/policy';
import { positionId } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount } from '../test/fixture.js';
import { clientOf } from './database.js';
import { AlarmStore, Database, PrismaOutbox, SubscriptionStore } from './index.js';

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

let told = 0;
const happening = (account: Address, given: Partial<Notice>): Notice => aNotice(account, `evt_role_${(told += 1)}`, { positionId: positionId(CHAIN, 'aave-v3', account), ...given });
const hook = async (account: Address, leastSeverity?: Severity) =>
  (await addActiveWebhook(database, { chainId: CHAIN, account, target: `https://example.test/${leastSeverity ?? 'default'}`, ...(leastSeverity === undefined ? {} : { leastSeverity }) })).subscription;
/** Severities, or kinds, of what was written for a subscription, sorted. */
const writtenFor = async (subscriptionId: string, field: 'severity' | 'kind') =>
  (await clientOf(database).delivery.findMany({ where: { subscriptionId }, include: { event: true } })).map(({ event }) => event[field]).toSorted();

describe('the least severity of a subscription', () => {
  it('is what it is told from on, and everything where none was asked for', async () => {
    const account = freshAccount();
    const of = { default: await hook(account), info: await hook(account, 'info'), warning: await hook(account, 'warning'), critical: await hook(account, 'critical') };
    expect(of.default.leastSeverity).toBe('info');
    await outbox.tell(SEVERITIES.map((severity) => happening(account, { kind: 'action.failed', severity })));
    expect(await writtenFor(of.default.id, 'severity')).toEqual(['critical', 'info', 'warning']);
    expect(await writtenFor(of.info.id, 'severity')).toEqual(['critical', 'info', 'warning']);
    expect(await writtenFor(of.warning.id, 'severity')).toEqual(['critical', 'warning']);
    expect(await writtenFor(of.critical.id, 'severity')).toEqual(['critical']);
  });

  it('does not hold back the end of an alarm from whoever was told of it', async () => {
    const account = freshAccount();
    const early = await hook(account, 'critical');
    await outbox.tell([happening(account, { data: { reason: 'allowance-missing' } })]);
    const late = await hook(account, 'warning');
    await outbox.tell([happening(account, { kind: 'protected-again', severity: 'info', data: {} })]);
    expect(await writtenFor(early.id, 'kind')).toEqual(['not-protected', 'protected-again']);
    expect(await writtenFor(late.id, 'kind')).toEqual([]);
    // An end that ends nothing is information like any other.
    await outbox.tell([happening(account, { kind: 'protected-again', severity: 'info', data: {} })]);
    expect(await writtenFor(early.id, 'kind')).toEqual(['not-protected', 'protected-again']);
  });

  it('does not hold back the end from whoever was only reminded of it', async () => {
    const account = freshAccount();
    await outbox.tell([happening(account, { data: { reason: 'allowance-missing' } })]);
    const late = await hook(account, 'critical');
    await clientOf(database).$executeRaw`UPDATE "Alarm" SET "toldAt" = "toldAt" - interval '1 hour', "tellAt" = "tellAt" - interval '1 hour' WHERE "account" = ${account}`;
    await new AlarmStore(database).remind(CHAIN);
    await outbox.tell([happening(account, { kind: 'protected-again', severity: 'info', data: {} })]);
    expect(await writtenFor(late.id, 'kind')).toEqual(['alarm.still', 'protected-again']);
  });

  it('does not hold back what is sent to one subscription alone', async () => {
    const account = freshAccount();
    const { subscription } = await subscriptions.add({ chainId: CHAIN, account, channel: 'email', target: 'least@example.test', leastSeverity: 'critical' }, new Date());
    expect(await writtenFor(subscription.id, 'kind')).toEqual(['subscription.confirm']);
  });
});
