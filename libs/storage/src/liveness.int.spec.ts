import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { chainId, type Address, type ChainId } from '@ballast/units';
import pg from 'pg';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, LANE, acting, aPlan, atBlock, freshAccount, holding, onLane, storeLoan, unable } from '../test/fixture.js';
import { storeHedger, type Hedger } from '../test/venue-fixture.js';
import { AliveStore, ChainStore, Database, HedgingRoundStore, HeartbeatStore, LivenessStore, PrismaActionJournal, PrismaOutbox, SubscriptionStore, VenueAccountStore, WatchStore, forgetChain } from './index.js';

let made: TestDatabase;
let database: Database;
let sql: pg.Client;
let liveness: LivenessStore;
let journal: PrismaActionJournal;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
  liveness = new LivenessStore(database);
  journal = new PrismaActionJournal(database);
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await made?.drop();
});
beforeEach(() => forgetChain(database, CHAIN));

const NOW = new Date();
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const health = 1_300_000_000_000_000_000n;

/** A guarded loan of a watched account, read so many seconds ago. */
async function guarded(readAgo = 1) {
  const loan = await storeLoan(database);
  await new WatchStore(database).watch(CHAIN, 'aave-v3', loan.account);
  await sql.query('update "Position" set "observedAt" = $2 where "id" = $1', [loan.positionId, ago(readAgo)]);
  return loan;
}

/** An action of the loan whose decision, first broadcast and block are so many milliseconds after `at`; what is left out did not happen. */
async function acted(loan: Awaited<ReturnType<typeof guarded>>, at: Date, sentAfter?: number, minedAfter?: number): Promise<void> {
  const planned = await journal.plan(aPlan(loan), acting(loan, health), atBlock(100n), []);
  if (planned.kind === 'busy') throw new Error('busy');
  const { id } = planned.intent;
  await journal.allocateNonce(id, onLane(LANE));
  const time = (ms: number): Date => new Date(at.getTime() + ms);
  await sql.query('update "Decision" set "createdAt" = $2 where "id" = (select "decisionId" from "Intent" where "id" = $1)', [id, at]);
  if (sentAfter !== undefined) await sql.query('update "IntentTransaction" set "broadcastAt" = $2 where "intentId" = $1', [id, time(sentAfter)]);
  if (minedAfter !== undefined) await sql.query(`insert into "IntentStep" ("intentId", "seq", "from", "event", "to", "at") values ($1, 8, 'BROADCAST', 'mined', 'MINED', $2), ($1, 9, 'BROADCAST', 'mined', 'MINED', $3)`, [id, time(1), time(minedAfter)]);
  await sql.query(`update "Intent" set "open" = false, "state" = 'DONE' where "id" = $1`, [id]);
}

