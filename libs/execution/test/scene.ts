import { freshAccounts, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import type { Intent } from '@ballast/policy';
import pg from 'pg';
import { expect } from 'vitest';
import { openStage, type ExecutorStage, type StageAddress } from '../../../test/chaos/executor-stage.js';
import { activateByOwner, makeBlocks, protectedLoan, type ProtectedLoan } from '../../../test/chaos/protected-loan.js';
import { createTestDatabase } from '../../../test/factories/database.js';
import { Executor, type ExecutorParts, type ExecutorSettings } from '../src/index.js';

export type Sends = ExecutorParts['sends'];

/** A chain that makes blocks when told, a database, and executors on both. */
export interface Scene {
  readonly chain: Devchain;
  readonly stage: ExecutorStage;
  readonly at: StageAddress;
  account(): DevAccount;
  executor(changed?: Partial<ExecutorParts>, settings?: Partial<ExecutorSettings>, of?: ExecutorStage): Executor;
  /** The executor's way to nodes, with some of it replaced. */
  sends(changed: Partial<Sends>): Sends;
  intent(id: string): Promise<Intent>;
  notices(id: string): Promise<readonly { readonly id: string; readonly kind: string; readonly severity: string; readonly data: Record<string, unknown> }[]>;
  ethPrice(dollars: bigint): Promise<void>;
  /** Runs it while the chain makes blocks. */
  withBlocks<T>(work: () => Promise<T>): Promise<T>;
  /** A loan with an active mandate, below its trigger. */
  loanInDanger(): Promise<ProtectedLoan>;
  coins(lane: string, wei: bigint): Promise<void>;
  close(): Promise<void>;
}

export async function openScene(postgresUrl: string, seed: number, most = 15): Promise<Scene> {
  const accounts = freshAccounts(seed, most);
  const chain = await startDevchain({ idleBlockSeconds: 0 });
  const database = await createTestDatabase(postgresUrl);
  const at: StageAddress = { rpcUrl: chain.rpcUrl, databaseUrl: database.url, chainId: chain.chainId, book: chain.book, keeperKey: chain.accounts.keeper.privateKey };
  const stage = await openStage(at);
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  const scene: Scene = {
    chain, stage, at,
    account: () => accounts.shift() ?? expect.fail('no account left'),
    executor: (changed = {}, settings = {}, of = stage) => new Executor({ ...of.parts, ...changed }, { ...of.settings, ...settings }),
    sends: (changed) => Object.assign(Object.create(stage.sends), changed) as Sends,
    intent: async (id) => (await stage.journal.intent(id)) ?? expect.fail('no such intent'),
    notices: async (id) => (await sql.query(`SELECT id, kind, severity, data FROM "OutboxEvent" WHERE data->>'intentId' = $1 ORDER BY "createdAt"`, [id])).rows,
    async ethPrice(dollars) {
      const time = (await chain.mining.chainTime()) + 12;
      await chain.feeds.set('WETH', dollars * 100_000_000n, time);
      await chain.mining.mine(time);
    },
    async withBlocks(work) {
      const blocks = makeBlocks(chain, 40);
      try {
        return await work();
      } finally {
        await blocks.stop();
      }
    },
    async loanInDanger() {
      await scene.ethPrice(3_000n);
      const loan = await protectedLoan(chain, stage, scene.account());
      await activateByOwner(chain, loan);
      await scene.ethPrice(2_850n);
      return loan;
    },
    coins: async (lane, wei) => void (await chain.provider.send('anvil_setBalance', [lane, `0x${wei.toString(16)}`])),
    async close() {
      await sql.end();
      await stage.database.close();
      await database.drop();
      await chain.stop();
    },
  };
  return scene;
}

/** Asks a port where nothing listens, for the real error of a node that is gone. */
export async function fetchNothing(chain: ExecutorStage['chain']): Promise<never> {
  const { connect } = await import('@ballast/connectors');
  await connect({ url: 'http://127.0.0.1:9', chainId: chain });
  throw new Error('something answered');
}
