import { setTimeout as sleep } from 'node:timers/promises';
import { SignerUnreachable } from '@ballast/connectors/signer';
import { freshAccounts, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import type { Decision } from '@ballast/policy';
import { JournalReader, SwitchStore } from '@ballast/storage';
import { wad } from '@ballast/units';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut, openStage, type ExecutorStage } from '../../../../test/chaos/executor-stage.js';
import { activateByOwner, executions, makeBlocks, planAt, protectedLoan, type ProtectedLoan } from '../../../../test/chaos/protected-loan.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { USDC } from '../../../../test/factories/lending-position.js';
import { Executor } from './executor.js';
import type { ExecutorParts } from './parts.js';
import type { Decided } from './rush.js';

const accounts = freshAccounts(7_050, 12);
let used = 0;
let chain: Devchain;
let testDatabase: TestDatabase;
let stage: ExecutorStage;
let sql: pg.Client;

const executor = (changed: Partial<ExecutorParts> = {}): Executor => new Executor({ ...stage.parts, ...changed }, stage.settings);

async function ethPrice(dollars: bigint): Promise<void> {
  const time = (await chain.mining.chainTime()) + 12;
  await chain.feeds.set('WETH', dollars * 100_000_000n, time);
  await chain.mining.mine(time);
}

/** A loan with an active mandate, below its trigger unless the price is told. */
async function loan(dollars = 2_850n): Promise<ProtectedLoan> {
  await ethPrice(3_000n);
  const made = await protectedLoan(chain, stage, accounts[used++] as DevAccount);
  await activateByOwner(chain, made);
  await ethPrice(dollars);
  return made;
}

const decisionOf = (of: ProtectedLoan, { min, max }: Decided['plan']): Decision => ({
  kind: 'act', reason: 'below-trigger', action: 'repay', asset: USDC, min, max, positionId: of.positionId, mandateHash: of.mandate.hash,
  healthFactor: wad(1_170_000_000_000_000_000n), trigger: of.mandate.terms.triggerHf, target: of.mandate.terms.maxHf, clamp: null, candidates: [],
});

/** Decides to repay at the newest block and has it written down as the fast lane does. */
async function rush(of: ProtectedLoan, with_: Executor, changed: Partial<Decided['plan']> = {}, onSent?: () => void) {
  const { baseFee, ...head } = await stage.reads.headWithFee();
  const plan = { ...planAt(head, stage, of, 'REPAY'), ...changed };
  const decision = decisionOf(of, plan);
  const foresight = with_.foresee(plan, of.mandate, { head, baseFee }, onSent);
  const found = await with_.plan({ plan, decision, at: { blockNumber: head.number, blockTimestamp: head.timestamp }, notices: [] }, foresight);
  return { found, foresight, intent: found.kind === 'planned' ? found.intent : expect.fail(found.kind) };
}

const noticesOf = async (of: ProtectedLoan) => (await sql.query<{ kind: string }>(`SELECT kind FROM "OutboxEvent" WHERE "positionId" = $1`, [of.positionId])).rows.map(({ kind }) => kind);

async function ended(by: Executor, intentId: string): Promise<void> {
  const blocks = makeBlocks(chain, 40);
  await carryOut(by, intentId).finally(() => blocks.stop());
}

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  testDatabase = await createTestDatabase(inject('postgresUrl'));
  sql = new pg.Client({ connectionString: testDatabase.url });
  await sql.connect();
  stage = await openStage({ rpcUrl: chain.rpcUrl, databaseUrl: testDatabase.url, chainId: chain.chainId, book: chain.book, keeperKey: chain.accounts.keeper.privateKey });
});
afterAll(async () => {
  await sql?.end();
  await stage?.database.close();
  await testDatabase?.drop();
  await chain?.stop();
});