describe('liveness figures', () => {
  it('of a chain where nothing happened have no numbers that were not measured', async () => {
    const none = { kind: 'not-measured' };
    const stages = { triggerToSent: none, sentToMined: none, triggerToMined: none };
    expect(await liveness.measure(CHAIN, NOW)).toEqual({
      checks: { guarded: { positions: 0, oldestAt: null, medianAt: null }, all: { positions: 0, oldestAt: null, medianAt: null } }, mandates: { armed: 0, cannot: 0, undecided: 0, reasons: [] }, openIntents: 0,
      hedging: { plans: 0, guarded: 0, roundAt: null, accounts: 0, oldestReadingAt: null },
      actions: { day: stages, month: stages }, blindSpells: { day: 0, month: 0, last: [] },
    });
    expect(await liveness.latest(CHAIN)).toBeNull();
  });

  it('are read back as they were measured', async () => {
    const loan = await guarded();
    await acted(loan, ago(60), 300, 2_300);
    const figures = await liveness.measure(CHAIN, NOW);
    await liveness.save(CHAIN, { measuredAt: NOW, figures });
    await liveness.save(CHAIN, { measuredAt: NOW, figures });
    expect(await liveness.latest(CHAIN)).toEqual({ measuredAt: NOW, figures });
    await sql.query(`update "Liveness" set "figures" = '{"checks": {"positions": 3}}' where "chainId" = $1`, [CHAIN]);
    expect(await liveness.latest(CHAIN)).toBeNull();
  });

  it('name the loan that was read the longest ago and the one in the middle, of those that are guarded and of all, without those that owe nothing or that nobody watches', async () => {
    for (const seconds of [3, 90, 7]) await guarded(seconds);
    const free = await guarded(700);
    await sql.query(`update "Mandate" set "status" = 'revoked' where "positionId" = $1`, [free.positionId]);
    const paidBack = await guarded(5_000);
    await sql.query('update "PositionSample" set "debtUsdE8" = 0 where "positionId" = $1', [paidBack.positionId]);
    await storeLoan(database);
    expect((await liveness.measure(CHAIN, NOW)).checks).toEqual({
      guarded: { positions: 3, oldestAt: ago(90).toISOString(), medianAt: ago(7).toISOString() }, all: { positions: 4, oldestAt: ago(700).toISOString(), medianAt: ago(90).toISOString() },
    });
  });

  it('count as armed what is in force, and by its reason what could not run by the newest decision', async () => {
    const [can, empty, recovered, undecided, , silent] = [await guarded(), await guarded(), await guarded(), await guarded(), await guarded(), await guarded(61)];
    await journal.record(holding(can, health), atBlock(10n), []);
    await journal.record(unable(empty, health), atBlock(10n), []);
    await journal.record(unable(recovered, health), atBlock(10n), []);
    await journal.record(holding(recovered, health), atBlock(11n), []);
    await journal.record(holding(silent, health), atBlock(11n), []);
    // A decision under an earlier mandate says nothing of the one in force.
    await journal.record({ ...unable(undecided, health), mandateHash: null }, atBlock(10n), []);
    expect((await liveness.measure(CHAIN, NOW)).mandates).toEqual({ armed: 6, cannot: 2, undecided: 2, reasons: [{ reason: 'not-seen', count: 1 }, { reason: 'wallet-empty', count: 1 }] });
  });

  it('give times that were really taken, of the last day and the last 30, from the first broadcast and the last block', async () => {
    const loan = await guarded();
    for (let n = 1; n <= 100; n += 1) await acted(loan, ago(3_600 + n), n * 10, n * 100);
    await acted(loan, ago(86_400 * 2), 9_000, 20_000);
    await acted(loan, ago(86_400 * 31), 99_000, 990_000);
    await acted(loan, ago(50));
    await acted(loan, ago(40), 500);
    const { day, month } = (await liveness.measure(CHAIN, NOW)).actions;
    expect(day).toEqual({
      triggerToSent: { kind: 'measured', count: 101, p50Ms: 500, p95Ms: 950, p99Ms: 990 },
      sentToMined: { kind: 'measured', count: 100, p50Ms: 4_500, p95Ms: 8_550, p99Ms: 8_910 },
      triggerToMined: { kind: 'measured', count: 100, p50Ms: 5_000, p95Ms: 9_500, p99Ms: 9_900 },
    });
    expect(month.triggerToMined).toMatchObject({ count: 101, p99Ms: 10_000 });
    expect(month.triggerToSent).toMatchObject({ count: 102 });
  });

  it('count hedges and guarded accounts, and name when all of them were looked after and the account that was read the longest ago', async () => {
    const hedgers = [await storeHedger(database), await storeHedger(database)];
    await new HedgingRoundStore(database).finished(CHAIN, ago(9));
    await new HedgingRoundStore(database).finished(CHAIN, ago(3));
    const readAt = (account: string, seconds: number) => sql.query('update "VenueAccount" set "reading" = \'{}\', "readAt" = $2 where "id" = $1', [account, ago(seconds)]);
    const [one, other] = hedgers as [Hedger, Hedger];
    await readAt(one.account, 40);
    await readAt(one.guarded.account, 6);
    await readAt(other.account, 7);
    expect((await liveness.measure(CHAIN, NOW)).hedging).toEqual({ plans: 2, guarded: 2, roundAt: ago(3).toISOString(), accounts: 4, oldestReadingAt: null });
    await readAt(other.guarded.account, 5);
    await new VenueAccountStore(database).setBounds(other.guarded.account, other, null, []);
    expect((await liveness.measure(CHAIN, NOW)).hedging).toEqual({ plans: 2, guarded: 1, roundAt: ago(3).toISOString(), accounts: 4, oldestReadingAt: ago(40).toISOString() });
    await forgetChain(database, CHAIN);
    expect((await liveness.measure(CHAIN, NOW)).hedging).toEqual({ plans: 0, guarded: 0, roundAt: null, accounts: 0, oldestReadingAt: null });
  });

  it('tell of blind spells while they last and after', async () => {
    const chains = new ChainStore(database);
    await chains.blind(CHAIN, 'Local', ago(86_400 * 2), 'no block', []);
    await chains.sighted(CHAIN, () => [], ago(86_400 * 2 - 60));
    await chains.blind(CHAIN, 'Local', ago(20), 'the node is gone', []);
    await chains.blind(CHAIN, 'Local', ago(10), 'another reason', []);
    expect((await liveness.measure(CHAIN, NOW)).blindSpells).toEqual({
      day: 1, month: 2, last: [{ since: ago(20).toISOString(), until: null, reason: 'the node is gone' }, { since: ago(86_400 * 2).toISOString(), until: ago(86_400 * 2 - 60).toISOString(), reason: 'no block' }],
    });
  });
});

