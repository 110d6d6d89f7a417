import type { Intent, IntentChange, IntentTransaction, LaneWish } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import { bps, rawAmount, usdE8, wad } from '@ballast/units';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { anAddress } from '../../../../test/factories/lending-position.js';
import { CHAIN, aNotice, aPlan, acting, atBlock, freshHash, onLane, storeLoan } from '../../test/fixture.js';
import { Database, JournalReader, LeaseLost, LeaseStore, NotStored, PrismaActionJournal, SwitchStore, keeperLease } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaActionJournal;
let records: JournalReader;
let sql: pg.Client;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [journal, records] = [new PrismaActionJournal(database), new JournalReader(database)];
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await made?.drop();
});

const signed = (transaction: IntentTransaction): IntentTransaction => ({
  ...transaction, hash: freshHash(), raw: '0x02f8', gasLimit: 300_000n, maxFeePerGas: 30_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n,
});

describe('a plan that is signed in the same transaction', () => {
  const terms = (changed: Partial<{ wish: LaneWish; fence: bigint | null }> = {}) => ({ wish: onLane(anAddress(0x71)), fence: null, ...changed });
  const signing = (notices: IntentChange['notices'] = []) => vi.fn(async ({ transactions: [row] }: Intent): Promise<IntentChange> => {
    const transaction = signed(row!);
    return { event: 'signed', to: 'SIGNED', transaction, detail: { hash: transaction.hash }, notices };
  });
  const nothingOf = async (loan: { readonly positionId: PositionId }) => {
    expect(await records.decisions(loan.positionId, 10)).toEqual([]);
    expect(await records.intentsOf(loan.positionId, 10)).toEqual([]);
  };

  it('is stored whole: decision, intent, signed bytes, both steps, and what is told before and after', async () => {
    const loan = await storeLoan(database);
    const economics = { healthFactor: wad(1n), lossAvoidedUsdE8: usdE8(2n), coinUsdE8: null, chance: 0.25 };
    const towards = { filler: anAddress(3), aim: { health: wad(3n), otherDebt: rawAmount(4n), thresholdBps: bps(5n), costBps: bps(6n) } };
    const most = rawAmount(2n ** 256n - 1n);
    const make = signing([aNotice(loan.account, `signed:${loan.positionId}`)]);
    const found = await journal.planSigned(aPlan(loan, { economics, towards, max: most }), acting(loan, 1n), atBlock(1n), [aNotice(loan.account, `planned:${loan.positionId}`)], terms(), make);
    const intent = found.kind === 'planned' ? found.intent : expect.fail(found.kind);
    expect(await journal.intent(intent.id)).toEqual(intent);
    expect(intent).toMatchObject({ state: 'SIGNED', plan: { economics, towards, max: most }, transactions: [{ nonce: 0n, raw: '0x02f8' }], receipt: null, failure: null });
    expect(make.mock.calls).toMatchObject([[{ id: intent.id, state: 'NONCED', decisionId: intent.decisionId, transactions: [{ nonce: 0n, hash: null, raw: null }] }]]);
    const record = await records.intent(intent.id);
    expect(record?.steps).toMatchObject([
      { seq: 0, from: 'PLANNED', event: 'nonce-allocated', to: 'NONCED', detail: { lane: anAddress(0x71), nonce: '0', class: 'normal' } },
      { seq: 1, from: 'NONCED', event: 'signed', to: 'SIGNED', detail: { hash: intent.transactions[0]?.hash } },
    ]);
    for (const at of [record?.createdAt, record?.updatedAt, record?.transactions[0]?.createdAt, record?.transactions[0]?.signedAt, record?.steps[0]?.at]) expect(Math.abs((at?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(record).toMatchObject({ closedAt: null, account: loan.account });
    expect((await records.latestDecision(loan.positionId))?.intentId).toBe(intent.id);
    const { rows } = await sql.query(`SELECT "id" FROM "OutboxEvent" WHERE "account" = $1 ORDER BY "id"`, [loan.account]);
    expect(rows.map(({ id }) => id)).toEqual([`planned:${loan.positionId}`, `signed:${loan.positionId}`]);
    const sent = { ...intent.transactions[0]!, broadcastAt: 1_800_000_000_123 };
    expect((await journal.advance(intent.id, 'SIGNED', { event: 'broadcast-accepted', to: 'BROADCAST', transaction: sent })).transactions).toEqual([sent]);
  });

  it('wins once of many for one position; the others are busy and ask nobody for a signature', async () => {
    const loan = await storeLoan(database);
    const make = signing();
    const results = await Promise.all(Array.from({ length: 5 }, (_, index) => journal.planSigned(aPlan(loan), acting(loan, 1n), atBlock(BigInt(index)), [], terms(), make)));
    expect(results.map(({ kind }) => kind).sort()).toEqual(['busy', 'busy', 'busy', 'busy', 'planned']);
    expect(make).toHaveBeenCalledOnce();
    expect(await records.decisions(loan.positionId, 10)).toHaveLength(1);
  });

  it('stores nothing and asks nobody for a signature where this process leads no more, a stop is in force, no lane is free, or the position is unknown', async () => {
    const loan = await storeLoan(database);
    const make = signing();
    const attempt = (changed: Parameters<typeof terms>[0] = {}, positionId = loan.positionId) => journal.planSigned(aPlan({ ...loan, positionId }), acting(loan, 1n), atBlock(1n), [aNotice(loan.account, `never:${loan.positionId}`)], terms(changed), make);
    const [leases, switches] = [new LeaseStore(database), new SwitchStore(database)];
    const scope = { kind: 'owner', chainId: CHAIN, owner: loan.account } as const;
    await expect(attempt({ fence: 1n })).rejects.toBeInstanceOf(LeaseLost);
    await leases.hold(keeperLease(CHAIN), 'another', 60_000, 2n);
    await expect(attempt({ fence: 1n })).rejects.toMatchObject({ code: 'lease-lost', found: '2' });
    await switches.stop({ scope, stops: 'not-urgent', setBy: 'failure-rate', reason: 'a drill' });
    await expect(attempt({ fence: 2n })).rejects.toMatchObject({ code: 'stopped', stop: { scope, setBy: 'failure-rate', stops: 'not-urgent' } });
    await switches.release(scope, 'failure-rate');
    await expect(attempt({ wish: { ...onLane(anAddress(0x72)), cap: 0 } })).rejects.toMatchObject({ code: 'lanes-full' });
    await expect(attempt({}, `${CHAIN}-aave-v3-${anAddress(0xdead)}` as PositionId)).rejects.toBeInstanceOf(NotStored);
    await nothingOf(loan);
    expect(make).not.toHaveBeenCalled();
    expect((await sql.query(`SELECT 1 FROM "OutboxEvent" WHERE "account" = $1`, [loan.account])).rowCount).toBe(0);
    expect((await attempt({ fence: 2n })).kind).toBe('planned');
    await leases.giveUp(keeperLease(CHAIN), 'another');
  });

  it('stores nothing where no signature is made, and gives the nonce back', async () => {
    const loan = await storeLoan(database);
    const lane = anAddress(0x73);
    await expect(journal.planSigned(aPlan(loan), acting(loan, 1n), atBlock(1n), [], terms({ wish: onLane(lane, 4n) }), () => Promise.reject(new Error('the signer refuses')))).rejects.toThrow('the signer refuses');
    await nothingOf(loan);
    const found = await journal.planSigned(aPlan(loan), acting(loan, 1n), atBlock(1n), [], terms({ wish: onLane(lane, 4n) }), signing());
    expect(found).toMatchObject({ intent: { transactions: [{ lane, nonce: 4n }] } });
  });

  it.each(['stop', 'lease'] as const)('reads the %s as it is once whoever was writing it has let it through the gate', async (what) => {
    const loan = await storeLoan(database);
    const other = new pg.Client({ connectionString: made.url });
    await other.connect();
    await new LeaseStore(database).hold(keeperLease(CHAIN), 'us', 60_000, 50n);
    const fence = (await new LeaseStore(database).holderOf(keeperLease(CHAIN)))!.fence;
    const make = signing();
    await other.query('BEGIN');
    await other.query('SELECT pg_advisory_xact_lock(7236101)');
    const attempt = journal.planSigned(aPlan(loan), acting(loan, 1n), atBlock(1n), [], terms({ fence }), make);
    const refused = expect(attempt).rejects.toMatchObject({ code: what === 'stop' ? 'stopped' : 'lease-lost' });
    await vi.waitFor(async () => expect((await sql.query(`SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`)).rowCount).toBe(1), 5_000);
    if (what === 'stop') await other.query(`INSERT INTO "Switch" ("scope", "subject", "setBy", "stops", "reason") VALUES ('owner', $1, 'operator', 'all', 'a drill')`, [`${CHAIN}-${loan.account}`]);
    else await other.query(`UPDATE "Lease" SET "fence" = "fence" + 1, "holder" = 'them' WHERE "name" = $1`, [keeperLease(CHAIN)]);
    await other.query('COMMIT');
    await refused;
    expect(make).not.toHaveBeenCalled();
    await nothingOf(loan);
    await other.query(`DELETE FROM "Lease"`);
    await other.end();
  });

  it('is followed by no stop that was set while it was signed, until it is stored', async () => {
    const loan = await storeLoan(database);
    const scope = { kind: 'owner', chainId: CHAIN, owner: loan.account } as const;
    let [isStopped, stopping] = [false, Promise.resolve()];
    const found = await journal.planSigned(aPlan(loan), acting(loan, 1n), atBlock(1n), [], terms(), async ({ transactions: [row] }) => {
      stopping = new SwitchStore(database).stop({ scope, stops: 'all', setBy: 'operator', reason: 'a drill' }).then(() => void (isStopped = true));
      await vi.waitFor(async () => expect((await sql.query(`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'`)).rowCount).toBe(1), 5_000);
      return { event: 'signed', to: 'SIGNED', transaction: signed(row!) };
    });
    expect(found.kind).toBe('planned');
    await stopping;
    expect(isStopped).toBe(true);
  });
});
