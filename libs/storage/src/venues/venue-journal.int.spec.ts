import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS, type MarginMove, type OrderDropCode, type SendingFacts, type VenueIntent, type VenueStop } from '@ballast/policy';
import { InvalidInput } from '@ballast/units';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { aNotice } from '../../test/fixture.js';
import { CHAIN, WALL, accountDecided, anIntent, asSent, contracts, freshClientId, hedging, holdingHedge, planned, settlement, storeHedger, usd, type Hedger } from '../../test/venue-fixture.js';
import { Database, HedgePlanStore, LeaseLost, LeaseStore, NotStored, OrderIdTaken, PrismaVenueJournal, SwitchStore, VenueAccountStore, VenueJournalReader, VenueKeyStore, VenueStopStore, venueLease } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaVenueJournal;
let records: VenueJournalReader;
let stops: VenueStopStore;
let sql: pg.Client;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [journal, records, stops] = [new PrismaVenueJournal(database), new VenueJournalReader(database), new VenueStopStore(database)];
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await made?.drop();
});
beforeEach(async () => {
  await sql.query('DELETE FROM "VenueStop"');
  await sql.query('DELETE FROM "Switch"');
});

const stop = (hedger: Hedger, level: VenueStop['level'], scope: VenueStop['scope'] = { kind: 'owner', chainId: hedger.chainId, owner: hedger.owner }): Omit<VenueStop, 'isConfirmed'> => ({ environment: hedger.place.environment, scope, level, setBy: 'owner', reason: 'a drill' });
const passing = (): readonly OrderDropCode[] => [];
const send = (intent: VenueIntent, hedger: Hedger, may: (facts: SendingFacts) => readonly OrderDropCode[] = passing, at = WALL) => journal.sending(intent, asSent(intent, at), hedger.lease, may);
/** What the gate is told, and nothing sent. */
async function factsOf(intent: VenueIntent, hedger: Hedger): Promise<SendingFacts> {
  const seen: SendingFacts[] = [];
  await send(intent, hedger, (facts) => (seen.push(facts), ['refused']));
  return seen[0]!;
}
const done = (intent: VenueIntent): VenueIntent => ({ ...intent, state: 'FILLED', filled: intent.order.contracts });

describe('decisions', () => {
  it('not to act that are equal extend one row; to act each has its own', async () => {
    const hedger = await storeHedger(database);
    const ids = [];
    for (const at of [WALL, WALL + 1_000, WALL + 1_000, WALL + 500]) ids.push(await journal.record(hedger.subject, holdingHedge(at), []));
    expect(new Set(ids).size).toBe(1);
    const acts = [await journal.record(hedger.subject, hedging(1, WALL + 2_000), []), await journal.record(hedger.subject, hedging(1, WALL + 2_000), [])];
    expect(new Set(acts).size).toBe(2);
    const last = await records.decisions({ planId: hedger.plan.id }, 10);
    expect(last.map(({ looks, lastAt }) => [looks, lastAt.getTime()])).toEqual([[1, WALL + 2_000], [1, WALL + 2_000], [2, WALL + 1_000]]);
    expect(last[2]?.about).toEqual({ kind: 'hedge', planId: hedger.plan.id, underlying: 'ETH', decision: holdingHedge(WALL + 1_000) });
  });

  it('about a guarded account come back with all that they rest on, and under the version of its bounds', async () => {
    const hedger = await storeHedger(database);
    for (const equity of [60_000, 900, 700]) {
      const decision = accountDecided(equity);
      const id = await journal.record(hedger.guarded, decision, []);
      expect(await records.decision(id)).toMatchObject({ about: { kind: 'account', account: hedger.own, decision }, version: 1 });
    }
  });

  it('about a guarded account are stored under the bounds that they were made under, whatever its owner allows by then', async () => {
    const hedger = await storeHedger(database);
    const accounts = new VenueAccountStore(database);
    await accounts.setBounds(hedger.own, hedger, { ...DEFAULT_ACCOUNT_BOUNDS, mayClose: false }, []);
    const of = async (boundsVersion: number) => (await records.decision(await journal.record({ ...hedger.guarded, boundsVersion }, accountDecided(60_000), [])))?.version;
    expect([await of(1), await of(2)]).toEqual([1, 2]);
    await accounts.setBounds(hedger.own, hedger, null, []);
    expect(await of(2)).toBe(2);
  });

  it('about what another owner has, or of the other environment, are refused', async () => {
    const [one, other] = [await storeHedger(database), await storeHedger(database)];
    await expect(journal.record({ ...one.subject, owner: other.owner }, hedging(), [])).rejects.toBeInstanceOf(NotStored);
    await expect(journal.record({ ...one.subject, environment: 'live' }, hedging(), [])).rejects.toBeInstanceOf(NotStored);
    await expect(journal.record({ ...one.guarded, account: other.account }, accountDecided(900), [])).rejects.toBeInstanceOf(NotStored);
  });
});

