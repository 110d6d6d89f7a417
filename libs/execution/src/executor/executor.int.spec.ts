import { freshAccounts, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import { SigningRefused } from '@ballast/connectors/signer';
import { Database, JournalReader, PrismaActionJournal } from '@ballast/storage';
import { address } from '@ballast/units';
import { Interface } from 'ethers';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut, openStage, type ExecutorStage, type StageAddress } from '../../../../test/chaos/executor-stage.js';
import { activateByOwner, executions, makeBlocks, plan, protectedLoan, send } from '../../../../test/chaos/protected-loan.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { classifyRevert, decodeExecuted, encodeRepay, readGuardPosition } from '../planner/index.js';
import { Executor } from './executor.js';
import type { ExecutorParts } from './parts.js';

const accounts = freshAccounts(7_002, 15);
let used = 0;
const nextAccount = (): DevAccount => accounts[used++] as DevAccount;

let chain: Devchain;
let testDatabase: TestDatabase;
let at: StageAddress;
let stage: ExecutorStage;
let sql: pg.Client;

const executor = (changed: Partial<ExecutorParts> = {}, of: ExecutorStage = stage): Executor => new Executor({ ...of.parts, ...changed }, of.settings);
const intent = async (id: string) => (await stage.journal.intent(id)) ?? expect.fail('no such intent');
const notices = async (id: string) => (await sql.query<{ id: string; kind: string; data: Record<string, unknown> }>(`SELECT id, kind, data FROM "OutboxEvent" WHERE data->>'intentId' = $1`, [id])).rows;
async function ethPrice(dollars: bigint): Promise<void> {
  const time = (await chain.mining.chainTime()) + 12;
  await chain.feeds.set('WETH', dollars * 100_000_000n, time);
  await chain.mining.mine(time);
}
/** Runs it while the chain makes blocks. */
async function withBlocks<T>(work: () => Promise<T>): Promise<T> {
  const blocks = makeBlocks(chain, 40);
  try {
    return await work();
  } finally {
    await blocks.stop();
  }
}
/** A loan with an active mandate, below its trigger. */
async function loanInDanger() {
  await ethPrice(3_000n);
  const loan = await protectedLoan(chain, stage, nextAccount());
  await activateByOwner(chain, loan);
  await ethPrice(2_850n);
  return loan;
}

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  testDatabase = await createTestDatabase(inject('postgresUrl'));
  at = { rpcUrl: chain.rpcUrl, databaseUrl: testDatabase.url, chainId: chain.chainId, book: chain.book, keeperKey: chain.accounts.keeper.privateKey };
  stage = await openStage(at);
  sql = new pg.Client({ connectionString: testDatabase.url });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await stage?.database.close();
  await testDatabase?.drop();
  await chain?.stop();
});

