import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { startHalfOpenWay } from '../test/half-open.js';
import { clientOf, inTransaction } from './database.js';
import { LANE, aNotice, aPlan, acting, atBlock, freshAccount, storeLoan, CHAIN, onLane } from '../test/fixture.js';
import {
  ChainStore, ChangeListener, Database, DatabaseUnusable, PositionStore, PrismaActionJournal, PrismaOutbox, SignInStore, StatusReader, SubscriptionStore, WatchStore,
  MandateStore, forgetChain, type Change,
} from './index.js';

let made: TestDatabase;
let database: Database;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
});

afterAll(async () => {
  await database?.close();
  await made?.drop();
});

describe('opening a database', () => {
  it.each([
    ['', 'got nothing'],
    ['localhost', 'got text that is not a URL'],
    ['mysql://ballast:hunter2@127.0.0.1/ballast', 'got mysql://ballast:***@127.0.0.1/ballast'],
    ['postgresql://ballast:hunter2@127.0.0.1:5432/', 'with a database name'],
    ['postgresql://ballast:hunter2@127.0.0.1:1/ballast', 'a PostgreSQL that answers'],
    ['postgresql://ballast@127.0.0.1:5432/ballast?schema=other', 'in the schema public'],
  ])('%s is refused by the variable’s name, what was given, and what is expected', async (url, words) => {
    const opening = Database.open(url);
    await expect(opening).rejects.toThrow(DatabaseUnusable);
    await expect(opening).rejects.toThrow(/^DATABASE_URL: got .*, expected /);
    await expect(opening).rejects.toThrow(words);
    await expect(opening).rejects.not.toThrow('hunter2');
  });

  it('tells PostgreSQL’s own reason: a database that is not there', async () => {
    const missing = new URL(made.url);
    missing.pathname = '/no_such_database';
    await expect(Database.open(missing.toString())).rejects.toThrow('"no_such_database" does not exist');
  });

  it('survives the server ending every connection', async () => {
    await database.ping();
    await endConnections();
    await vi.waitFor(() => database.ping(), { timeout: 10_000 });
  });
});

describe('a connection that says nothing any more', () => {
  it('is given up, in a transaction too, and another one is made', async () => {
    const way = await startHalfOpenWay(made.url);
    const patient = await Database.open(way.url, { maxConnections: 1, mostSilentMs: 1_000 });
    try {
      way.freeze();
      await expect(within(5_000, patient.ping())).rejects.toThrow('said nothing');
      await within(5_000, patient.ping());
      const frozen = inTransaction(patient, async (tx) => {
        await tx.$queryRaw`SELECT 1`;
        way.freeze();
        await tx.$queryRaw`SELECT 2`;
      });
      await expect(within(5_000, frozen)).rejects.toThrow('said nothing');
      await within(5_000, patient.ping());
    } finally {
      await way.stop();
      await patient.close();
    }
  });

  it('is not one whose query takes long: PostgreSQL itself ends that one first, and does not work on at it', async () => {
    const patient = await Database.open(made.url, { mostSilentMs: 1_500 });
    try {
      await expect(within(5_000, clientOf(patient).$queryRaw`SELECT 1 FROM pg_sleep(30)`)).rejects.toThrow('statement timeout');
      expect(await clientOf(patient).$queryRaw`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()`).toEqual([]);
    } finally {
      await patient.close();
    }
  });
});

/** What `work` gives; throws once it has taken longer than so long. */
const within = <T>(milliseconds: number, work: Promise<T>): Promise<T> =>
  Promise.race([work, new Promise<never>((_, reject) => void setTimeout(() => reject(new Error(`nothing within ${milliseconds} ms`)), milliseconds).unref())]);

async function endConnections(applicationName = '%'): Promise<void> {
  const admin = new pg.Client({ connectionString: made.url });
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE $1', [applicationName]);
  await admin.end();
}