describe('planned orders', () => {
  it('come back as they were given, with slice, version and notice; planned again they are found', async () => {
    const hedger = await storeHedger(database);
    const intent = anIntent(hedger, { priceCap: { unit: 'coin', coinE18: contracts(0.05) as never } });
    const decision = await journal.record(hedger.subject, hedging(), []);
    const plan = (wanted: VenueIntent) => journal.plan(decision, hedger.subject, [{ intent: wanted, notionalUsdE8: usd(7_500) }], [aNotice(hedger.owner, `evt_planned_${intent.order.clientId}`, { kind: 'hedge.traded' })]);
    expect(await plan(intent)).toEqual([intent]);
    expect(await plan({ ...intent, order: { ...intent.order, validUntil: WALL + 99_000 } })).toEqual([intent]);
    await expect(plan({ ...intent, order: { ...intent.order, side: 'buy' } })).rejects.toBeInstanceOf(OrderIdTaken);
    expect(await journal.order(intent.order.clientId)).toEqual(intent);
    expect(await records.order(intent.order.clientId)).toMatchObject({ planId: hedger.plan.id, version: 1, slice: 0, notionalUsdE8: usd(7_500), decisionId: decision, owner: hedger.owner });
    expect(await journal.nextSlice(hedger.subject, 1)).toBe(1);
    expect((await sql.query('SELECT 1 FROM "OutboxEvent" WHERE "account" = $1', [hedger.owner])).rowCount).toBe(1);
  });

  it('are left out where one of the account and underlying is open; one of another underlying is not', async () => {
    const hedger = await storeHedger(database);
    const [first, second, bitcoin] = [anIntent(hedger), anIntent(hedger), anIntent(hedger, { underlying: 'BTC' })];
    expect(await planned(database, hedger, first, second, bitcoin)).toEqual([first, bitcoin]);
    expect(await planned(database, hedger, second)).toEqual([]);
    expect((await journal.openOrders(hedger.account)).map(({ order }) => order.clientId)).toEqual([first.order.clientId, bitcoin.order.clientId]);
    expect((await records.order(bitcoin.order.clientId))?.slice).toBe(2);
  });

  it('of many planners at once: one is stored', async () => {
    const hedger = await storeHedger(database);
    const decision = await journal.record(hedger.subject, hedging(), []);
    const all = await Promise.all(Array.from({ length: 6 }, () => journal.plan(decision, hedger.subject, [{ intent: anIntent(hedger), notionalUsdE8: usd(1) }], [])));
    expect(all.flat()).toHaveLength(1);
  });

  it('for an account of somebody else are refused', async () => {
    const [one, other] = [await storeHedger(database), await storeHedger(database)];
    await expect(planned(database, one, anIntent(other))).rejects.toBeInstanceOf(NotStored);
  });
});