describe('carrying out intents on the real market', () => {
  it('puts a signed mandate in force, then repays once, and tells what it did', async () => {
    await ethPrice(3_000n);
    const loan = await protectedLoan(chain, stage, nextAccount());
    const activation = await plan(stage, loan, 'ACTIVATE');
    await withBlocks(() => carryOut(executor(), activation.id));
    expect(await intent(activation.id)).toMatchObject({ state: 'DONE', failure: null });
    expect(await readGuardPosition(stage.reads, loan.mandate, await stage.reads.head())).toMatchObject({ live: loan.mandate.hash, activeHash: loan.mandate.hash, epochMatches: true });

    await ethPrice(2_850n);
    const repayment = await plan(stage, loan, 'REPAY');
    await withBlocks(() => carryOut(executor(), repayment.id));
    const done = await intent(repayment.id);
    expect(done).toMatchObject({ state: 'DONE', failure: null, receipt: { succeeded: true, executed: { owner: loan.owner, debtRepaid: 1_914_000_000n, action: 2 } } });
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
    expect(await notices(repayment.id)).toMatchObject([{ id: `evt_${repayment.id}_done`, kind: 'action.done', data: { amount: '1914.0', symbol: 'USDC', healthBefore: expect.stringMatching(/^1\.17/), healthAfter: expect.stringMatching(/^1\.3/) } }]);
    const record = await new JournalReader(stage.database).intent(repayment.id);
    expect(record?.steps.map((one) => one.to)).toEqual(['NONCED', 'SIGNED', 'BROADCAST', 'MINED', 'CONFIRMED', 'DONE']);
    expect(await executor().advance(repayment.id)).toEqual({ done: true });
  });

  it('adds collateral', async () => {
    await ethPrice(3_000n);
    const loan = await protectedLoan(chain, stage, nextAccount());
    await activateByOwner(chain, loan);
    const weth = loan.mandate.terms.collateral;
    const abi = new Interface(['function approve(address,uint256)', 'function deposit() payable']);
    await chain.sender(loan.account).send({ to: weth, abi, method: 'deposit', args: [] }, { value: 10n ** 18n });
    await send(chain, loan.account, weth, abi, 'approve', [loan.mandate.guard, 10n ** 18n]);
    await ethPrice(2_850n);
    const topUp = await plan(stage, loan, 'TOP_UP', 10n ** 18n);
    await withBlocks(() => carryOut(executor(), topUp.id));
    expect(await intent(topUp.id)).toMatchObject({ state: 'DONE', receipt: { executed: { collateralIn: 10n ** 18n, debtRepaid: 0n, action: 1 } } });
    expect(await notices(topUp.id)).toMatchObject([{ data: { action: 'top-up', amount: '1.0', symbol: 'WETH' } }]);
  });

  it('drops a call that is known to revert, unsigned and without a nonce, naming the reason', async () => {
    await ethPrice(3_000n);
    const loan = await protectedLoan(chain, stage, nextAccount());
    const before = await plan(stage, loan, 'REPAY');
    await carryOut(executor(), before.id);
    expect(await intent(before.id)).toMatchObject({ state: 'DROPPED', transactions: [], failure: { code: 'not-active' } });
    expect(await notices(before.id)).toMatchObject([{ kind: 'action.failed', data: { reason: 'not-active', class: 'needs-user' } }]);

    await activateByOwner(chain, loan);
    const calm = await plan(stage, loan, 'REPAY');
    await carryOut(executor(), calm.id);
    expect(await intent(calm.id)).toMatchObject({ state: 'DROPPED', transactions: [], failure: { code: 'not-triggered' } });
    expect(await notices(calm.id)).toEqual([]);

    const again = await plan(stage, loan, 'ACTIVATE');
    await carryOut(executor(), again.id);
    expect(await intent(again.id)).toMatchObject({ state: 'DROPPED', failure: { code: 'already-active' } });
  });

  it('gives up what the signer forbids, frees its nonce and says so', async () => {
    const loan = await loanInDanger();
    const forbidden = await plan(stage, loan, 'REPAY');
    const { signer } = stage.parts;
    const picky: ExecutorParts['signer'] = { lanes: signer.lanes, sign: (request) => (request.transaction.to === request.lane ? signer.sign(request) : Promise.reject(new SigningRefused('destination', request.transaction.to, 'nothing but the own address'))) };
    await withBlocks(() => carryOut(executor({ signer: picky }), forbidden.id));
    expect(await intent(forbidden.id)).toMatchObject({ failure: { code: 'signing-refused' }, transactions: expect.arrayContaining([expect.objectContaining({ purpose: 'cancel' })]) });
    expect((await notices(forbidden.id)).map(({ kind }) => kind)).toEqual(['action.failed']);
    const allowed = await plan(stage, loan, 'REPAY');
    await withBlocks(() => carryOut(executor(), allowed.id));
    expect(await intent(allowed.id)).toMatchObject({ state: 'DONE' });
  });

  it('sees in a rehearsal what the call would log, or why it would revert', async () => {
    const loan = await loanInDanger();
    const limits = { min: 0n, max: 1_914_000_000n, deadline: (await stage.reads.head()).timestamp + 600n };
    const call = { from: address(chain.accounts.keeper.address), to: loan.mandate.guard, data: encodeRepay(loan.mandate, limits) };
    const rehearsed = await stage.sends.simulate(call, await stage.reads.head());
    expect(rehearsed.kind === 'ok' && rehearsed.logs?.map(decodeExecuted).find((event) => event !== null)).toMatchObject({ owner: loan.owner, debtRepaid: 1_914_000_000n });
    const tooMuch = await stage.sends.simulate({ ...call, data: encodeRepay(loan.mandate, { ...limits, max: 12_000_000_000n }) }, await stage.reads.head());
    expect(tooMuch.kind === 'reverted' && classifyRevert(tooMuch.data)).toMatchObject({ code: 'above-band', args: { maxHf: loan.mandate.terms.maxHf.toString() } });
  });

  it('drops what is no longer wanted', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    await carryOut(executor({ stillWanted: async () => false }), planned.id);
    expect(await intent(planned.id)).toMatchObject({ state: 'DROPPED', failure: { code: 'no-longer-wanted' } });
  });

  it('acts once when two executors work on the same intent at the same time', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    const other = new Database(testDatabase.url);
    const second = executor({ journal: new PrismaActionJournal(other) });
    await withBlocks(() => Promise.all([carryOut(executor(), planned.id), carryOut(second, planned.id)]));
    await other.close();
    const done = await intent(planned.id);
    expect(done.state).toBe('DONE');
    expect(done.transactions).toHaveLength(1);
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
    expect(await notices(planned.id)).toHaveLength(1);
  });

  it('waits while the chain cannot be reached, and goes on when it can', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    const nowhere = Object.assign(Object.create(stage.reads), { head: fetchNothing }) as ExecutorParts['reads'];
    expect(await executor({ reads: nowhere }).advance(planned.id)).toMatchObject({ done: false, waiting: 'rpc-unreachable' });
    expect((await intent(planned.id)).state).toBe('PLANNED');
    await withBlocks(() => carryOut(executor(), planned.id));
    expect((await intent(planned.id)).state).toBe('DONE');
  });
});