describe('a heartbeat', () => {
  const heartbeats = (): HeartbeatStore => new HeartbeatStore(database);
  const signed = (chain: ChainId, now: Date): Promise<{ body: string }> => heartbeats().issue(chain, now, (sequence) => ({ body: String(sequence), signature: 's', keyId: 'k' }));

  it('has a sequence that only grows: with the clock, without it, and when many sign at once', async () => {
    const chain = chainId(77_001);
    expect(await heartbeats().latest(chain)).toBeNull();
    const first = Number((await signed(chain, NOW)).body);
    expect(first).toBe(NOW.getTime());
    expect(Number((await signed(chain, ago(600))).body)).toBe(first + 1);
    const many = (await Promise.all(Array.from({ length: 8 }, () => signed(chain, NOW)))).map(({ body }) => Number(body));
    expect(new Set(many).size).toBe(8);
    expect(await heartbeats().latest(chain)).toMatchObject({ body: String(Math.max(...many)), issuedAt: NOW, sequence: BigInt(Math.max(...many)) });
  });

  it('is not forgotten with its chain, so that the next one is later', async () => {
    const { body } = await signed(CHAIN, new Date(NOW.getTime() + 60_000));
    await forgetChain(database, CHAIN);
    expect(Number((await signed(CHAIN, NOW)).body)).toBe(Number(body) + 1);
  });
});