describe('sending', () => {
  it('writes SENT with a step, and nothing where the gate speaks against it', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    expect(await send(intent, hedger, () => ['price-cap'])).toEqual({ kind: 'refused', because: ['price-cap'] });
    expect(await journal.order(intent.order.clientId)).toEqual(intent);
    expect(await send(intent, hedger)).toEqual({ kind: 'sent', intent: asSent(intent) });
    expect(await journal.order(intent.order.clientId)).toEqual(asSent(intent));
    expect(await send(intent, hedger)).toEqual({ kind: 'moved-on' });
    const answered = done(asSent(intent));
    expect(await journal.advance(intent, { ...intent, state: 'DROPPED', why: { kind: 'dropped', code: 'too-late' } }, 'dropped', [])).toBe(false);
    expect(await journal.advance(asSent(intent), answered, 'answered', [aNotice(hedger.owner, `evt_done_${intent.order.clientId}`)])).toBe(true);
    expect(await journal.openOrders(hedger.account)).toEqual([]);
    const record = await records.order(intent.order.clientId);
    expect(record?.steps.map(({ from, event, to }) => [from, event, to])).toEqual([['PLANNED', 'sending', 'SENT'], ['SENT', 'answered', 'FILLED']]);
    expect(record?.closedAt).not.toBeNull();
  });

  it('is the one way to become sent, and fills never fall', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    await expect(journal.advance(intent, asSent(intent), 'sending', [])).rejects.toBeInstanceOf(InvalidInput);
    await expect(journal.sending(intent, done(asSent(intent)), hedger.lease, passing)).rejects.toBeInstanceOf(InvalidInput);
    await send(intent, hedger);
    const part: VenueIntent = { ...asSent(intent), state: 'PARTIAL', filled: contracts(1) };
    expect(await journal.advance(asSent(intent), part, 'answered', [])).toBe(true);
    await expect(journal.advance(part, { ...part, filled: contracts(0.5) }, 'looked-up', [])).rejects.toBeInstanceOf(InvalidInput);
    // What was over may come back with more: an alarm, never a second order.
    const over: VenueIntent = { ...part, state: 'CANCELED' };
    expect(await journal.advance(part, over, 'looked-up', [])).toBe(true);
    expect(await journal.advance(over, { ...over, filled: contracts(2) }, 'looked-up', [])).toBe(true);
  });

  it('by two at once happens once; sent again it counts its times', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    const both = await Promise.all([send(intent, hedger), send(intent, hedger)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['moved-on', 'sent']);
    const unknown: VenueIntent = { ...asSent(intent), state: 'UNKNOWN', why: { kind: 'unknown', because: 'timeout' } };
    await journal.advance(asSent(intent), unknown, 'answered', []);
    const again = await send(unknown, hedger, passing, WALL + 5_000);
    expect(again).toMatchObject({ kind: 'sent', intent: { sent: { times: 2, lastAt: WALL + 5_000 } } });
  });

  it('needs the lease of the very account', async () => {
    const [hedger, other] = [await storeHedger(database), await storeHedger(database)];
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    await expect(journal.sending(intent, asSent(intent), { ...hedger.lease, fence: hedger.lease.fence + 1n }, passing)).rejects.toBeInstanceOf(LeaseLost);
    await expect(journal.sending(intent, asSent(intent), other.lease, passing)).rejects.toBeInstanceOf(InvalidInput);
    const leases = new LeaseStore(database);
    await leases.giveUp(venueLease(hedger.account), 'us');
    await expect(send(intent, hedger)).rejects.toBeInstanceOf(LeaseLost);
    const fence = (await leases.hold(venueLease(hedger.account), 'another', 60_000))!.fence;
    await expect(send(intent, hedger)).rejects.toBeInstanceOf(LeaseLost);
    expect(await journal.sending(intent, asSent(intent), { account: hedger.account, fence }, passing)).toMatchObject({ kind: 'sent' });
  });

  it('counts what was sent for the plan by the database’s clock, whatever clock sent it, and neither this order nor another plan’s', async () => {
    const hedger = await storeHedger(database);
    const twin = await storeHedger(database, { owner: hedger.owner, environment: 'live' });
    const [beside] = await planned(database, twin, anIntent(twin)) as [VenueIntent];
    await send(beside, twin);
    for (const at of [WALL, WALL - 40 * 86_400_000]) {
      const [earlier] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
      await send(earlier, hedger, passing, at);
      await journal.advance(asSent(earlier, at), done(asSent(earlier, at)), 'answered', []);
    }
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    expect(await factsOf(intent, hedger)).toEqual({ stop: 'none', ordersToday: 2, ordersLastMinute: 2, notionalTodayUsdE8: usd(15_000), grownTodayUsdE8: usd(15_000), underWay: 'none' });
    await sql.query(`UPDATE "VenueOrder" SET "sentOn" = "sentOn" - interval '2 hours' WHERE "account" = $1 AND "timesSent" > 0`, [hedger.account]);
    expect(await factsOf(intent, hedger)).toMatchObject({ ordersToday: 2, ordersLastMinute: 0 });
    await sql.query(`UPDATE "VenueOrder" SET "sentOn" = "sentOn" - interval '23 hours' WHERE "account" = $1 AND "timesSent" > 0`, [hedger.account]);
    expect(await factsOf(intent, hedger)).toMatchObject({ ordersToday: 0, notionalTodayUsdE8: 0n });
    expect(await records.sentLately({ planId: hedger.plan.id }, 60_000)).toEqual([]);
  });

  it('counts what was filled of what is over, nothing of what the venue turned down but in the minute, and for a reduction other reductions alone: the same as the decision is told', async () => {
    const hedger = await storeHedger(database);
    const sold = async (change: Parameters<typeof anIntent>[1], ends: (sent: VenueIntent) => VenueIntent): Promise<void> => {
      const [intent] = await planned(database, hedger, anIntent(hedger, change)) as [VenueIntent];
      await send(intent, hedger);
      await journal.advance(asSent(intent), ends(asSent(intent)), 'answered', []);
    };
    await sold({}, (sent) => ({ ...sent, state: 'CANCELED', filled: contracts(0.5) }));
    await sold({}, (sent) => ({ ...sent, state: 'REJECTED', why: { kind: 'rejected', rejection: { reason: 'other', code: 'x', message: 'no' } } }));
    await sold({ side: 'buy', reduceOnly: true }, done);
    await sold({ side: 'buy', reduceOnly: true }, (sent) => ({ ...sent, state: 'REJECTED', why: { kind: 'rejected', rejection: { reason: 'no-match', code: 'x', message: 'no' } } }));
    await sold({ side: 'buy', reduceOnly: true }, (sent) => ({ ...sent, state: 'CANCELED' }));
    await sold({ side: 'buy', reduceOnly: true }, (sent) => ({ ...sent, state: 'CANCELED', why: { kind: 'never-arrived' } }));
    const [growth] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    expect(await factsOf(growth, hedger)).toMatchObject({ ordersToday: 4, ordersLastMinute: 6, notionalTodayUsdE8: usd(9_000) });
    const lately = await records.sentLately({ planId: hedger.plan.id }, 86_400_000);
    expect(lately.map(({ side, reduceOnly, isRejected, isUnmatched, notionalUsdE8 }) => [side, reduceOnly, isRejected, isUnmatched, notionalUsdE8])).toEqual([
      ['sell', false, false, false, usd(1_500)], ['sell', false, true, false, 0n], ['buy', true, false, false, usd(7_500)], ['buy', true, true, true, 0n], ['buy', true, false, true, 0n], ['buy', true, false, false, 0n],
    ]);
    await journal.advance(growth, { ...growth, state: 'DROPPED', why: { kind: 'dropped', code: 'refused' } }, 'dropped', []);
    const [cut] = await planned(database, hedger, anIntent(hedger, { side: 'buy', reduceOnly: true })) as [VenueIntent];
    expect(await factsOf(cut, hedger)).toMatchObject({ ordersToday: 2, ordersLastMinute: 2, notionalTodayUsdE8: usd(7_500) });
  });

  it('counts for a guarded account what was sent to protect it', async () => {
    const hedger = await storeHedger(database);
    const protect = async (): Promise<VenueIntent> => {
      const id = await journal.record(hedger.guarded, accountDecided(900), []);
      return (await journal.plan(id, hedger.guarded, [{ intent: anIntent(hedger, { side: 'buy', reduceOnly: true }), notionalUsdE8: usd(7_500) }], []))[0] as VenueIntent;
    };
    const first = await protect();
    await send(first, hedger);
    await journal.advance(asSent(first), done(asSent(first)), 'answered', []);
    expect(await factsOf(await protect(), hedger)).toMatchObject({ ordersToday: 1, notionalTodayUsdE8: usd(7_500) });
    expect(await records.sentLately({ account: hedger.own }, 60_000)).toHaveLength(1);
    expect(await records.sentLately({ planId: hedger.plan.id }, 60_000)).toEqual([]);
  });

  it('makes nothing larger for a plan that was changed or has ended, or with a key that is gone; reductions go on while there is a key', async () => {
    const hedger = await storeHedger(database);
    const [growth] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    const plans = new HedgePlanStore(database);
    const { version: _, ...policy } = hedger.plan.policy;
    await plans.put({ ...hedger, environment: 'paper', policy, legs: hedger.plan.legs, puts: hedger.plan.puts }, () => []);
    expect(await send(growth, hedger)).toEqual({ kind: 'refused', because: ['plan-changed'] });
    await plans.end(hedger.plan.id, hedger.subject, 'not wanted', []);
    expect(await send(growth, hedger)).toEqual({ kind: 'refused', because: ['plan-ended'] });
    await journal.advance(growth, { ...growth, state: 'DROPPED', why: { kind: 'dropped', code: 'plan-ended' } }, 'dropped', []);
    const [reduction] = await planned(database, hedger, anIntent(hedger, { reduceOnly: true })) as [VenueIntent];
    expect(await send(reduction, hedger)).toMatchObject({ kind: 'sent' });
    const unknown: VenueIntent = { ...asSent(reduction), state: 'UNKNOWN', why: { kind: 'unknown', because: 'timeout' } };
    await journal.advance(asSent(reduction), unknown, 'answered', []);
    await new VenueKeyStore(database).end({ ...hedger.place, name: hedger.keyName }, 'its owner took it away', () => []);
    expect(await send(unknown, hedger)).toEqual({ kind: 'refused', because: ['key-ended'] });
  });

  it('makes nothing smaller either, nor larger elsewhere, for an account that its owner took out of protection, or whose bounds he changed since', async () => {
    const hedger = await storeHedger(database);
    const accounts = new VenueAccountStore(database);
    const protecting = async (boundsVersion: number, change: Parameters<typeof anIntent>[1]): Promise<VenueIntent> => {
      const subject = { ...hedger.guarded, boundsVersion };
      return (await journal.plan(await journal.record(subject, accountDecided(900), []), subject, [{ intent: anIntent(hedger, change), notionalUsdE8: usd(7_500) }], []))[0] as VenueIntent;
    };
    // Neither is in the guarded account itself: what counts is which one they protect.
    const [close, offset] = [await protecting(1, { side: 'buy', reduceOnly: true }), await protecting(1, { underlying: 'BTC' })];
    const both = async () => [await send(close, hedger), await send(offset, hedger)];
    const refused = (code: OrderDropCode) => Array.from({ length: 2 }, () => ({ kind: 'refused', because: [code] }));
    await accounts.setBounds(hedger.own, hedger, { ...DEFAULT_ACCOUNT_BOUNDS, mayClose: false }, []);
    expect(await both()).toEqual(refused('bounds-changed'));
    await accounts.setBounds(hedger.own, hedger, null, []);
    expect(await both()).toEqual(refused('account-not-guarded'));
    await accounts.setBounds(hedger.own, hedger, DEFAULT_ACCOUNT_BOUNDS, []);
    expect(await both()).toEqual(refused('bounds-changed'));
    for (const intent of [close, offset]) await journal.advance(intent, { ...intent, state: 'DROPPED', why: { kind: 'dropped', code: 'bounds-changed' } }, 'dropped', []);
    expect(await send(await protecting(3, { side: 'buy', reduceOnly: true }), hedger)).toMatchObject({ kind: 'sent' });
    expect(await send(await protecting(3, { underlying: 'BTC' }), hedger)).toMatchObject({ kind: 'sent' });
  });

  it('for a guarded account is waited for by whoever takes it out of protection', async () => {
    const hedger = await storeHedger(database);
    const decision = await journal.record(hedger.guarded, accountDecided(900), []);
    const [intent] = await journal.plan(decision, hedger.guarded, [{ intent: anIntent(hedger), notionalUsdE8: usd(7_500) }], []) as [VenueIntent];
    await sql.query('BEGIN');
    await sql.query('SELECT 1 FROM "VenueOrder" WHERE "clientId" = $1 FOR UPDATE', [intent.order.clientId]);
    const sending = send(intent, hedger);
    await expect.poll(async () => (await sql.query('SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))')).rowCount, { timeout: 2_000 }).toBe(1);
    let returned = false;
    const unguarding = new VenueAccountStore(database).setBounds(hedger.own, hedger, null, []).then(() => (returned = true));
    await new Promise((later) => setTimeout(later, 150));
    const hasReturned = returned;
    await sql.query('COMMIT');
    expect(await sending).toMatchObject({ kind: 'sent' });
    await unguarding;
    expect(hasReturned).toBe(false);
  });

  it('sends nothing with a key whose owner did not accept what it may lose, whoever stored the plan', async () => {
    const hedger = await storeHedger(database);
    const [order] = await planned(database, hedger, anIntent(hedger, { reduceOnly: true })) as [VenueIntent];
    const decision = await journal.record(hedger.guarded, accountDecided(900), []);
    const move: MarginMove = { id: freshClientId(), account: hedger.account, instrument: hedger.instrument, amount: settlement(250), marginBefore: settlement(1_000), state: 'PLANNED', sentAt: null, why: null };
    await journal.planMove(decision, hedger.guarded, move, []);
    await sql.query('UPDATE "VenueKey" SET "acceptedAt" = NULL WHERE "name" = $1', [hedger.keyName]);
    expect(await send(order, hedger)).toEqual({ kind: 'refused', because: ['key-not-accepted'] });
    expect(await journal.sendingMove(move, WALL, hedger.lease)).toEqual({ kind: 'refused', because: ['key-not-accepted'] });
  });
});

