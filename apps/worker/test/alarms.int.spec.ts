import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshAccounts, type DevAccount } from '@ballast/devchain';
import { startWebhookSink } from '@ballast/embedded';
import { AlarmStore, SubscriptionStore, type AlarmRecord } from '@ballast/storage';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const [mara, nils, olga] = freshAccounts(4_801, 3) as [DevAccount, DevAccount, DevAccount];
const ALLOWANCE = 15_000_000_000n;
let stage: Stage;
let worker: RunningWorker;
let alarms: AlarmStore;

beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  worker = await stage.startWorker({ ALLOW_LOOPBACK_WEBHOOKS: 'true' });
  alarms = new AlarmStore(stage.database);
});
afterAll(async () => {
  await worker?.stop();
  await stage?.close();
});

const mailsOf = (owner: Owner) => stage.inbox.messages().filter((mail) => mail.to.includes(owner.email));
const named = (owner: Owner, subject: RegExp) => mailsOf(owner).filter((mail) => subject.test(mail.subject));
/** Waits for so many mails with such a subject. */
const mailed = (owner: Owner, subject: RegExp, count: number) => stage.until(`${count} mails ${subject}`, async () => (named(owner, subject).length >= count ? named(owner, subject) : undefined));
const newest = async (owner: Owner): Promise<AlarmRecord> => (await alarms.ofAccount(owner.address, 10))[0]!;
/** As though so many minutes had passed since it was told. */
const passed = (owner: Owner, minutes: number) => stage.sql.query('update "Alarm" set "toldAt" = "toldAt" - make_interval(mins => $2), "tellAt" = "tellAt" - make_interval(mins => $2) where "account" = $1', [owner.address, minutes]);
/** Long enough for a reminder that is due, in blocks of a second. */
const SOME_BLOCKS = 8;

const NOT_PROTECTED = /^Not protected/;
const AGAIN = /^Protected again/;

async function armed(account: DevAccount): Promise<Owner> {
  const owner = await stage.newOwner(account);
  await stage.active(owner);
  await stage.decided(owner, 'hold', 'above-trigger');
  return owner;
}

describe('an owner whose only mandate lost its allowance', () => {
  it('is told within one cycle, again until he says by the link that he has seen it, and that it is protected again once repaired', async () => {
    const owner = await armed(mara);
    const before = await stage.chain.provider.getBlockNumber();
    await stage.approve(mara, 0n);
    const [first] = await mailed(owner, NOT_PROTECTED, 1);
    const alarm = await newest(owner);
    expect(alarm).toMatchObject({ kind: 'not-protected', cause: 'allowance-missing', tellings: 1, endedAt: null });
    const decided = await stage.records.latestDecision(owner.positionId);
    expect(Number(decided?.blockNumber ?? 0n) - before).toBeLessThanOrEqual(3);

    await passed(owner, 15);
    const [, second] = await mailed(owner, NOT_PROTECTED, 2);
    await passed(owner, 60);
    const [, , third] = await mailed(owner, NOT_PROTECTED, 3);
    expect(new Set([first, second, third].map((mail) => mail?.subject)).size).toBe(1);
    expect(first?.text).not.toContain('Still so');
    for (const reminder of [second, third]) expect(reminder?.text).toContain('Still so: ');
    expect(new Set(Object.keys(stage.mails(owner)).filter((id) => id.startsWith('evt_still_'))).size).toBe(2);

    const token = decodeURIComponent(/acknowledge#token=(\S+)/.exec(third?.text ?? '')?.[1] ?? '');
    expect(await alarms.acknowledgeByLink(token)).toMatchObject({ id: alarm.id, endedAt: null });
    await passed(owner, 1_440);
    await stage.blocks(SOME_BLOCKS);
    expect(named(owner, NOT_PROTECTED)).toHaveLength(3);

    await stage.approve(mara, ALLOWANCE);
    await mailed(owner, AGAIN, 1);
    expect((await newest(owner)).endedAt).not.toBeNull();
  });

  it('is told no more once it was repaired, though he never said that he has seen it', async () => {
    const owner = await armed(nils);
    await stage.approve(nils, 0n);
    await mailed(owner, NOT_PROTECTED, 1);
    await stage.approve(nils, ALLOWANCE);
    await mailed(owner, AGAIN, 1);
    await passed(owner, 1_440);
    await stage.blocks(SOME_BLOCKS);
    expect([named(owner, NOT_PROTECTED).length, named(owner, AGAIN).length]).toEqual([1, 1]);
  });
});

describe('an owner whose mail server takes nothing', () => {
  it('is told by the second contact that he named, a signed webhook that has proved itself, and hears the end there too', async () => {
    const owner = await armed(olga);
    const sink = await startWebhookSink();
    try {
      const subscriptions = new SubscriptionStore(stage.database);
      const { subscription, secret } = await subscriptions.add({ chainId: stage.id, account: owner.address, channel: 'webhook', target: sink.url, byOwner: true, escalatesAfterMinutes: 15 }, new Date());
      sink.addSecret(secret!);
      await stage.until('the webhook has proved itself', async () => (await subscriptions.ofAccount(owner.address)).find(({ id, status }) => id === subscription.id && status === 'active'));
      stage.inbox.failNext(1_000_000, 451);
      await stage.approve(olga, 0n);
      await stage.until('the alarm is open', async () => (await alarms.ofAccount(owner.address, 1))[0]);
      await stage.blocks(SOME_BLOCKS);
      expect(sink.received().filter(({ type }) => type !== 'webhook.challenge')).toEqual([]);

      await stage.sql.query('update "OutboxEvent" set "createdAt" = "createdAt" - interval \'16 minutes\' where "account" = $1', [owner.address]);
      await stage.sql.query('update "Subscription" set "confirmedAt" = "confirmedAt" - interval \'1 hour\' where "account" = $1', [owner.address]);
      const told = await sink.waitFor(({ type }) => type === 'ballast.not-protected', 60_000);
      expect(told).toMatchObject({ verified: true, status: 204 });
      expect(named(owner, NOT_PROTECTED)).toEqual([]);

      stage.inbox.failNext(0, 451);
      await stage.approve(olga, ALLOWANCE);
      expect(await sink.waitFor(({ type }) => type === 'ballast.protected-again', 60_000)).toMatchObject({ verified: true });
    } finally {
      stage.inbox.failNext(0, 451);
      await sink.stop();
    }
  });
});