describe('changes', () => {
  it('are heard by other processes once they are committed, and not when they are rolled back', async () => {
    const heard: Change[] = [];
    const errors: Error[] = [];
    const stop = await new ChangeListener(database).listen((change) => heard.push(change), (error) => errors.push(error));
    const loan = await storeLoan(database);
    const journal = new PrismaActionJournal(database);
    const result = await journal.plan(aPlan(loan), acting(loan, 1n), atBlock(1n), [aNotice(loan.account, `heard:${loan.account}`)]);
    if (result.kind !== 'planned') throw new Error('busy');
    await expect(journal.advance(result.intent.id, 'PLANNED', { event: 'x', to: 'DROPPED', notices: [aNotice(freshAccount(), 'bad', { data: { x: Number.NaN } })] })).rejects.toThrow();
    await new WatchStore(database).watch(CHAIN, 'aave-v3', loan.account);
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ type: 'chain', chainId: CHAIN }), { timeout: 10_000 });
    const about = { positionId: loan.positionId, account: loan.account };
    expect(heard).toEqual([
      { type: 'position', ...about }, { type: 'mandate', ...about }, { type: 'mandate', ...about },
      { type: 'intent', ...about }, { type: 'decision', ...about }, { type: 'delivery', account: loan.account }, { type: 'chain', chainId: CHAIN },
    ]);
    expect(errors).toEqual([]);
    await stop();
  });

  it('are heard again after the connection broke', async () => {
    const heard: Change[] = [];
    const errors: Error[] = [];
    const resumed = vi.fn();
    const stop = await new ChangeListener(database).listen((change) => heard.push(change), (error) => errors.push(error), resumed);
    await endConnections('ballast changes');
    await vi.waitFor(() => expect(resumed).toHaveBeenCalled(), { timeout: 20_000 });
    expect(errors.length).toBeGreaterThan(0);
    await new ChainStore(database).headSeen(CHAIN, 'Local chain', { number: 1n, hash: '0x1', timestamp: 1n }, new Date());
    await vi.waitFor(() => expect(heard).toContainEqual({ type: 'chain', chainId: CHAIN }), { timeout: 10_000 });
    await stop();
    await stop();
  });

  it('of another shape are passed over', async () => {
    const heard: Change[] = [];
    const stop = await new ChangeListener(database).listen((change) => heard.push(change), () => undefined);
    const sender = new pg.Client({ connectionString: made.url });
    await sender.connect();
    for (const payload of ['not json', '{"type":"unheard-of"}', '{"type":"chain","chainId":7}']) await sender.query("SELECT pg_notify('ballast_changes', $1)", [payload]);
    await sender.end();
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'chain', chainId: 7 }]), { timeout: 10_000 });
    await stop();
  });
});

describe('signing in', () => {
  const soon = () => new Date(Date.now() + 60_000);

  it('lets a nonce be used once, also when used many times at once', async () => {
    const store = new SignInStore(database);
    const nonce = await store.issueNonce(soon());
    const uses = await Promise.all(Array.from({ length: 8 }, () => store.useNonce(nonce, new Date())));
    expect(uses.filter(Boolean)).toHaveLength(1);
    expect(await store.useNonce(nonce, new Date())).toBe(false);
  });

  it('refuses a nonce that is over, and one that was never issued', async () => {
    const store = new SignInStore(database);
    const nonce = await store.issueNonce(new Date(Date.now() - 1));
    expect(await store.useNonce(nonce, new Date())).toBe(false);
    expect(await store.useNonce('0123456789abcdef', new Date())).toBe(false);
  });

  it('keeps a session until it is closed or over, by a token that the table does not hold', async () => {
    const store = new SignInStore(database);
    const session = { address: freshAccount(), chainId: CHAIN, expiresAt: soon() };
    const [token, other] = [await store.openSession(session), await store.openSession({ ...session, expiresAt: new Date(Date.now() - 1) })];
    expect(await store.session(token, new Date())).toEqual(session);
    expect(await store.session(token, new Date(Date.now() + 61_000))).toBeNull();
    expect(await store.session(other, new Date())).toBeNull();
    await store.prune(new Date());
    expect(await store.session(token, new Date())).toEqual(session);
    await store.closeSession(token);
    expect(await store.session(token, new Date())).toBeNull();
  });
});

