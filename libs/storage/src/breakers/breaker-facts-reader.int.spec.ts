import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import pg from 'pg';
import { MANDATE_ACTIONS, type IntentState } from '@ballast/policy';
import { hash32 } from '@ballast/units';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { CHAIN, LANE, freshHash, onLane, planned, storeLoan } from '../../test/fixture.js';
import { BreakerFactsReader, Database, ExecutionWatchStore, PrismaActionJournal } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaActionJournal;
let facts: BreakerFactsReader;
let sql: pg.Client;
beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [journal, facts] = [new PrismaActionJournal(database), new BreakerFactsReader(database)];
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await made?.drop();
});

const LONG_AGO = new Date(0);
const soon = (): Date => new Date(Date.now() + 60_000);

/** An action that was sent from the lane, cost 100 gas at 5 wei, and ended so. */
async function ended(to: IntentState, code?: string): Promise<`0x${string}`> {
  const intent = await journal.allocateNonce((await planned(journal, await storeLoan(database))).id, onLane(LANE));
  const hash = freshHash();
  const transaction = { ...intent.transactions[0]!, hash, raw: '0x02', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n } as const;
  await journal.advance(intent.id, 'NONCED', { event: 'signed', to: 'SIGNED', transaction });
  const receipt = { transactionHash: hash, blockNumber: 1n, blockHash: freshHash(), succeeded: to === 'DONE', gasUsed: 100n, effectiveGasPrice: 5n, executed: null };
  await journal.advance(intent.id, 'SIGNED', { event: 'receipt', to: 'MINED', receipt });
  await journal.advance(intent.id, 'MINED', { event: 'settled', to, ...(code === undefined ? {} : { failure: { code, message: code } }) });
  return hash;
}

describe('what breakers look at', () => {
  it('is how actions ended after something was sent, and what gas they cost their lane', async () => {
    const hash = await ended('DONE');
    await ended('REVERTED', 'above-band');
    await ended('EXPIRED');
    const dropped = await planned(journal, await storeLoan(database));
    await journal.advance(dropped.id, 'PLANNED', { event: 'dropped', to: 'DROPPED', failure: { code: 'no-longer-wanted', message: '' } });
    const found = await facts.endedSince(CHAIN, LONG_AGO);
    expect(found.map(({ failure, protocol }) => [protocol, failure]).sort()).toEqual([['aave-v3', null], ['aave-v3', 'above-band'], ['aave-v3', 'ended-expired']]);
    expect(await facts.spentSince(CHAIN, LONG_AGO)).toEqual(new Map([[LANE, 1_500n]]));
    expect([await facts.endedSince(CHAIN, soon()), await facts.spentSince(CHAIN, soon())]).toEqual([[], new Map()]);
    expect(await new ExecutionWatchStore(database).ours([hash32(hash), freshHash()])).toEqual(new Set([hash]));
  });

  it('is every pair of which sales are signed, once, with the loan that was read last', async () => {
    expect(await facts.soldPairs(CHAIN)).toEqual([]);
    const [older, newer] = [await storeLoan(database), await storeLoan(database)];
    await sql.query('UPDATE "Mandate" SET "actions" = $1 WHERE "hash" = ANY($2)', [MANDATE_ACTIONS.FILL, [older.mandate.hash, newer.mandate.hash]]);
    await sql.query('UPDATE "Position" SET "blockNumber" = 200 WHERE "id" = $1', [newer.positionId]);
    // One that is read later and owes nothing any more tells no price of what it owed.
    const paid = await storeLoan(database);
    await sql.query('UPDATE "Mandate" SET "actions" = $1 WHERE "hash" = $2', [MANDATE_ACTIONS.FILL, paid.mandate.hash]);
    await sql.query(`UPDATE "Position" SET "blockNumber" = 300, "snapshot" = jsonb_set("snapshot", '{debts}', '[]') WHERE "id" = $1`, [paid.positionId]);
    const pairs = await facts.withLoans(await facts.soldPairs(CHAIN));
    const { collateral, debt, keepers } = newer.mandate.terms;
    expect(pairs).toMatchObject([{ protocol: 'aave-v3', collateral, debt, keepers, position: { id: newer.positionId }, hourlyVolatility: expect.any(Number) }]);
  });

  it('is how far the chain was looked through, which never goes back', async () => {
    const watch = new ExecutionWatchStore(database);
    expect(await watch.lookedUntil(CHAIN)).toBeNull();
    for (const block of [100n, 140n, 120n]) await watch.lookedThrough(CHAIN, block);
    expect(await watch.lookedUntil(CHAIN)).toEqual({ block: 140n, since: 100n });
  });
});
