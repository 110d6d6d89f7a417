import { SignerUnreachable } from '@ballast/connectors/signer';
import { freshAccounts, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import type { Decision } from '@ballast/policy';
import { JournalReader, SwitchStore } from '@ballast/storage';
import { wad } from '@ballast/units';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut, openStage, type ExecutorStage } from '../../../../test/chaos/executor-stage.js';
import { activateByOwner, executions, makeBlocks, planAt, protectedLoan, type ProtectedLoan } from '../../../../test/chaos/protected-loan.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { USDC } from '../../../../test/factories/lending-position.js';
import { Executor } from './executor.js';
import type { ExecutorParts } from './parts.js';
import type { Decided } from './rush.js';

const accounts = freshAccounts(7_050, 8);
let used = 0;
let chain: Devchain;
let testDatabase: TestDatabase;
let stage: ExecutorStage;

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
  return { found, foresight, intent: found.kind === 'planned' ? found.intent : expect.fail('busy') };
}

async function ended(by: Executor, intentId: string): Promise<void> {
  const blocks = makeBlocks(chain, 40);
  await carryOut(by, intentId).finally(() => blocks.stop());
}

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  testDatabase = await createTestDatabase(inject('postgresUrl'));
  stage = await openStage({ rpcUrl: chain.rpcUrl, databaseUrl: testDatabase.url, chainId: chain.chainId, book: chain.book, keeperKey: chain.accounts.keeper.privateKey });
});
afterAll(async () => {
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

  it('leaves nothing behind where all lanes are full: at the next block the weakest is asked for again', async () => {
    const one = await loan();
    const { baseFee, ...head } = await stage.reads.headWithFee();
    const full = new Executor(stage.parts, { ...stage.settings, noncesPerLane: 0 });
    const plan = planAt(head, stage, one, 'REPAY');
    const decision = decisionOf(one, plan);
    expect(await full.plan({ plan, decision, at: { blockNumber: head.number, blockTimestamp: head.timestamp }, notices: [] }, full.foresee(plan, one.mandate, { head, baseFee }))).toEqual({ kind: 'busy' });
    expect(await new JournalReader(stage.database).intentsOf(one.positionId, 5)).toEqual([]);
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
});