describe('an action that was tried out while it was decided', () => {
  it('is stored with its signature, with every step of its life, and carried out once', async () => {
    const one = await loan();
    const sent: string[] = [];
    const acting = executor();
    const { intent, foresight } = await rush(one, acting, {}, () => sent.push('sent'));
    expect(intent).toMatchObject({ state: 'SIGNED', transactions: [{ purpose: 'call', raw: expect.stringMatching(/^0x02/), hash: expect.stringMatching(/^0x/), broadcastAt: null }] });
    expect(await stage.journal.intent(intent.id)).toEqual(intent);
    expect(sent).toEqual([]);

    await acting.advance(intent.id, { intent, foresight });
    await ended(acting, intent.id);
    expect(sent).toEqual(['sent']);
    const record = await new JournalReader(stage.database).intent(intent.id);
    expect(record?.steps.map(({ seq, from, to }) => [seq, from, to])).toEqual(['NONCED', 'SIGNED', 'BROADCAST', 'MINED', 'CONFIRMED', 'DONE'].map((to, seq, all) => [seq, all[seq - 1] ?? 'PLANNED', to]));
    expect(await executions(stage, one.mandate.hash)).toBe(1);
  });

  it('is not planned beside an open one', async () => {
    const one = await loan();
    const { intent } = await rush(one, executor());
    const { baseFee, ...head } = await stage.reads.headWithFee();
    const plan = planAt(head, stage, one, 'REPAY');
    const again = executor();
    const decision = decisionOf(one, plan);
    expect(await again.plan({ plan, decision, at: { blockNumber: head.number, blockTimestamp: head.timestamp }, notices: [] }, again.foresee(plan, one.mandate, { head, baseFee }))).toEqual({ kind: 'busy' });
    await ended(again, intent.id);
  });

  it('leaves nothing behind where all lanes are full: at the next block the weakest is asked for again; where that lasts its owner is told, once a spell', async () => {
    const one = await loan();
    let clock = 5_000;
    let isTold = true;
    const tell: ExecutorParts['tell'] = (notices) => (isTold ? stage.parts.tell(notices) : Promise.reject(new Error('the connection ended')));
    const parts = { ...stage.parts, monotonic: () => clock, tell };
    const full = new Executor(parts, { ...stage.settings, noncesPerLane: 0 });
    const asked = async (by = full) => {
      await chain.mining.mine();
      const { baseFee, ...head } = await stage.reads.headWithFee();
      const plan = { ...planAt(head, stage, one, 'REPAY'), deadline: head.timestamp + 600n };
      return by.plan({ plan, decision: decisionOf(one, plan), at: { blockNumber: head.number, blockTimestamp: head.timestamp }, notices: [] }, by.foresee(plan, one.mandate, { head, baseFee }));
    };
    const waits = { kind: 'lanes-full' };
    expect(await asked()).toEqual(waits);
    clock += 20_001;
    expect([await asked(), await asked()]).toEqual([waits, waits]);
    expect(await noticesOf(one)).toEqual([]);
    // What could not be told is told at the next block.
    isTold = false;
    expect(await asked()).toEqual(waits);
    isTold = true;
    expect([await asked(), await asked()]).toEqual([waits, waits]);
    const { rows } = await sql.query(`SELECT kind, severity, account, data FROM "OutboxEvent" WHERE "positionId" = $1`, [one.positionId]);
    expect(rows).toEqual([{ kind: 'action.stuck', severity: 'critical', account: one.owner, data: expect.objectContaining({ reason: 'lanes-full', action: 'repay', symbol: 'USDC', health: '1.17', message: expect.stringMatching(/every keeper account.*busy.*20 seconds/i) }) }]);

    // Above its trigger meanwhile: what comes later is another spell.
    full.endWaits((id) => id === one.positionId);
    clock += 500_000;
    for (let block = 0; block < 4; block += 1) expect(await asked()).toEqual(waits);
    expect(await noticesOf(one)).toHaveLength(1);
    clock += 20_001;
    expect(await asked()).toEqual(waits);
    expect(await noticesOf(one)).toEqual(['action.stuck', 'action.stuck']);
    expect(await new JournalReader(stage.database).intentsOf(one.positionId, 5)).toEqual([]);

    const free = executor();
    const found = await asked(free);
    await ended(free, found.kind === 'planned' ? found.intent.id : expect.fail(found.kind));
    expect(await noticesOf(one)).toEqual(['action.stuck', 'action.stuck', 'action.done']);
  });

  it('is only planned where it would fail, and then dropped with the reason', async () => {
    const calm = await loan(3_000n);
    const acting = executor();
    const { intent } = await rush(calm, acting);
    expect(intent).toMatchObject({ state: 'PLANNED', transactions: [] });
    await carryOut(acting, intent.id);
    expect(await stage.journal.intent(intent.id)).toMatchObject({ state: 'DROPPED', failure: { code: 'not-triggered' }, transactions: [] });
  });

  it('is only planned while a stop is in force, and signs nothing', async () => {
    const one = await loan();
    const switches = new SwitchStore(stage.database);
    const scope = { kind: 'owner', chainId: stage.chain, owner: one.owner } as const;
    await switches.stop({ scope, stops: 'all', setBy: 'operator', reason: 'a drill' });
    let signatures = 0;
    const { signer } = stage.parts;
    const acting = executor({ signer: { lanes: signer.lanes, sign: (request) => ((signatures += 1), signer.sign(request)) } });
    const { intent } = await rush(one, acting);
    expect(intent).toMatchObject({ state: 'PLANNED', transactions: [] });
    await carryOut(acting, intent.id);
    expect(await stage.journal.intent(intent.id)).toMatchObject({ state: 'DROPPED', failure: { code: 'stopped' } });
    expect(signatures).toBe(0);
    await switches.release(scope, 'operator');
  });

  it('is planned without a signature where the signer does not answer, and signed once it does', async () => {
    const one = await loan();
    const { signer } = stage.parts;
    let isThere = false;
    const acting = executor({ signer: { lanes: signer.lanes, sign: (request) => (isThere ? signer.sign(request) : Promise.reject(new SignerUnreachable('its socket', 'nothing'))) } });
    const { intent } = await rush(one, acting);
    expect(intent).toMatchObject({ state: 'PLANNED', transactions: [] });
    expect(await acting.advance(intent.id)).toMatchObject({ done: false, waiting: 'signer-unreachable' });
    isThere = true;
    await ended(acting, intent.id);
    expect(await stage.journal.intent(intent.id)).toMatchObject({ state: 'DONE' });
  });

  it('is planned without a signature where something of our own fails', async () => {
    const one = await loan();
    const warnings: string[] = [];
    const { journal } = stage.parts;
    const broken = Object.assign(Object.create(journal) as ExecutorParts['journal'], { planSigned: () => Promise.reject(new Error('the connection ended')) });
    const acting = executor({ journal: broken, warn: (message) => warnings.push(message) });
    const { intent } = await rush(one, acting);
    expect(intent).toMatchObject({ state: 'PLANNED', transactions: [] });
    expect(warnings).toEqual([expect.stringContaining('the connection ended')]);
    await ended(acting, intent.id);
    expect(await stage.journal.intent(intent.id)).toMatchObject({ state: 'DONE' });
  });

  it('waits once for a signer that hangs, however many were decided on at the block', async () => {
    const loans = [await loan(), await loan(), await loan()];
    const { signer } = stage.parts;
    let [asked, isThere] = [0, false];
    const hanging = async () => {
      asked += 1;
      await sleep(4_000);
      throw new SignerUnreachable('its socket', 'nothing');
    };
    const acting = executor({ signer: { lanes: signer.lanes, sign: (request) => (isThere ? signer.sign(request) : hanging()) } });
    const begun = performance.now();
    const planned = await Promise.all(loans.map((one) => rush(one, acting)));
    expect(planned.map(({ intent }) => intent.state)).toEqual(['PLANNED', 'PLANNED', 'PLANNED']);
    // What was planned a moment ago does not wait for it again at that block either.
    for (const { intent, foresight } of planned) expect(await acting.advance(intent.id, { intent, foresight })).toMatchObject({ waiting: 'signer-unreachable' });
    expect(performance.now() - begun).toBeLessThan(7_500);
    expect(asked).toBe(1);
    isThere = true;
    for (const { intent } of planned) await ended(acting, intent.id);
    expect(await Promise.all(planned.map(async ({ intent }) => (await stage.journal.intent(intent.id))?.state))).toEqual(['DONE', 'DONE', 'DONE']);
  });
});