describe('when the chain does not play along', () => {
  it('cancels a signed call past its deadline and never sends it', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY', 1_914_000_000n, 600n);
    // It goes as far as signed bytes, and the node is gone when they should be sent.
    const stopped = executor({ sends: Object.assign(Object.create(stage.sends), { broadcast: () => fetchNothing() }) as ExecutorParts['sends'] });
    expect(await stopped.advance(planned.id)).toMatchObject({ waiting: 'rpc-unreachable' });
    expect((await intent(planned.id)).state).toBe('SIGNED');
    await chain.mining.mine((await chain.mining.chainTime()) + 700);
    await withBlocks(() => carryOut(executor(), planned.id));
    const end = await intent(planned.id);
    expect(end).toMatchObject({ state: 'EXPIRED', failure: { code: 'deadline-passed' }, receipt: { executed: null } });
    expect(end.transactions.map((tx) => [tx.purpose, tx.broadcastAt !== null])).toEqual([['call', false], ['cancel', true]]);
    expect(await executions(stage, loan.mandate.hash)).toBe(0);
    expect(await notices(planned.id)).toMatchObject([{ kind: 'action.failed', data: { reason: 'deadline-passed' } }]);
  });

  it('finds the call done when it was mined although its sender did not know', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY', 1_914_000_000n, 600n);
    const deaf = executor({
      sends: Object.assign(Object.create(stage.sends), {
        broadcast: async (raw: `0x${string}`) => {
          await stage.sends.broadcast(raw);
          return fetchNothing();
        },
      }) as ExecutorParts['sends'],
    });
    expect(await deaf.advance(planned.id)).toMatchObject({ waiting: 'rpc-unreachable' });
    await chain.mining.mine();
    await chain.mining.mine((await chain.mining.chainTime()) + 700);
    await withBlocks(() => carryOut(executor(), planned.id));
    expect((await intent(planned.id)).state).toBe('DONE');
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
  });

  it('ends reverted, with the reason, when the price recovered before the call was mined', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    expect(await executor().advance(planned.id)).toMatchObject({ waiting: 'mining' });
    expect((await intent(planned.id)).state).toBe('BROADCAST');
    // The feed's update pays a higher tip: it comes first in the same block.
    await ethPrice(3_000n);
    await withBlocks(() => carryOut(executor(), planned.id));
    expect(await intent(planned.id)).toMatchObject({ state: 'REVERTED', failure: { code: 'not-triggered' }, receipt: { succeeded: false } });
    expect(await executions(stage, loan.mandate.hash)).toBe(0);
    expect(await notices(planned.id)).toMatchObject([{ kind: 'action.failed', data: { class: 'resolved' } }]);
  });

  it('frees the nonce when the call turns out to fail after it was given', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    const keeper = address(chain.accounts.keeper.address);
    const newest = await stage.reads.nonceAt(await stage.reads.head(), keeper);
    await stage.journal.allocateNonce(planned.id, { class: 'normal', lanes: [{ lane: keeper, pays: 1, newest, final: async () => newest }], cap: 16 });
    await ethPrice(3_000n);
    await withBlocks(() => carryOut(executor(), planned.id));
    const end = await intent(planned.id);
    expect(end).toMatchObject({ state: 'DROPPED', failure: { code: 'not-triggered' } });
    expect(end.transactions.map((tx) => [tx.purpose, tx.hash !== null])).toEqual([['call', false], ['cancel', true]]);
  });

  it('sends the same bytes again after a reorganisation took their block away', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    expect(await executor().advance(planned.id)).toMatchObject({ waiting: 'mining' });
    await chain.mining.mine();
    expect(await executor().advance(planned.id)).toMatchObject({ waiting: 'confirmations' });
    const mined = await intent(planned.id);
    expect(mined.state).toBe('MINED');
    await chain.provider.send('anvil_reorg', [1, []]);
    expect(await executor().advance(planned.id)).toMatchObject({ done: false });
    expect(await intent(planned.id)).toMatchObject({ state: 'BROADCAST', receipt: null });
    await withBlocks(() => carryOut(executor(), planned.id));
    const done = await intent(planned.id);
    expect(done).toMatchObject({ state: 'DONE', transactions: [{ hash: mined.transactions[0]?.hash }] });
    expect(done.receipt?.blockHash).not.toBe(mined.receipt?.blockHash);
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
  });

  it('offers more when its call stays in the pool, and keeps every hash', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    const hasty = new Executor(stage.parts, { ...stage.settings, replaceAfterMs: 400 });
    await hasty.advance(planned.id);
    await new Promise((later) => setTimeout(later, 450));
    await hasty.advance(planned.id);
    const bidding = await intent(planned.id);
    expect(bidding.transactions.length).toBeGreaterThan(1);
    expect(new Set(bidding.transactions.map((tx) => tx.nonce)).size).toBe(1);
    await withBlocks(() => carryOut(executor(), planned.id));
    const done = await intent(planned.id);
    expect(done.state).toBe('DONE');
    expect(done.transactions.map((tx) => tx.hash)).toContain(done.receipt?.transactionHash);
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
  });

  it('says so when something else used its nonce', async () => {
    const loan = await loanInDanger();
    const planned = await plan(stage, loan, 'REPAY');
    const silent = executor({ sends: Object.assign(Object.create(stage.sends), { broadcast: () => fetchNothing() }) as ExecutorParts['sends'] });
    await silent.advance(planned.id);
    await chain.sender(chain.accounts.keeper).pay(chain.accounts.keeper.address, 0n);
    await withBlocks(() => carryOut(executor(), planned.id));
    expect(await intent(planned.id)).toMatchObject({ state: 'REPLACED', failure: { code: 'nonce-taken' } });
    expect(await notices(planned.id)).toMatchObject([{ kind: 'action.failed', data: { reason: 'nonce-taken', class: 'bug' } }]);
  });
});

/** Asks a port where nothing listens, for the real error of a node that is gone. */
async function fetchNothing(): Promise<never> {
  const { connect } = await import('@ballast/connectors');
  await connect({ url: 'http://127.0.0.1:9', chainId: stage.chain });
  throw new Error('something answered');
}
