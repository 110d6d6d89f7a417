import { freshAccounts, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import { OPERATORS, type IntentKind } from '@ballast/policy';
import { Executor } from '@ballast/execution';
import { PrismaOutbox, SubscriptionStore, VanishedNonces } from '@ballast/storage';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut, openStage, type ExecutorStage } from '../../../../test/chaos/executor-stage.js';
import { activateByOwner, executions, makeBlocks, planAt, protectedLoan, type ProtectedLoan } from '../../../../test/chaos/protected-loan.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { TakenBack } from './taken-back.js';

const accounts = freshAccounts(8_310, 4);
let chain: Devchain;
let testDatabase: TestDatabase;
let stage: ExecutorStage;
let outbox: PrismaOutbox;

async function ethPrice(dollars: bigint): Promise<void> {
  const time = (await chain.mining.chainTime()) + 12;
  await chain.feeds.set('WETH', dollars * 100_000_000n, time);
  await chain.mining.mine(time);
}

async function act(on: ProtectedLoan, kind: IntentKind): Promise<string> {
  const planned = await stage.journal.plan(planAt(await stage.reads.head(), stage, on, kind), null, null, []);
  if (planned.kind === 'busy') return expect.fail('busy');
  const blocks = makeBlocks(chain, 40);
  await carryOut(new Executor(stage.parts, stage.settings), planned.intent.id).finally(() => blocks.stop());
  return planned.intent.id;
}

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  testDatabase = await createTestDatabase(inject('postgresUrl'));
  stage = await openStage({ rpcUrl: chain.rpcUrl, databaseUrl: testDatabase.url, chainId: chain.chainId, book: chain.book, keeperKey: chain.accounts.keeper.privateKey });
  outbox = new PrismaOutbox(stage.database);
});
afterAll(async () => {
  await stage?.database.close();
  await testDatabase?.drop();
  await chain?.stop();
});

describe('a reorganisation deeper than our confirmations', () => {
  it('takes back an action that counted as done, which is then sent again, so that its lane goes on and the loan is safe', async () => {
    await ethPrice(3_000n);
    const loan = await protectedLoan(chain, stage, accounts[0] as DevAccount);
    await activateByOwner(chain, loan);
    await ethPrice(2_850n);
    await chain.mining.mine((await chain.mining.chainTime()) + 12);
    await new SubscriptionStore(stage.database).add({ chainId: stage.chain, account: OPERATORS, channel: 'webhook', target: 'https://operators.example/hook' }, new Date());
    const takenBack = new TakenBack({ reads: stage.reads, sends: stage.parts.sends, nonces: new VanishedNonces(stage.database), outbox, lanes: stage.parts.signer.lanes, chainName: 'Local chain' });

    const before = (await stage.reads.head()).number;
    const id = await act(loan, 'REPAY');
    expect(await stage.journal.intent(id)).toMatchObject({ state: 'DONE' });
    expect(await takenBack.look()).toEqual([]);

    const depth = Number((await stage.reads.head()).number - before);
    await chain.provider.send('anvil_reorg', [depth, []]);
    expect(await executions(stage, loan.mandate.hash)).toBe(0);
    expect(await takenBack.look()).toEqual([]);
    for (let block = 0; block < 2; block += 1) await chain.mining.mine((await chain.mining.chainTime()) + 12);
    expect(await takenBack.look()).toMatchObject([{ signed: { intentId: id } }]);
    await chain.mining.mine((await chain.mining.chainTime()) + 12);

    expect(await executions(stage, loan.mandate.hash)).toBe(1);
    expect(await takenBack.look()).toEqual([]);
    expect(await outbox.ofAccount(OPERATORS, 10)).toMatchObject([{ kind: 'operator.page', status: 'pending' }]);
  });
});
