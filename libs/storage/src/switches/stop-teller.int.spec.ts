import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import pg from 'pg';
import { MANDATE_ACTIONS, OPERATORS } from '@ballast/policy';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { CHAIN, storeLoan } from '../../test/fixture.js';
import { Database, PrismaOutbox, StopTeller, SubscriptionStore, SwitchStore, subscribeOperators } from '../index.js';

let made: TestDatabase;
let database: Database;
let sql: pg.Client;
let switches: SwitchStore;
let teller: StopTeller;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [switches, teller] = [new SwitchStore(database), new StopTeller(database)];
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await made?.drop();
});
beforeEach(async () => {
  await sql.query('DELETE FROM "Switch"');
  await sql.query('DELETE FROM "OutboxEvent"');
  await sql.query(`UPDATE "Mandate" SET "status" = 'expired'`);
});

const told = async (account: string): Promise<readonly string[]> => (await sql.query<{ kind: string }>('SELECT "kind" FROM "OutboxEvent" WHERE "account" = $1 ORDER BY "createdAt", "kind" DESC', [account])).rows.map(({ kind }) => kind);
const later = (seconds: number): Date => new Date(Date.now() + seconds * 1000);

describe('a stop', () => {
  it('and its end are told to every owner whom it covers, once a spell, however often and by whomever it is looked at', async () => {
    const [one, other] = [await storeLoan(database), await storeLoan(database)];
    const scope = { kind: 'owner', chainId: CHAIN, owner: one.account } as const;
    for (const spell of [1, 2]) {
      await switches.stop({ scope, stops: 'all', setBy: 'operator', reason: 'a drill' });
      await Promise.all([teller.tell(CHAIN, new Date(), 60), new StopTeller(database).tell(CHAIN, new Date(), 60)]);
      expect(await teller.tell(CHAIN, new Date(), 60)).toBe(0);
      expect((await told(one.account)).filter((kind) => kind === 'stop.set')).toHaveLength(spell);
      await switches.release(scope, 'operator');
      await teller.tell(CHAIN, new Date(), 60);
      expect(await new StopTeller(database).tell(CHAIN, new Date(), 60)).toBe(0);
      expect(await told(one.account)).toHaveLength(2 * spell);
    }
    expect(await told(other.account)).toEqual([]);
  });

  it('of sales is told once it has lasted, and only to owners who signed sales', async () => {
    const [sells, pays] = [await storeLoan(database), await storeLoan(database)];
    await sql.query('UPDATE "Mandate" SET "actions" = $1 WHERE "hash" = $2', [MANDATE_ACTIONS.FILL | MANDATE_ACTIONS.REPAY, sells.mandate.hash]);
    await switches.stop({ scope: { kind: 'asset', chainId: CHAIN, protocol: 'aave-v3', asset: sells.mandate.terms.collateral }, stops: 'fill', setBy: 'price-gap', reason: 'prices apart' });
    await teller.tell(CHAIN, new Date(), 60);
    expect(await told(sells.account)).toEqual([]);
    await teller.tell(CHAIN, later(61), 60);
    expect([await told(sells.account), await told(pays.account)]).toEqual([['stop.set'], []]);
  });

  it('that began and ended before anybody was told is not told of', async () => {
    const loan = await storeLoan(database);
    await switches.stop({ scope: { kind: 'global' }, stops: 'all', setBy: 'operator', reason: 'a slip' });
    await switches.release({ kind: 'global' }, 'operator');
    await teller.tell(CHAIN, new Date(), 0);
    expect(await told(loan.account)).toEqual([]);
  });
});

describe('operators', () => {
  it('are told what is for them, as named; whoever is named no more is told no more', async () => {
    await subscribeOperators(database, CHAIN, ['a@example.org', 'b@example.org']);
    await subscribeOperators(database, CHAIN, ['b@example.org', 'c@example.org', 'c@example.org']);
    const subscribers = await new SubscriptionStore(database).ofAccount(OPERATORS);
    expect(subscribers.filter(({ status }) => status === 'active').map(({ target }) => target).sort()).toEqual(['b@example.org', 'c@example.org']);
    const outbox = new PrismaOutbox(database);
    await outbox.tell([{ id: 'evt_page_1', chainId: CHAIN, account: OPERATORS, positionId: null, kind: 'operator.page', severity: 'critical', data: { title: 'a drill', reason: 'a drill', chainName: 'Chain' } }]);
    expect(await outbox.claimDue('email', 10, 60_000)).toHaveLength(2);
  });
});
