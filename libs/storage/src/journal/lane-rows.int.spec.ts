import type { LaneStanding, LaneWish } from '@ballast/policy';
import type { Address } from '@ballast/units';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { anAddress } from '../../../../test/factories/lending-position.js';
import { aPlan, acting, atBlock, freshHash, onLane, planned, storeLoan } from '../../test/fixture.js';
import { Database, PrismaActionJournal } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaActionJournal;
let sql: pg.Client;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
  // Two transactions that wait for each other would be seen to do so.
  await sql.query(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''10s''', current_database()); END $$`);
  database = await Database.open(made.url);
  journal = new PrismaActionJournal(database);
});
afterAll(async () => {
  await database?.close();
  await sql?.end();
  await made?.drop();
});

const standing = (lane: Address, changed: Partial<LaneStanding> = {}): LaneStanding => ({ lane, pays: 100, newest: 0n, final: async () => 0n, ...changed });

/** Whether nobody signs, and whether nobody holds the rows. */
async function isFree(positionId: string, intentId: string): Promise<boolean> {
  const { rows: [gate] } = await sql.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock(7236101) AS free');
  const positions = await sql.query('SELECT 1 FROM "Position" WHERE "id" = $1 FOR UPDATE SKIP LOCKED', [positionId]);
  const intents = await sql.query('SELECT 1 FROM "Intent" WHERE "id" = $1 FOR UPDATE SKIP LOCKED', [intentId]);
  return gate?.free === true && positions.rowCount === 1 && (intentId === '' || intents.rowCount === 1);
}

describe('taking a nonce', () => {
  it('asks a node what is final before it holds a lock, once for all lanes from which something else sent', async () => {
    const loan = await storeLoan(database);
    const [first, second] = [anAddress(0x51), anAddress(0x52)];
    const free: boolean[] = [];
    const final = async () => (free.push(await isFree(loan.positionId, '')), 7n);
    const wish: LaneWish = { class: 'normal', lanes: [first, second].map((lane) => standing(lane, { newest: 7n, final })), cap: 16 };
    const found = await journal.planSigned(aPlan(loan), acting(loan, 1n), atBlock(1n), [], { wish, fence: null }, async ({ transactions: [row] }) => ({
      event: 'signed', to: 'SIGNED', transaction: { ...row!, hash: freshHash(), raw: '0x02f8', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n },
    }));
    expect(found).toMatchObject({ kind: 'planned', intent: { state: 'SIGNED', transactions: [{ lane: second, nonce: 7n }] } });
    expect(free).toEqual([true, true]);
  });

  it('does so too for an intent that was planned before', async () => {
    const loan = await storeLoan(database);
    const { id } = await planned(journal, loan);
    const free: boolean[] = [];
    const lane = standing(anAddress(0x53), { newest: 3n, final: async () => (free.push(await isFree(loan.positionId, id)), 3n) });
    expect((await journal.allocateNonce(id, { class: 'normal', lanes: [lane], cap: 16 })).transactions).toMatchObject([{ nonce: 3n }]);
    expect(free).toEqual([true]);
  });

  it('never waits in a circle: two that find their lane full go on without holding it', async () => {
    const [critical, one, other, admin] = [0x61, 0x62, 0x63, 0x64].map(anAddress) as [Address, Address, Address, Address];
    for (const lane of [one, other]) await journal.allocateNonce((await planned(journal, await storeLoan(database))).id, onLane(lane));
    // The chain has seen what was given out so far.
    const wish = (...normal: readonly Address[]): LaneWish => ({ class: 'normal', lanes: [standing(critical, { pays: 0 }), ...normal.map((lane) => standing(lane, { newest: 1n })), standing(admin, { pays: 0 })], cap: 1 });
    const ids = [(await planned(journal, await storeLoan(database))).id, (await planned(journal, await storeLoan(database))).id] as const;

    // Both lanes are free when the two look, and full once each of them gets hold of its own.
    await sql.query('BEGIN');
    await sql.query('SELECT 1 FROM "Lane" WHERE "address" = ANY($1) FOR UPDATE', [[one, other]]);
    const begun = Promise.allSettled([journal.allocateNonce(ids[0], wish(one, other)), journal.allocateNonce(ids[1], wish(other, one))]);
    await vi.waitFor(async () => {
      // Within a transaction the activity is otherwise what it was at the first look.
      await sql.query('SELECT pg_stat_clear_snapshot()');
      expect((await sql.query('SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()')).rowCount).toBe(2);
    }, 10_000);
    await sql.query('UPDATE "Lane" SET "nextNonce" = 2 WHERE "address" = ANY($1)', [[one, other]]);
    const at = performance.now();
    await sql.query('COMMIT');
    for (const result of await begun) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'lanes-full' } });
    expect(performance.now() - at).toBeLessThan(5_000);
    // What they took and gave back leaves no gap.
    expect((await sql.query('SELECT "nextNonce" FROM "Lane" WHERE "address" = ANY($1)', [[one, other]])).rows).toEqual([{ nextNonce: '2' }, { nextNonce: '2' }]);
  });
});