describe('a stop', () => {
  const scopes = (hedger: Hedger): readonly VenueStop['scope'][] => [{ kind: 'global' }, { kind: 'venue', venue: 'hyperliquid' }, { kind: 'owner', chainId: hedger.chainId, owner: hedger.owner }];

  it('of everything, the venue or the owner is read where it is sent; of anybody else or the other environment it is not', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    for (const scope of scopes(hedger)) {
      await stops.set(stop(hedger, 'no-grow', scope));
      expect((await factsOf(intent, hedger)).stop).toBe('no-grow');
      await stops.release(stop(hedger, 'no-grow', scope));
    }
    const other = await storeHedger(database);
    for (const one of [stop(other, 'cancel-all'), stop(hedger, 'cancel-all', { kind: 'venue', venue: 'okx' }), { ...stop(hedger, 'cancel-all', { kind: 'global' }), environment: 'live' as const }]) await stops.set(one);
    expect((await factsOf(intent, hedger)).stop).toBe('none');
  });

  it('that flattens counts only once it was confirmed, and never over one after which nothing is sent', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    const flatten = stop(hedger, 'flatten');
    expect(await stops.set(flatten)).toBe(true);
    expect((await factsOf(intent, hedger)).stop).toBe('no-grow');
    const { since } = (await stops.inForce())[0]!;
    expect(await stops.confirm(flatten, new Date(since.getTime() - 1))).toBe(false);
    expect(await stops.confirm(flatten, since)).toBe(true);
    expect(await stops.confirm(flatten, since)).toBe(false);
    expect((await factsOf(intent, hedger)).stop).toBe('flatten');
    expect(await stops.set(flatten)).toBe(false);
    expect(await stops.strongest(hedger.place, hedger)).toBe('flatten');
    await stops.set({ ...stop(hedger, 'cancel-all'), setBy: 'operator' });
    expect((await factsOf(intent, hedger)).stop).toBe('cancel-all');
    await stops.set(stop(hedger, 'no-grow'));
    await stops.set(flatten);
    expect((await stops.inForce()).find(({ setBy }) => setBy === 'owner')).toMatchObject({ level: 'flatten', isConfirmed: false });
  });

  it('of loans counts where it is of everything or of the owner', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    const switches = new SwitchStore(database);
    const set = (scope: Parameters<SwitchStore['release']>[0], stopsWhat: 'all' | 'fill') => switches.stop({ scope, stops: stopsWhat, setBy: 'operator', reason: 'a drill' });
    await set({ kind: 'chain', chainId: CHAIN }, 'all');
    expect((await factsOf(intent, hedger)).stop).toBe('none');
    await set({ kind: 'owner', chainId: CHAIN, owner: hedger.owner }, 'fill');
    expect((await factsOf(intent, hedger)).stop).toBe('no-grow');
    await set({ kind: 'global' }, 'all');
    expect((await factsOf(intent, hedger)).stop).toBe('cancel-all');
  });

  it.each(['venue', 'loans'] as const)('acceptance 13: a stop that is set (%s) while orders are being sent: none is sent any more once that has returned', async (which) => {
    const hedgers = await Promise.all(Array.from({ length: 12 }, () => storeHedger(database)));
    const intents = await Promise.all(hedgers.map(async (hedger) => (await planned(database, hedger, anIntent(hedger)))[0] as VenueIntent));
    const gate = ({ stop: level }: SendingFacts): readonly OrderDropCode[] => (level === 'cancel-all' ? ['stopped'] : []);
    const sentRows = async () => (await sql.query<{ sentOn: Date }>(`SELECT "sentOn" FROM "VenueOrder" WHERE "clientId" = ANY($1) AND "state" = 'SENT'`, [intents.map(({ order }) => order.clientId)])).rows;
    let stoppedAt: Date | null = null;
    const sendings = hedgers.map(async (hedger, at) => {
      await new Promise((later) => setTimeout(later, at * 6));
      return send(intents[at]!, hedger, gate);
    });
    const stopping = (async () => {
      await new Promise((later) => setTimeout(later, 30));
      if (which === 'venue') await stops.set(stop(hedgers[0]!, 'cancel-all', { kind: 'global' }));
      else await new SwitchStore(database).stop({ scope: { kind: 'global' }, stops: 'all', setBy: 'operator', reason: 'a drill' });
      stoppedAt = (await sql.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]!.now;
      return sentRows();
    })();
    const whenStopped = await stopping;
    const outcomes = await Promise.all(sendings);
    const after = await sentRows();
    expect(after).toHaveLength(whenStopped.length);
    for (const { sentOn } of after) expect(sentOn.getTime()).toBeLessThanOrEqual(stoppedAt!.getTime());
    expect(outcomes.filter(({ kind }) => kind === 'sent')).toHaveLength(after.length);
    expect(outcomes.filter(({ kind }) => kind === 'refused').length + after.length).toBe(12);
  });

  it('waits for what is being sent', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    // Somebody holds the order's row, so that the sending stands still inside the gate.
    await sql.query('BEGIN');
    await sql.query('SELECT 1 FROM "VenueOrder" WHERE "clientId" = $1 FOR UPDATE', [intent.order.clientId]);
    const sending = send(intent, hedger);
    await new Promise((later) => setTimeout(later, 150));
    let returned = false;
    const stopping = stops.set(stop(hedger, 'cancel-all')).then(() => (returned = true));
    await new Promise((later) => setTimeout(later, 150));
    expect(returned).toBe(false);
    await sql.query('COMMIT');
    expect(await sending).toMatchObject({ kind: 'sent' });
    await stopping;
  });
});