describe('signs of life', () => {
  const alive = (): AliveStore => new AliveStore(database);
  const subscribe = (account: Address, aliveMinutes: number | null) => addActiveWebhook(database, { chainId: CHAIN, account, target: `https://example.test/${account}`, aliveMinutes });
  const waiting = async (): Promise<readonly string[]> => (await sql.query<{ id: string }>(`select "id" from "Delivery" where "status" = 'pending' order by "createdAt", "id"`)).rows.map(({ id }) => id);
  /** As though so many minutes had passed since every sign. */
  const passed = async (minutes: number): Promise<void> => {
    await sql.query('update "Subscription" set "aliveAt" = "aliveAt" - make_interval(secs => $1)', [minutes * 60]);
    await sql.query('update "OutboxEvent" set "createdAt" = "createdAt" - make_interval(secs => $1)', [minutes * 60]);
  };

  it('go to those who asked, at their own interval, and once when two workers write them', async () => {
    const [often, rarely, never] = [freshAccount(), freshAccount(), freshAccount()];
    await subscribe(often, 5);
    await subscribe(rarely, 60);
    await subscribe(never, null);
    const toldAfter = async (minutes: number): Promise<number> => {
      await passed(minutes);
      return (await Promise.all([alive().tellDue(CHAIN, { a: 1 }), alive().tellDue(CHAIN, { a: 1 })])).reduce((sum, many) => sum + many, 0);
    };
    // After 0, 4.9, 5, 59 and 60 minutes.
    expect([await toldAfter(0), await toldAfter(4.9), await toldAfter(0.1), await toldAfter(54), await toldAfter(1)]).toEqual([2, 0, 1, 1, 1]);
    // The one that is told once an hour waits since its first sign; of the other only the newest is left.
    expect(await waiting()).toHaveLength(2);
  });

  it('that were not delivered are withdrawn, and old ones deleted', async () => {
    const account = freshAccount();
    await subscribe(account, 1);
    await alive().tellDue(CHAIN, { head: '7' });
    const [id] = await waiting();
    const outbox = new PrismaOutbox(database);
    expect(await outbox.claim(id!, 60_000)).toMatchObject({ event: { kind: 'alive', severity: 'info', account, data: { head: '7' } }, subscription: { channel: 'webhook' } });
    await alive().withdraw(CHAIN, 'we are blind');
    expect(await waiting()).toEqual([]);
    expect(await outbox.ofAccount(account, 10)).toMatchObject([{ status: 'dead', lastError: 'we are blind' }]);
    await alive().prune(CHAIN, 60_000);
    expect(await outbox.ofAccount(account, 10)).toHaveLength(1);
    await passed(1);
    await alive().prune(CHAIN, 60_000);
    expect(await outbox.ofAccount(account, 10)).toEqual([]);
  });

  it('go by the database’s clock: a worker whose clock is hours off keeps none back, and deletes none that is young', async () => {
    const account = freshAccount();
    await subscribe(account, 5);
    const outbox = new PrismaOutbox(database);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    try {
      expect(await alive().tellDue(CHAIN, { a: 1 })).toBe(1);
      await alive().prune(CHAIN, 3_600_000);
    } finally {
      vi.useRealTimers();
    }
    const [sign] = await outbox.ofAccount(account, 10);
    const { rows: [event] } = await sql.query<{ off: number }>('select abs(extract(epoch from now() - "createdAt"))::float8 as off from "OutboxEvent" where "id" = $1', [sign?.eventId]);
    expect(event?.off).toBeLessThan(60);
    await passed(5);
    expect(await alive().tellDue(CHAIN, { a: 2 })).toBe(1);
  });

  it('of which the interval is none are refused by the database', async () => {
    for (const minutes of [0, -5, 1_441]) await expect(subscribe(freshAccount(), minutes)).rejects.toThrow();
  });
});

describe('whoever must be reached without us', () => {
  it('is listed a page at a time: active subscriptions of the chain alone, with what it takes to reach them', async () => {
    const subscriptions = new SubscriptionStore(database);
    const add = (account: Address, channel: 'email' | 'webhook', target: string) => (channel === 'email' ? subscriptions.add({ chainId: CHAIN, account, channel, target }, NOW) : addActiveWebhook(database, { chainId: CHAIN, account, target }));
    for (let n = 0; n < 3; n += 1) await add(freshAccount(), 'webhook', `https://example.test/${n}`);
    await add(freshAccount(), 'email', 'pending@example.test');
    await subscriptions.add({ chainId: CHAIN, account: freshAccount(), channel: 'webhook', target: 'https://example.test/pending' }, NOW);
    const ended = await add(freshAccount(), 'webhook', 'https://example.test/ended');
    const [token] = (await sql.query<{ endToken: string }>('select "endToken" from "Subscription" where "id" = $1', [ended.subscription.id])).rows;
    await subscriptions.end(token!.endToken, NOW);
    const first = await subscriptions.toReach(CHAIN, null, 2);
    const second = await subscriptions.toReach(CHAIN, first.at(-1)!.id, 2);
    expect([first.length, second.length]).toEqual([2, 1]);
    for (const one of [...first, ...second]) expect(one).toMatchObject({ chainId: CHAIN, channel: 'webhook', target: expect.stringMatching(/example\.test\/\d$/), secret: expect.stringMatching(/^whsec_/), endToken: expect.stringMatching(/.{30,}/) });
    expect(await subscriptions.toReach(chainId(1), null, 10)).toEqual([]);
  });
});
