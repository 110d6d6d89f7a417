import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { VenueIntent } from '@ballast/policy';
import { venueAccountId } from '@ballast/positions';
import { InvalidInput } from '@ballast/units';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { WALL, aFill, anIntent, asSent, booksOf, planned, storeHedger, type Hedger } from '../../test/venue-fixture.js';
import { Database, HedgePlanStore, NotStored, PrismaVenueJournal, VenueAccountStore, VenueBooksStore, VenueJournalReader } from '../index.js';

let made: TestDatabase;
let database: Database;
let sql: pg.Client;
let paper: Hedger;
let live: Hedger;
let paperOrder: VenueIntent;
let liveOrder: VenueIntent;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
  paper = await storeHedger(database);
  live = await storeHedger(database, { environment: 'live', owner: paper.owner });
  [paperOrder] = await planned(database, paper, anIntent(paper)) as [VenueIntent];
  [liveOrder] = await planned(database, live, anIntent(live)) as [VenueIntent];
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await made?.drop();
});

/** Columns of a row, taken from a stored one, with some changed. */
async function insertLike(table: string, where: string, change: Readonly<Record<string, unknown>>): Promise<void> {
  const { rows } = await sql.query<Record<string, unknown>>(`SELECT * FROM "${table}" WHERE ${where}`);
  const row = { ...rows[0], ...change };
  const columns = Object.keys(row);
  const json = (value: unknown): unknown => (typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : value);
  await sql.query(`INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})`, columns.map((column) => json(row[column])));
}

const fresh = 'f'.repeat(32);
const fill = () => ({
  account: paper.account, fillId: 'mixed', environment: 'paper', instrument: paper.instrument, venueOrderId: 'v', clientId: null as string | null, orderId: null as string | null, cause: 'order', side: 'sell', contracts: 1, priceUnit: 'usd', price: 1, fee: 0, at: new Date(WALL),
});
const insertFill = (change: Partial<ReturnType<typeof fill>>) => {
  const row = { ...fill(), ...change };
  const columns = Object.keys(row);
  return sql.query(`INSERT INTO "VenueFill" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})`, Object.values(row));
};
const refused = (work: () => Promise<unknown>) => expect(work()).rejects.toThrow(/violates (check|foreign key) constraint/);

describe('a fill of a paper account', () => {
  it('never refers to an order of a live plan, whatever it claims to be', async () => {
    const order = liveOrder.order.clientId;
    const claims = [
      { environment: 'paper', account: paper.account, instrument: paper.instrument }, { environment: 'live', account: paper.account, instrument: paper.instrument }, { environment: 'live', account: paper.account, instrument: live.instrument },
      { environment: 'paper', account: paper.account, instrument: live.instrument }, { environment: 'paper', account: live.account, instrument: live.instrument }, { environment: 'paper', account: live.account, instrument: paper.instrument },
      { environment: 'live', account: live.account, instrument: paper.instrument },
    ];
    for (const claim of claims) await refused(() => insertFill({ ...claim, clientId: order, orderId: order }));
    expect((await sql.query('SELECT 1 FROM "VenueFill"')).rowCount).toBe(0);
    // What is of one kind throughout is taken.
    await insertFill({ environment: 'live', account: live.account, instrument: live.instrument, clientId: order, orderId: order });
    await refused(() => sql.query(`UPDATE "VenueFill" SET "account" = $1`, [paper.account]));
    await refused(() => sql.query(`UPDATE "VenueFill" SET "environment" = 'paper'`));
    await sql.query('DELETE FROM "VenueFill"');
  });

  it('that carries a live order’s id is counted as nobody’s, and changes nothing of that order', async () => {
    const books = new VenueBooksStore(database);
    await books.write(paper.account, booksOf(paper, -2.5, { fills: [aFill({ order: { ...liveOrder.order, account: paper.account, instrument: paper.instrument } }, 'same-id')] }), []);
    expect((await sql.query('SELECT "orderId", "clientId" FROM "VenueFill"')).rows).toEqual([{ orderId: null, clientId: liveOrder.order.clientId }]);
    const reader = new VenueJournalReader(database);
    expect(await reader.fillsOf(liveOrder.order.clientId)).toEqual([]);
    expect(await reader.costs({ planId: live.plan.id }, new Date(0))).toEqual([]);
    const disguised: VenueIntent = { ...liveOrder, order: { ...liveOrder.order, account: paper.account, instrument: paper.instrument } };
    const journal = new PrismaVenueJournal(database);
    expect(await journal.advance(disguised, { ...disguised, state: 'DROPPED', why: { kind: 'dropped', code: 'refused' } }, 'dropped', [])).toBe(false);
    expect(await journal.sending(disguised, asSent(disguised), paper.lease, () => [])).toEqual({ kind: 'moved-on' });
    await sql.query('DELETE FROM "VenueFill"');
  });

  it('of another instrument, or another account of the same kind, is not the order’s either', async () => {
    const other = await storeHedger(database, { owner: paper.owner, chain: 1 as never });
    const order = paperOrder.order.clientId;
    await refused(() => insertFill({ account: other.account, clientId: order, orderId: order }));
    await refused(() => insertFill({ instrument: 'paper:hyperliquid:instrument:BTC' as never, clientId: order, orderId: order }));
    await refused(() => insertFill({ clientId: fresh, orderId: order }));
  });
});

