import { bps, rawAmount, usdE8, wad } from '@ballast/units';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { anAddress } from '../../../../test/factories/lending-position.js';
import { aPlan, acting, atBlock, holding, storeLoan, unable } from '../../test/fixture.js';
import { Database, JournalReader, PrismaActionJournal } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaActionJournal;
let records: JournalReader;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [journal, records] = [new PrismaActionJournal(database), new JournalReader(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

it('of a position that nothing was decided about is nothing', async () => {
  const loan = await storeLoan(database);
  await journal.record(holding(await storeLoan(database), 13n), atBlock(1n), []);
  expect(await records.before(loan.positionId, 10)).toEqual({ intents: [], last: null });
});

it('tells the same of intents and of the last decision as their records do', async () => {
  const loan = await storeLoan(database);
  const economics = { healthFactor: wad(1n), lossAvoidedUsdE8: usdE8(2n), coinUsdE8: null, chance: 0.25 };
  const towards = { filler: anAddress(3), aim: { health: wad(3n), otherDebt: rawAmount(4n), thresholdBps: bps(5n), costBps: bps(6n) } };
  for (let count = 0; count < 3; count += 1) {
    const found = await journal.plan(aPlan(loan, { economics, towards, max: rawAmount(2n ** 256n - 1n) }), acting(loan, 1n), atBlock(BigInt(count)), []);
    if (count < 2 && found.kind === 'planned') await journal.advance(found.intent.id, 'PLANNED', { event: 'no-longer-needed', to: 'DROPPED', failure: { code: 'no-longer-needed', message: 'It needs nothing.' } });
  }
  const asRecorded = (await records.intentsOf(loan.positionId, 2)).map(({ id, plan, state, receipt, closedAt, failure }) => ({ id, plan, state, receipt, closedAt, failure }));
  const { intents, last } = await records.before(loan.positionId, 2);
  expect(intents).toHaveLength(2);
  expect(intents).toMatchObject(asRecorded);
  expect(intents[0]?.closedAt).toBeNull();
  expect(intents[1]?.closedAt).toBeInstanceOf(Date);

  const { id, lastAt, decision: { kind, reason, mandateHash } } = (await records.latestDecision(loan.positionId))!;
  expect(last).toEqual({ id, lastAt, decision: { kind, reason, mandateHash } });
});

it('tells of a run the block it was extended to', async () => {
  const loan = await storeLoan(database);
  await journal.record(unable(loan, 12n), atBlock(1n), []);
  await journal.record(unable(loan, 12n), atBlock(4n), []);
  expect((await records.before(loan.positionId, 10)).last).toMatchObject({ lastAt: atBlock(4n).blockTimestamp, decision: { kind: 'cannot', reason: unable(loan, 12n).reason } });
});