describe('a chain', () => {
  const noticeOf = (id: string) => aNotice(freshAccount(), id, { kind: 'blind' });

  it('is blind from the first failure on, told once, and sighted once', async () => {
    const chains = new ChainStore(database);
    const chain = 4242 as typeof CHAIN;
    const since = new Date('2026-01-01T00:00:00Z');
    expect(await chains.blind(chain, 'Far chain', since, 'connection refused', [noticeOf('blind:1')])).toBe(true);
    expect(await chains.blind(chain, 'Far chain', new Date(), 'timed\u0000 out', [noticeOf('blind:2')])).toBe(false);
    expect(await chains.get(chain)).toEqual({ chainId: chain, name: 'Far chain', head: null, blind: { since, reason: 'timed out' } });
    const head = { number: 2n ** 53n + 1n, hash: '0xabc', timestamp: 9n };
    const seenAt = new Date();
    await chains.headSeen(chain, 'Far chain', head, seenAt);
    expect(await chains.sighted(chain, (blindSince) => [noticeOf(`sighted:${blindSince.getTime()}`)])).toEqual(since);
    expect(await chains.sighted(chain, () => [noticeOf('sighted:twice')])).toBeNull();
    expect(await chains.get(chain)).toEqual({ chainId: chain, name: 'Far chain', head: { ...head, seenAt }, blind: null });
  });

  it('is watched for an account once, since the first time', async () => {
    const watches = new WatchStore(database);
    const account = freshAccount();
    const [first] = await Promise.all([watches.watch(CHAIN, 'aave-v3', account), watches.watch(CHAIN, 'aave-v3', account)]);
    expect(await watches.watch(CHAIN, 'aave-v3', account)).toEqual(first);
    expect((await watches.watched(CHAIN, 'aave-v3')).filter((watched) => watched === account)).toHaveLength(1);
    expect(await watches.ofAccount(account)).toEqual([first]);
    expect(await watches.ofAccount(freshAccount())).toEqual([]);
  });

  it('can be forgotten whole, its nonces and subscriptions too', async () => {
    const loan = await storeLoan(database);
    const journal = new PrismaActionJournal(database);
    const result = await journal.plan(aPlan(loan), acting(loan, 1n), atBlock(1n), [aNotice(loan.account, `forget:${loan.account}`)]);
    if (result.kind !== 'planned') throw new Error('busy');
    await journal.allocateNonce(result.intent.id, onLane(LANE, 77n));
    const subscriptions = new SubscriptionStore(database);
    await subscriptions.add({ chainId: CHAIN, account: loan.account, channel: 'email', target: 'a@example.test' }, new Date());

    await forgetChain(database, CHAIN);
    expect(await new PositionStore(database).latest(loan.positionId)).toBeNull();
    expect(await new MandateStore(database).ofOwner(loan.account)).toEqual([]);
    expect(await journal.openIntents()).toEqual([]);
    expect(await new PrismaOutbox(database).ofAccount(loan.account, 10)).toEqual([]);
    expect(await new StatusReader(database).counts()).toEqual({ watchedAccounts: 0, openIntents: 0, pendingDeliveries: 0 });
    // The next local chain has the same accounts: who subscribed to the last one's must be able to again.
    expect(await subscriptions.ofAccount(loan.account)).toEqual([]);

    const next = await storeLoan(database);
    const again = await journal.plan(aPlan(next), null, null, []);
    if (again.kind !== 'planned') throw new Error('busy');
    expect((await journal.allocateNonce(again.intent.id, onLane(LANE, 0n))).transactions[0]?.nonce).toBe(0n);
  });
});