describe('margin moves', () => {
  const aMove = ({ account, instrument }: Hedger): MarginMove => ({ id: freshClientId(), account, instrument, amount: settlement(250), marginBefore: settlement(1_000), state: 'PLANNED', sentAt: null, why: null });

  it('are one at a time, and are sent once', async () => {
    const hedger = await storeHedger(database);
    const decision = await journal.record(hedger.guarded, accountDecided(900), []);
    const move = aMove(hedger);
    expect(await journal.planMove(decision, hedger.guarded, move, [])).toBe(true);
    expect(await journal.planMove(decision, hedger.guarded, aMove(hedger), [])).toBe(false);
    expect(await journal.openMoves(hedger.account)).toEqual([move]);
    const both = await Promise.all([journal.sendingMove(move, WALL, hedger.lease), journal.sendingMove(move, WALL, hedger.lease)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['moved-on', 'sent']);
    const sent: MarginMove = { ...move, state: 'SENT', sentAt: WALL };
    expect(await journal.advanceMove(move, { ...move, state: 'DROPPED', why: 'late' }, [])).toBe(false);
    expect(await journal.advanceMove(sent, { ...sent, state: 'UNKNOWN', why: 'timeout' }, [])).toBe(true);
    expect(await journal.advanceMove({ ...sent, state: 'UNKNOWN' }, { ...sent, state: 'DONE' }, [])).toBe(true);
    expect(await journal.openMoves(hedger.account)).toEqual([]);
    expect(await journal.planMove(decision, hedger.guarded, aMove(hedger), [])).toBe(true);
  });

  it('are held back by a stop of everything and by a lost lease, and by no other stop', async () => {
    const hedger = await storeHedger(database);
    const decision = await journal.record(hedger.guarded, accountDecided(900), []);
    const move = aMove(hedger);
    await journal.planMove(decision, hedger.guarded, move, []);
    await stops.set(stop(hedger, 'cancel-all'));
    expect(await journal.sendingMove(move, WALL, hedger.lease)).toEqual({ kind: 'refused', because: ['stopped'] });
    await stops.set(stop(hedger, 'no-grow'));
    await expect(journal.sendingMove(move, WALL, { ...hedger.lease, fence: 99n })).rejects.toBeInstanceOf(LeaseLost);
    expect(await journal.sendingMove(move, WALL, hedger.lease)).toEqual({ kind: 'sent' });
  });

  it('are not sent once their account is guarded no more, or within other bounds', async () => {
    const hedger = await storeHedger(database);
    const accounts = new VenueAccountStore(database);
    const subject = { ...hedger.guarded, boundsVersion: 1 };
    const move = aMove(hedger);
    await journal.planMove(await journal.record(subject, accountDecided(900), []), subject, move, []);
    await accounts.setBounds(hedger.own, hedger, { ...DEFAULT_ACCOUNT_BOUNDS, mayAddMargin: false }, []);
    expect(await journal.sendingMove(move, WALL, hedger.lease)).toEqual({ kind: 'refused', because: ['bounds-changed'] });
    await accounts.setBounds(hedger.own, hedger, null, []);
    expect(await journal.sendingMove(move, WALL, hedger.lease)).toEqual({ kind: 'refused', because: ['account-not-guarded'] });
    expect(await journal.openMoves(hedger.account)).toEqual([move]);
  });
});
