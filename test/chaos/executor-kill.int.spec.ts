import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freshAccounts, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import type { Intent } from '@ballast/policy';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../factories/database.js';
import { sourceProcess } from '../factories/source-process.js';
import { openStage, type ExecutorStage, type StageAddress } from './executor-stage.js';
import { activateByOwner, executions, makeBlocks, plan, protectedLoan, type ProtectedLoan } from './protected-loan.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const accounts = freshAccounts(7_003, 12);
let used = 0;

let chain: Devchain;
let testDatabase: TestDatabase;
let at: StageAddress;
let stage: ExecutorStage;
let sql: pg.Client;

/** A keeper process of its own; resolves to the signal that ended it, null when it carried the intent out. */
async function keeper(intentId: string, dieAfter = 'never'): Promise<NodeJS.Signals | null> {
  const child = await sourceProcess('test/chaos/executor-child.ts');
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [child, intentId, dieAfter], { cwd: root, env: { ...process.env, STAGE: JSON.stringify(at) }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    process_.stderr.on('data', (chunk) => (said += String(chunk)));
    process_.on('error', reject);
    process_.on('exit', (code, signal) => (code === null || code === 0 ? resolve(signal) : reject(new Error(said))));
  });
}

async function ethPrice(dollars: bigint): Promise<void> {
  const time = (await chain.mining.chainTime()) + 12;
  await chain.feeds.set('WETH', dollars * 100_000_000n, time);
  await chain.mining.mine(time);
}

async function loanInDanger(): Promise<ProtectedLoan> {
  await ethPrice(3_000n);
  const loan = await protectedLoan(chain, stage, accounts[used++] as DevAccount);
  await activateByOwner(chain, loan);
  await ethPrice(2_850n);
  return loan;
}

const intent = async (id: string): Promise<Intent> => (await stage.journal.intent(id)) ?? expect.fail('no such intent');
const noticeCount = async (id: string) => (await sql.query(`SELECT 1 FROM "OutboxEvent" WHERE data->>'intentId' = $1`, [id])).rowCount;

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

describe('a keeper killed (-9) while it repays', () => {
  it('right after every write and after the sending, and started again each time: exactly one repayment, told once', async () => {
    const loan = await loanInDanger();
    const { id } = await plan(stage, loan, 'REPAY');
    const blocks = makeBlocks(chain);
    try {
      for (const [dieAfter, stored] of [
        ['NONCED', 'NONCED'],
        ['SIGNED', 'SIGNED'],
        // The bytes are out and nobody noted it.
        ['sent', 'SIGNED'],
        ['BROADCAST', 'BROADCAST'],
        ['MINED', 'MINED'],
        ['CONFIRMED', 'CONFIRMED'],
        ['DONE', 'DONE'],
      ] as const) {
        expect([dieAfter, await keeper(id, dieAfter), (await intent(id)).state]).toEqual([dieAfter, 'SIGKILL', stored]);
      }
      expect(await keeper(id)).toBeNull();
    } finally {
      await blocks.stop();
    }
    const done = await intent(id);
    expect(done).toMatchObject({ state: 'DONE', failure: null, receipt: { succeeded: true } });
    expect(done.transactions).toHaveLength(1);
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
    expect(await noticeCount(id)).toBe(1);
  }, 300_000);

  it('before the sending was noted, and mined before anybody looked: found again by its hash', async () => {
    const loan = await loanInDanger();
    const { id } = await plan(stage, loan, 'REPAY');
    expect(await keeper(id, 'sent')).toBe('SIGKILL');
    const blocks = makeBlocks(chain);
    await new Promise((mined) => setTimeout(mined, 400));
    try {
      expect(await keeper(id)).toBeNull();
    } finally {
      await blocks.stop();
    }
    expect((await intent(id)).state).toBe('DONE');
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
  });
});

describe('a keeper killed (-9) and started again only after the deadline', () => {
  it('never sends the old call, also when it is killed at each step of giving the nonce back', async () => {
    const loan = await loanInDanger();
    const { id } = await plan(stage, loan, 'REPAY', 1_914_000_000n, 600n);
    expect(await keeper(id, 'SIGNED')).toBe('SIGKILL');
    await chain.mining.mine((await chain.mining.chainTime()) + 700);
    const blocks = makeBlocks(chain);
    try {
      for (const dieAfter of ['cancel-signed', 'sent', 'MINED']) expect(await keeper(id, dieAfter)).toBe('SIGKILL');
      expect(await keeper(id)).toBeNull();
    } finally {
      await blocks.stop();
    }
    const end = await intent(id);
    expect(end).toMatchObject({ state: 'EXPIRED', failure: { code: 'deadline-passed' } });
    expect(end.transactions.filter((tx) => tx.purpose === 'call').map((tx) => tx.broadcastAt)).toEqual([null]);
    expect(await executions(stage, loan.mandate.hash)).toBe(0);
    expect(await noticeCount(id)).toBe(1);
  }, 300_000);
});
