import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Address } from '@ballast/units';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, aNotice, freshAccount, settle } from '../test/fixture.js';
import { clientOf } from './database.js';
import { Database, PrismaOutbox, SubscriptionStore, TooManySecrets, WebhookSecrets } from './index.js';

let made: TestDatabase;
let database: Database;
let outbox: PrismaOutbox;
let secrets: WebhookSecrets;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [outbox, secrets] = [new PrismaOutbox(database), new WebhookSecrets(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

async function aWebhook(byOwner = true) {
  const account = freshAccount();
  const { subscription, secret } = await addActiveWebhook(database, { chainId: CHAIN, account, target: 'https://example.test/hook', byOwner });
  let notices = 0;
  /** With what the next post would be signed. */
  const signedWith = async () => {
    await outbox.tell([aNotice(account, `${(notices += 1)}:${account}`)]);
    const [newest] = await outbox.ofAccount(account, 1);
    const { subscription: claimed } = (await outbox.claim(newest!.id, 60_000))!;
    return [claimed.secret, ...(claimed.previousSecrets ?? [])];
  };
  return { account, id: subscription.id, secret, signedWith };
}
/** As though so many hours had passed since every renewal. */
const passed = (account: Address, hours: number) => clientOf(database).$executeRaw`
  UPDATE "Subscription" SET "retiredSecrets" = (SELECT jsonb_agg(jsonb_set(r, '{until}', to_jsonb(to_char((r->>'until')::timestamptz AT TIME ZONE 'UTC' - make_interval(hours => ${hours}::int), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) ORDER BY n)
    FROM jsonb_array_elements("retiredSecrets") WITH ORDINALITY AS x(r, n)) WHERE "account" = ${account}`;

describe('a webhook’s secret', () => {
  it('is renewed, and the one before it is signed with too for a day by the database’s clock, by the watchdog as well', async () => {
    const { account, id, secret, signedWith } = await aWebhook();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 48 * 3_600_000 });
    const renewed = await secrets.rotate(account, id).finally(() => vi.useRealTimers());
    expect(renewed).toMatchObject({ secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32}$/) as string });
    expect(Math.abs(renewed!.previousUntil.getTime() - Date.now() - 86_400_000)).toBeLessThan(60_000);
    expect(await signedWith()).toEqual([renewed!.secret, secret]);
    expect((await new SubscriptionStore(database).toReach(CHAIN, null, 100)).find((one) => one.id === id)).toMatchObject({ secret: renewed!.secret, previousSecrets: [secret] });
    await passed(account, 23);
    expect(await signedWith()).toEqual([renewed!.secret, secret]);
    await passed(account, 1);
    expect(await signedWith()).toEqual([renewed!.secret]);
    expect((await new SubscriptionStore(database).toReach(CHAIN, null, 100)).find((one) => one.id === id)).toMatchObject({ previousSecrets: [] });
  });

  it('renewed again within the day keeps each its day, and no more than three of them', async () => {
    const { account, id, secret, signedWith } = await aWebhook();
    const [first, second, third] = [await secrets.rotate(account, id), await secrets.rotate(account, id), await secrets.rotate(account, id)];
    expect(await signedWith()).toEqual([third!.secret, second!.secret, first!.secret, secret]);
    await expect(secrets.rotate(account, id)).rejects.toThrow(TooManySecrets);
  });

  it('is nobody’s to renew but his who made it while signed in', async () => {
    const [others, own] = [await aWebhook(false), await aWebhook()];
    expect([await secrets.rotate(others.account, others.id), await secrets.rotate(freshAccount(), own.id)]).toEqual([null, null]);
    expect(await others.signedWith()).toEqual([others.secret]);
  });
});

it('what a receiver answered is shown of a webhook that the owner made, and not of one that somebody else did', async () => {
  for (const [byOwner, answer] of [[true, 'inside'], [false, null]] as const) {
    const { account } = await aWebhook(byOwner);
    await outbox.tell([aNotice(account, `answer:${account}`)]);
    const [{ id } = { id: '' }] = await outbox.ofAccount(account, 1);
    await settle(outbox, (await outbox.claim(id, 60_000))!, { kind: 'failed', status: 500, error: 'the receiver answered 500', retryAfterMs: 0 }, { latencyMs: 12, answer: 'inside' });
    expect((await outbox.ofAccount(account, 1))[0]?.receipts).toMatchObject([{ status: 500, latencyMs: 12, answer }]);
  }
});