describe('nothing of paper', () => {
  it('can be written down as live by raw SQL, nor the other way round', async () => {
    const order = `"clientId" = '${paperOrder.order.clientId}'`;
    const mixes: readonly [string, string, Readonly<Record<string, unknown>>][] = [
      ['VenueAccount', `"id" = '${paper.account}'`, { id: 'live:hyperliquid:account:x' }], ['VenueAccount', `"id" = '${paper.account}'`, { id: `${paper.account}.ETH`, environment: 'live' }],
      ['VenueAccount', `"id" = '${paper.account}'`, { id: 'paper:deribit:account:x' }], ['VenueAccount', `"id" = '${paper.account}'`, { id: `paper:hyperliquid:account:another` }], ['VenueAccount', `"id" = '${paper.account}'`, { id: `${paper.account}.ETH`, keyName: live.keyName }],
      ['VenueOrder', order, { clientId: fresh, account: live.account }], ['VenueOrder', order, { clientId: fresh, environment: 'live' }], ['VenueOrder', order, { clientId: fresh, instrument: live.instrument }],
      ['VenueOrder', order, { clientId: fresh, planId: live.plan.id }], ['VenueOrder', order, { clientId: fresh, instrument: 'paper:deribit:instrument:ETH' }],
      ['VenueOrder', order, { clientId: fresh, decisionId: (await sql.query(`SELECT "decisionId" FROM "VenueOrder" WHERE "clientId" = '${liveOrder.order.clientId}'`)).rows[0].decisionId }],
      ['HedgePlanLeg', `"planId" = '${paper.plan.id}'`, { place: 1, account: live.account, instrument: live.instrument }], ['HedgePlanLeg', `"planId" = '${paper.plan.id}'`, { place: 1, environment: 'live', account: live.account, instrument: live.instrument }],
      ['HedgePlanVersion', `"planId" = '${paper.plan.id}'`, { version: 2, putsAccount: live.account }], ['HedgePlanVersion', `"planId" = '${paper.plan.id}'`, { version: 2, environment: 'live' }],
      ['VenueDecision', `"planId" = '${paper.plan.id}'`, { id: fresh, environment: 'live' }], ['VenueDecision', `"planId" = '${paper.plan.id}'`, { id: fresh, planId: null, underlying: null, account: live.account }],
    ];
    // Closed first, so that no partial index is what refuses.
    await sql.query(`UPDATE "VenueOrder" SET "state" = 'DROPPED', "open" = false, "closedAt" = now() WHERE ${order}`);
    for (const [table, where, change] of mixes) await refused(() => insertLike(table, where, change));
    for (const [table, columns, values] of [
      ['VenueHolding', '"account", "instrument", "environment", "contracts"', [live.account, live.instrument, 'paper', 1]], ['VenueHolding', '"account", "instrument", "environment", "contracts"', [paper.account, live.instrument, 'paper', 1]],
      ['VenueFundingPayment', '"account", "paymentId", "environment", "instrument", "amount", "at"', [live.account, 'p', 'paper', paper.instrument, 1, new Date(WALL)]],
      ['VenueLeverage', '"environment", "account", "instrument", "leverage", "readAt"', ['live', paper.account, paper.instrument, 1, new Date(WALL)]], ['VenueMark', '"environment", "instrument", "minute", "at", "usdE8"', ['live', paper.instrument, 1, new Date(WALL), 1]],
    ] as const) await refused(() => sql.query(`INSERT INTO "${table}" (${columns}) VALUES (${values.map((_, at) => `$${at + 1}`).join(', ')})`, [...values]));
    const alone = await storeHedger(database);
    for (const [table, where] of [['VenueKey', `"name" = '${paper.keyName}'`], ['VenueAccount', `"id" = '${paper.account}'`], ['HedgePlan', `"id" = '${alone.plan.id}'`], ['VenueOrder', order]] as const) await refused(() => sql.query(`UPDATE "${table}" SET "environment" = 'live' WHERE ${where}`));
  });

  it('comes into a live plan through the stores', async () => {
    const plans = new HedgePlanStore(database);
    const { version: _, ...policy } = live.plan.policy;
    const wish = { owner: live.owner, chainId: live.chainId, environment: 'live', policy, puts: { kind: 'none' } } as const;
    await expect(plans.put({ ...wish, legs: [{ ...live.plan.legs[0]!, account: paper.account, instrument: paper.instrument }] }, () => [])).rejects.toBeInstanceOf(InvalidInput);
    await expect(plans.put({ ...wish, legs: [{ ...live.plan.legs[0]!, instrument: paper.instrument }] }, () => [])).rejects.toBeInstanceOf(InvalidInput);
    await expect(plans.put({ ...wish, legs: live.plan.legs, puts: { kind: 'account', account: paper.account } }, () => [])).rejects.toBeInstanceOf(InvalidInput);
    await expect(new VenueAccountStore(database).put({ ...live, id: venueAccountId(live.place, `${paper.keyName}.x`), keyName: paper.keyName, carriesHedges: true })).rejects.toBeInstanceOf(NotStored);
    await expect(planned(database, live, anIntent(paper))).rejects.toThrow();
    expect(await plans.get(live.plan.id)).toMatchObject({ legs: live.plan.legs, policy: { version: 1 } });
  });
});
