import { parseAddressBook, type SendClient } from '@ballast/connectors';
import { freshAccounts, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import { OPERATORS, type IntentKind, type Stop } from '@ballast/policy';
import { Executor } from '@ballast/execution';
import { LeaseStore, PrismaOutbox, VanishedNonces, keeperLease } from '@ballast/storage';
import { address } from '@ballast/units';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut, openStage, type ExecutorStage } from '../../../../test/chaos/executor-stage.js';
import { activateByOwner, executions, makeBlocks, planAt, protectedLoan, type ProtectedLoan } from '../../../../test/chaos/protected-loan.js';
import { addActiveWebhook } from '../../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { takenBackDesk } from './compose.js';
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
  await carryOut(new Executor({ ...stage.parts, fence: () => fence }, stage.settings), planned.intent.id).finally(() => blocks.stop());
  return planned.intent.id;
}

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  testDatabase = await createTestDatabase(inject('postgresUrl'));
  stage = await openStage({ rpcUrl: chain.rpcUrl, databaseUrl: testDatabase.url, chainId: chain.chainId, book: chain.book, keeperKey: chain.accounts.keeper.privateKey });
  outbox = new PrismaOutbox(stage.database);
  fence = (await new LeaseStore(stage.database).hold(keeperLease(stage.chain), 'the test', 600_000))?.fence ?? 0n;
  for (const account of [OPERATORS, address(accounts[0]?.address ?? '')]) await addActiveWebhook(stage.database, { chainId: stage.chain, account, target: `https://example.test/${account}` });
});
afterAll(async () => {
  await stage?.database.close();
  await testDatabase?.drop();
  await chain?.stop();
});

const mine = async (blocks = 1): Promise<void> => {
  for (let block = 0; block < blocks; block += 1) await chain.mining.mine((await chain.mining.chainTime()) + 12);
};

/** A repayment that counts as done, and the chain as it was before it. */
async function undone(account: DevAccount) {
  await ethPrice(3_000n);
  const loan = await protectedLoan(chain, stage, account);
  await activateByOwner(chain, loan);
  await ethPrice(2_850n);
  await mine();
  const before = (await stage.reads.head()).number;
  const id = await act(loan, 'REPAY');
  expect(await stage.journal.intent(id)).toMatchObject({ state: 'DONE' });
  const takenBack = desk();
  expect(await takenBack.look()).toEqual([]);
  await chain.provider.send('anvil_reorg', [Number((await stage.reads.head()).number - before), []]);
  expect(await executions(stage, loan.mandate.hash)).toBe(0);
  expect(await takenBack.look()).toEqual([]);
  return { loan, id, takenBack };
}

const fills = async (id: string): Promise<number> => (await stage.journal.intent(id))?.transactions.filter(({ purpose }) => purpose === 'cancel').length ?? 0;

let stops: readonly Stop[] = [];
let baseFee: bigint | null = null;
let fence = 0n;

function desk() {
  const { database, reads, parts, settings, journal, mandates } = stage;
  const priced = new Proxy(reads, { get: (target, key) => (key === 'baseFee' && baseFee !== null ? async () => baseFee : Reflect.get(target, key).bind?.(target) ?? Reflect.get(target, key)) });
  return takenBackDesk({
    database, reads: priced, sends: parts.sends as SendClient, signer: parts.signer, fence: () => fence, fees: settings.fees, book: parseAddressBook({ [String(chain.chainId)]: chain.book }, chain.chainId),
    stops: { all: async () => stops }, journal, mandates, outbox,
  });
}

describe('a reorganisation deeper than our confirmations', () => {
  afterEach(() => {
    stops = [];
    baseFee = null;
  });

  it('takes back an action that counted as done, which is then sent again, so that its lane goes on and the loan is safe', async () => {
    const { loan, id, takenBack } = await undone(accounts[0] as DevAccount);
    await mine(2);
    expect(await takenBack.look()).toMatchObject([{ remedy: 'sent-again', one: { intent: { id } } }]);
    await mine();
    expect(await executions(stage, loan.mandate.hash)).toBe(1);
    expect(await takenBack.look()).toEqual([]);
    expect((await outbox.ofAccount(OPERATORS, 10)).map(({ kind }) => kind)).toEqual(['operator.page']);
    expect((await outbox.ofAccount(loan.owner, 10)).map(({ kind, eventId }) => [kind, eventId.includes('taken_back')])).toContainEqual(['action.failed', true]);
  });

  it('gives the nonce to an empty transfer where a stop is in force by now', async () => {
    const { loan, id, takenBack } = await undone(accounts[1] as DevAccount);
    stops = [{ scope: { kind: 'chain', chainId: stage.chain }, stops: 'all', setBy: 'operator', reason: 'a drill' }];
    await mine(2);
    expect(await takenBack.look()).toMatchObject([{ remedy: 'filled' }]);
    // Looked at again before it is mined: the same bytes, and nothing more is signed.
    expect(await takenBack.look()).toMatchObject([{ remedy: 'filled' }]);
    expect(await fills(id)).toBe(1);
    await mine();
    expect(await takenBack.look()).toEqual([]);
    expect(await executions(stage, loan.mandate.hash)).toBe(0);
  });

  it('gives the nonce to an empty transfer that offers enough where the action offers too little by now', async () => {
    const { loan, id, takenBack } = await undone(accounts[2] as DevAccount);
    await mine(2);
    baseFee = 400_000_000_000n;
    expect(await takenBack.look()).toMatchObject([{ remedy: 'filled' }]);
    expect(await fills(id)).toBe(1);
    await mine();
    expect(await takenBack.look()).toEqual([]);
    expect(await executions(stage, loan.mandate.hash)).toBe(0);
  });

  it('is not cried where our own view went back: the block of the action is still there', async () => {
    const { journal, reads, database } = stage;
    const loan = await protectedLoan(chain, stage, accounts[3] as DevAccount);
    await ethPrice(3_000n);
    await activateByOwner(chain, loan);
    await ethPrice(2_850n);
    const id = await act(loan, 'REPAY');
    const [row] = (await journal.intent(id))?.transactions ?? [];
    const behind = new Proxy(reads, { get: (target, key) => (key === 'nonceAt' ? async () => row?.nonce : Reflect.get(target, key).bind?.(target) ?? Reflect.get(target, key)) });
    expect(await new VanishedNonces(database).of(stage.chain, [{ lane: row!.lane, newest: row!.nonce }])).toMatchObject([{ intent: { id, minedIn: { number: expect.any(BigInt) } } }]);
    const told: string[] = [];
    const takenBack = new TakenBack({ reads: behind, sends: stage.parts.sends, nonces: new VanishedNonces(database), filler: { fill: () => expect.fail('filled') }, isStopped: async () => false, tell: async () => void told.push('told'), lanes: [row!.lane], failed: (_, message) => expect.fail(message) });
    await takenBack.look();
    await mine(3);
    expect(await takenBack.look()).toEqual([]);
    expect(told).toEqual([]);
  });
});
