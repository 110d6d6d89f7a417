import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Notice } from '@ballast/policy';
import { positionId } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { addActiveWebhook } from '../../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount } from '../../test/fixture.js';
import { clientOf } from '../database.js';
import { AlarmStore, Database, PrismaOutbox, SubscriptionStore, acknowledgeToken, forgetChain, type AlarmRecord } from '../index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;
let alarms: AlarmStore;
let subscriptions: SubscriptionStore;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  outbox = new PrismaOutbox(database);
  alarms = new AlarmStore(database);
  subscriptions = new SubscriptionStore(database);
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

let told = 0;
const unprotected = (account: Address, reason = 'allowance-missing', given: Partial<Notice> = {}): Notice => aNotice(account, `evt_unprotected_${(told += 1)}`, { positionId: positionId(CHAIN, 'aave-v3', account), data: { reason }, ...given });
const protectedAgain = (account: Address): Notice => unprotected(account, '', { kind: 'protected-again', severity: 'info', data: {} });
const overOf = (account: Address): Notice => unprotected(account, '', { kind: 'alarm.over', severity: 'info', data: { of: 'not-protected', subject: `loan:${positionId(CHAIN, 'aave-v3', account)}` } });
const only = async (account: Address): Promise<AlarmRecord> => {
  const [alarm, ...others] = await alarms.ofAccount(account, 10);
  expect(others).toEqual([]);
  return alarm!;
};
/** As though so many minutes had passed for the account's alarms. */
const passed = (account: Address, minutes: number) =>
  clientOf(database).$executeRaw`UPDATE "Alarm" SET "toldAt" = "toldAt" - make_interval(mins => ${minutes}::int), "tellAt" = "tellAt" - make_interval(mins => ${minutes}::int) WHERE "account" = ${account}`;
