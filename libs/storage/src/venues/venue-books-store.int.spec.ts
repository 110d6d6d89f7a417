import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { reconcile, type VenueIntent } from '@ballast/policy';
import { venueAccountId, type FundingPayment } from '@ballast/positions';
import pg from 'pg';
import { aDerivativeAccount, aPerpPosition } from '../../../../test/factories/derivatives.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { aNotice } from '../../test/fixture.js';
import { WALL, aFill, anIntent, booksOf, contracts, planned, settlement, storeHedger, type Hedger } from '../../test/venue-fixture.js';
import { clientOf } from '../database.js';
import { BooksMoved, Database, HedgePlanStore, LeaseLost, VenueAccountStore, VenueBooksStore, VenueJournalReader } from '../index.js';

let made: TestDatabase;
let database: Database;
let books: VenueBooksStore;
let records: VenueJournalReader;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [books, records] = [new VenueBooksStore(database), new VenueJournalReader(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const aPayment = ({ account, instrument }: Hedger, paymentId: string, change: Partial<FundingPayment> = {}): FundingPayment => ({ account, instrument, paymentId, amount: settlement(-0.25), at: WALL, ...change });

describe('books', () => {
  it('are empty before the account was looked at, and come back as they were written', async () => {
    const hedger = await storeHedger(database);
    expect(await books.read(hedger.account)).toEqual({ ledger: { held: new Map(), countedFills: new Set(), countedPayments: new Set() }, cursors: null, differences: new Map() });
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    const change = booksOf(hedger, -2.5, { fills: [aFill(intent, 'f1'), aFill(intent, 'f2', { clientId: { kind: 'foreign' }, at: WALL + 1 })], payments: [aPayment(hedger, 'p1')], differences: new Map([[hedger.instrument, WALL - 5_000]]) });
    await books.write(hedger.account, change, []);
    expect(await books.read(hedger.account)).toEqual({ ledger: { held: change.held, countedFills: new Set(['f1', 'f2']), countedPayments: new Set(['p1']) }, cursors: change.cursors, differences: change.differences });
    expect(await records.fillsOf(intent.order.clientId)).toEqual([aFill(intent, 'f1')]);
  });

  it('count a fill once: given as new again, nothing is written, neither what is held nor the notice', async () => {
    const hedger = await storeHedger(database);
    const intent = anIntent(hedger);
    await books.write(hedger.account, booksOf(hedger, -2.5, { fills: [aFill(intent, 'f1'), aFill(intent, 'f1')] }), []);
    const again = booksOf(hedger, -5, { fills: [aFill(intent, 'f2'), aFill(intent, 'f1')] });
    await expect(books.write(hedger.account, again, [aNotice(hedger.owner, 'evt_books')])).rejects.toBeInstanceOf(BooksMoved);
    expect((await books.read(hedger.account)).ledger).toMatchObject({ held: new Map([[hedger.instrument, contracts(-2.5)]]), countedFills: new Set(['f1']) });
    expect(await books.counted(hedger.account, ['f1', 'f2'], ['p1'])).toEqual({ countedFills: new Set(['f1']), countedPayments: new Set() });
  });

  it('give back the ids that a re-read from the cursor can show again, and not those of long ago', async () => {
    const hedger = await storeHedger(database);
    const intent = anIntent(hedger);
    const day = 86_400_000;
    const at = (fillId: string, time: number) => aFill(intent, fillId, { at: time });
    await books.write(hedger.account, booksOf(hedger, -1, { fills: [at('old', WALL - 3 * day), at('edge', WALL - day), at('new', WALL)] }), []);
    // What was counted lately is there whatever its time at the venue.
    expect((await books.read(hedger.account)).ledger.countedFills).toEqual(new Set(['old', 'edge', 'new']));
    const sql = new pg.Client({ connectionString: made.url });
    await sql.connect();
    await sql.query(`UPDATE "VenueFill" SET "countedAt" = "countedAt" - interval '3 days' WHERE "account" = $1 AND "fillId" <> 'new'`, [hedger.account]);
    await sql.end();
    expect((await books.read(hedger.account)).ledger.countedFills).toEqual(new Set(['edge', 'new']));
    // A cursor that begins earlier shows more again.
    await books.write(hedger.account, booksOf(hedger, -1, { cursors: { fills: { kind: 'since', at: WALL - 2 * day }, funding: { kind: 'since', at: WALL } } }), []);
    expect((await books.read(hedger.account)).ledger.countedFills).toEqual(new Set(['old', 'edge', 'new']));
  });

  it('are written only by who holds the lease, where one is named', async () => {
    const hedger = await storeHedger(database);
    await expect(books.write(hedger.account, booksOf(hedger, -1), [], { ...hedger.lease, fence: 77n })).rejects.toBeInstanceOf(LeaseLost);
    await books.write(hedger.account, booksOf(hedger, -1), [], hedger.lease);
    expect((await books.read(hedger.account)).ledger.held.get(hedger.instrument)).toBe(contracts(-1));
  });

  it('carry a reconciliation on from look to look', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    await books.write(hedger.account, booksOf(hedger, 0), []);
    const fills = [aFill(intent, 'f1', { contracts: contracts(1) }), aFill(intent, 'f2', { contracts: contracts(1.5) })];
    const account = aDerivativeAccount({ id: hedger.account, positions: [aPerpPosition({ account: hedger.account, contracts: contracts(-2.5) })] });
    const look = async () => {
      const { ledger, cursors } = await books.read(hedger.account);
      const found = reconcile({ ...ledger, intents: [intent], filledLately: [] }, { account, fills, payments: [] }, new Map());
      const fresh = fills.filter(({ fillId }) => !ledger.countedFills.has(fillId));
      await books.write(hedger.account, { held: found.ledger.held, fills: fresh, payments: [], cursors: cursors!, differences: new Map() }, []);
      return fresh.length;
    };
    expect([await look(), await look()]).toEqual([2, 0]);
    expect((await books.read(hedger.account)).ledger.held).toEqual(new Map([[hedger.instrument, contracts(-2.5)]]));
  });
});

describe('costs', () => {
  it('are told by account in what it settles in, of a plan and of its owner, from a time on', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    const soon = Date.now() + 60_000;
    const fills = [aFill(intent, 'ours', { at: soon }), aFill(intent, 'foreign', { at: soon, clientId: { kind: 'foreign' }, fee: settlement(9) }), aFill(intent, 'before', { at: WALL - 100 * 365 * 86_400_000, fee: settlement(5) })];
    const payments = [aPayment(hedger, 'paid', { at: soon }), aPayment(hedger, 'other', { at: soon, instrument: 'paper:hyperliquid:instrument:BTC' as never, amount: settlement(4) }), aPayment(hedger, 'before', { at: 1, amount: settlement(7) })];
    await books.write(hedger.account, booksOf(hedger, -2.5, { fills, payments }), []);
    const since = new Date(soon - 30 * 86_400_000);
    expect(await records.costs({ planId: hedger.plan.id }, since)).toEqual([{ account: hedger.account, settlement: null, fees: settlement(1.5), funding: settlement(-0.25) }]);
    await new VenueAccountStore(database).storeReading(aDerivativeAccount({ id: hedger.account }));
    expect(await records.costs({ chainId: hedger.chainId, owner: hedger.owner, environment: 'paper' }, since)).toEqual([{ account: hedger.account, settlement: { kind: 'usd', token: 'USDC' }, fees: settlement(10.5), funding: settlement(3.75) }, { account: hedger.own, settlement: null, fees: 0n, funding: 0n }]);
  });

  it('of a plan are those of all accounts that ever carried it, for as long as they did', async () => {
    const hedger = await storeHedger(database);
    const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
    const second = { ...hedger.plan.legs[0]!, account: venueAccountId(hedger.place, `${hedger.keyName}.two`) };
    await new VenueAccountStore(database).put({ ...hedger, id: second.account, carriesHedges: true });
    const { version: _, ...policy } = hedger.plan.policy;
    const plans = new HedgePlanStore(database);
    await plans.forgetLeg(await plans.put({ ...hedger, environment: 'paper', policy, legs: [second], puts: { kind: 'none' } }, () => []), hedger.plan.legs[0]!);
    const changedAt = Date.now() + 60_000;
    await clientOf(database).hedgePlanVersion.updateMany({ where: { planId: hedger.plan.id, version: 2 }, data: { createdAt: new Date(changedAt) } });
    const payments = [aPayment(hedger, 'while', { at: changedAt - 1_000 }), aPayment(hedger, 'after', { at: changedAt + 1_000, amount: settlement(-8) })];
    await books.write(hedger.account, booksOf(hedger, -2.5, { fills: [aFill(intent, 'ours', { at: changedAt - 1_000 })], payments }), []);
    await books.write(second.account, booksOf(hedger, 0, { payments: [aPayment({ ...hedger, account: second.account }, 'second', { at: changedAt + 1_000, amount: settlement(2) })] }), []);
    expect(await records.costs({ planId: hedger.plan.id }, new Date(0))).toEqual([{ account: hedger.account, settlement: null, fees: settlement(1.5), funding: settlement(-0.25) }, { account: second.account, settlement: null, fees: 0n, funding: settlement(2) }]);
  });
});