const events = (account: Address) => clientOf(database).outboxEvent.findMany({ where: { account }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
const still = async (account: Address) => (await events(account)).filter(({ kind }) => kind === 'alarm.still');
const hook = async (account: Address) => (await addActiveWebhook(database, { chainId: CHAIN, account, target: 'https://example.test/hook' })).subscription;
/** Of the newest delivery. */
async function linkOf(account: Address): Promise<string> {
  const [delivery] = await outbox.ofAccount(account, 1);
  return (await outbox.claim(delivery!.id, 60_000))?.acknowledgeToken ?? '';
}

describe('an alarm', () => {
  it('is opened with the event that tells of it, which names it, and is ended with the one that tells of its end', async () => {
    const account = freshAccount();
    await outbox.tell([unprotected(account)]);
    const opened = await only(account);
    expect(opened).toMatchObject({ kind: 'not-protected', cause: 'allowance-missing', tellings: 1, acknowledgedAt: null, endedAt: null });
    expect((await events(account))[0]?.data).toEqual({ reason: 'allowance-missing', alarm: { id: opened.id, of: 'not-protected', telling: 1, since: opened.openedAt.toISOString(), againInMinutes: 15 } });
    await outbox.tell([protectedAgain(account)]);
    expect((await only(account)).endedAt).not.toBeNull();
    await passed(account, 1_000);
    expect(await alarms.remind(CHAIN)).toBe(0);
  });

  it('told twice is opened once, and a new spell is a new alarm', async () => {
    const account = freshAccount();
    const notice = unprotected(account);
    await Promise.all([outbox.tell([notice]), outbox.tell([notice]), outbox.tell([unprotected(account)])]);
    const first = await only(account);
    await outbox.tell([protectedAgain(account)]);
    await outbox.tell([unprotected(account)]);
    const [open, ended] = await alarms.ofAccount(account, 10);
    expect([ended?.id, open?.id === first.id, open?.endedAt]).toEqual([first.id, false, null]);
  });

  it('is told again under a stable id after 15 minutes, an hour, then every six, once by however many workers', async () => {
    const account = freshAccount();
    await hook(account);
    await outbox.tell([unprotected(account)]);
    await passed(account, 14);
    expect(await alarms.remind(CHAIN)).toBe(0);
    for (const [index, minutes] of [1, 60, 360, 360].entries()) {
      await passed(account, minutes);
      const counts = await Promise.all([alarms.remind(CHAIN), alarms.remind(CHAIN), alarms.remind(CHAIN)]);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
      expect(await still(account)).toHaveLength(index + 1);
    }
    const told = await still(account);
    expect(told.map(({ data }) => (data as { alarm: { telling: number } }).alarm.telling).toSorted()).toEqual([2, 3, 4, 5]);
    expect(told.every(({ id, severity, data }) => id.startsWith('evt_still_alm_') && severity === 'critical' && (data as { reason: string }).reason === 'allowance-missing')).toBe(true);
    expect(await outbox.ofAccount(account, 10)).toHaveLength(5);
  });

  it('missed for a day is told once, not for each time that was missed', async () => {
    const account = freshAccount();
    await outbox.tell([unprotected(account)]);
    await passed(account, 1_440);
    expect([await alarms.remind(CHAIN), await alarms.remind(CHAIN)]).toEqual([1, 0]);
  });

  it('whose event was undone is none', async () => {
    const account = freshAccount();
    await outbox.tell([unprotected(account), { ...unprotected(account), data: { bad: Number.NaN } }]).catch(() => undefined);
    expect([await alarms.ofAccount(account, 10), await events(account)]).toEqual([[], []]);
  });
});

describe('that an alarm was acknowledged', () => {
  it('ends its telling, is said with its time, and is the owner\'s word about his own account alone', async () => {
    const [account, other] = [freshAccount(), freshAccount()];
    await outbox.tell([unprotected(account)]);
    const { id } = await only(account);
    expect(await alarms.acknowledge(other, id)).toBeNull();
    const seen = await alarms.acknowledge(account, id);
    expect(seen).toMatchObject({ acknowledgedBy: 'owner', endedAt: null });
    expect(await alarms.acknowledge(account, id)).toEqual(seen);
    await passed(account, 1_000);
    expect(await alarms.remind(CHAIN)).toBe(0);
  });

  it('no longer counts once its cause is another, and still does where the same is told again', async () => {
    const account = freshAccount();
    await outbox.tell([unprotected(account)]);
    const { id } = await only(account);
    await alarms.acknowledge(account, id);
    await outbox.tell([unprotected(account)]);
    expect((await only(account)).acknowledgedAt).not.toBeNull();
    await outbox.tell([unprotected(account, 'wallet-empty')]);
    expect(await only(account)).toMatchObject({ id, cause: 'wallet-empty', acknowledgedAt: null, acknowledgedBy: null, tellings: 1 });
  });

  it('can be said by the link of each mail that the owner asked for, in the name of its subscription, as long as it is one', async () => {
    const [account, stranger] = [freshAccount(), freshAccount()];
    const { id: subscriptionId } = await hook(account);
    await clientOf(database).subscription.update({ where: { id: subscriptionId }, data: { byOwner: true } });
    await outbox.tell([unprotected(account)]);
    const { id } = await only(account);
    const token = await linkOf(account);
    const { endToken } = await clientOf(database).subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
    const theirs = await hook(stranger);
    const stolen = await clientOf(database).subscription.findUniqueOrThrow({ where: { id: theirs.id } });
    expect(await alarms.acknowledgeByLink(acknowledgeToken({ alarmId: id, subscriptionId: theirs.id }, stolen.endToken))).toBeNull();
    for (const wrong of ['', 'nonsense', `${token}x`, token.replace('alm_', 'alm-'), token.slice(0, -1)]) expect(await alarms.acknowledgeByLink(wrong)).toBeNull();
    expect((await only(account)).acknowledgedAt).toBeNull();
    expect(await alarms.acknowledgeByLink(token)).toMatchObject({ id, acknowledgedBy: subscriptionId });

    await outbox.tell([unprotected(account, 'wallet-empty')]);
    await subscriptions.end(endToken, new Date());
    expect(await alarms.acknowledgeByLink(token)).toBeNull();
  });

  it('by somebody who subscribed to an account that is not his ends the telling to him alone: nobody silences an owner', async () => {
    const account = freshAccount();
    const [stranger, owner] = [await hook(account), await addActiveWebhook(database, { chainId: CHAIN, account, target: 'https://owner.example.test/', byOwner: true })];
    await outbox.tell([unprotected(account)]);
    const { id } = await only(account);
    const { endToken } = await clientOf(database).subscription.findUniqueOrThrow({ where: { id: stranger.id } });
    const token = acknowledgeToken({ alarmId: id, subscriptionId: stranger.id }, endToken);
    const seen = await alarms.acknowledgeByLink(token);
    expect(seen).toMatchObject({ id, acknowledgedBy: stranger.id, acknowledgedAt: expect.any(Date) as Date });
    expect(await alarms.acknowledgeByLink(token)).toEqual(seen);
    expect((await only(account)).acknowledgedAt).toBeNull();
    const reminded = async (): Promise<readonly string[]> => {
      await passed(account, 1_000);
      expect(await alarms.remind(CHAIN)).toBe(1);
      const told = await clientOf(database).delivery.findMany({ where: { event: { account, kind: 'alarm.still' } }, orderBy: [{ createdAt: 'desc' }, { subscriptionId: 'asc' }], include: { event: true } });
      return told.filter(({ eventId }) => eventId === told[0]?.eventId).map(({ subscriptionId }) => subscriptionId);
    };
    expect(await reminded()).toEqual([owner.subscription.id]);
    // For another cause it is new to him as to everybody; so is its end.
    await outbox.tell([unprotected(account, 'wallet-empty')]);
    expect((await reminded()).toSorted()).toEqual([stranger.id, owner.subscription.id].toSorted());
  });
});

describe('the end of an alarm that a process may have forgotten', () => {
  it('is written only where the alarm is open', async () => {
    const account = freshAccount();
    await outbox.tell([overOf(account)]);
    expect(await events(account)).toEqual([]);
    await outbox.tell([unprotected(account)]);
    await outbox.tell([overOf(account), overOf(account)]);
    expect((await only(account)).endedAt).not.toBeNull();
    await outbox.tell([overOf(account)]);
    expect((await events(account)).map(({ kind }) => kind).toSorted()).toEqual(['alarm.over', 'alarm.over', 'not-protected']);
  });
});

it('of a chain that is forgotten are forgotten', async () => {
  const account = freshAccount();
  await outbox.tell([unprotected(account)]);
  await forgetChain(database, CHAIN);
  expect(await alarms.ofAccount(account, 10)).toEqual([]);
});
