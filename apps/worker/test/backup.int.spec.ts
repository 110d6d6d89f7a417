import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { Interface } from 'ethers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { aaveGuardAbi } from '@ballast/contracts';
import { freshAccounts, keeperLanes, type DevAccount } from '@ballast/devchain';
import { startRedis } from '@ballast/embedded';
import { isActionKind } from '@ballast/policy';
import { Database, JournalReader, MandateStore } from '@ballast/storage';
import { wadToNumber } from '@ballast/units';
import { createTestDatabase } from '../../../test/factories/database.js';
import { openRuntime } from '../src/boot.js';
import { parseEnv } from '../src/env.js';
import { WorkerModule } from '../src/worker.module.js';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const START = 3_000;
const CRASH = 2_500;
/** Chain seconds, and about as many blocks. */
const PATIENCE = 20;
const [ada, bo] = freshAccounts(6_340, 2) as [DevAccount, DevAccount];
const guard = new Interface(aaveGuardAbi as never);

let stage: Stage;
let primary: RunningWorker;
let backup: RunningWorker;
let mandates: MandateStore;
let records: JournalReader;
const endings: (() => Promise<void>)[] = [];

/** Its own database, queue, key, and a wire of its own to the node. */
async function startBackup(): Promise<RunningWorker> {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-backup-'));
  const [made, redis] = await Promise.all([createTestDatabase(inject('postgresUrl')), startRedis({ runDir: folder })]);
  const database = await Database.open(made.url, { maxConnections: 2 });
  endings.push(() => database.close(), () => made.drop(), () => redis.stop(), async () => rmSync(folder, { recursive: true, force: true }));
  [mandates, records] = [new MandateStore(database), new JournalReader(database)];
  const runtime = await openRuntime(parseEnv({
    ...stage.env, DATABASE_URL: made.url, REDIS_URL: redis.url, RPC_URLS: `${stage.id}=${stage.chain.rpcUrl}`, KEEPER_PRIVATE_KEY: stage.chain.accounts.backupKeeper.privateKey,
    WORKER_ROLES: 'watch,decide,act', BACKUP_KEEPER: 'true', BACKUP_AFTER_SECONDS: String(PATIENCE), BACKUP_BELOW_TRIGGER: '0.005',
  }));
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(runtime), { logger: ['error'], abortOnError: false });
  return {
    stop: async () => {
      await app.close();
      await runtime.close();
    },
  };
}

beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  [primary, backup] = [await stage.startWorker(), await startBackup()];
});
afterAll(async () => {
  await backup?.stop();
  await primary?.stop().catch(() => undefined);
  for (const end of endings) await end();
  await stage?.close();
});

/** Blocks and senders of what the guard did for the owner, oldest first. */
async function executions(owner: Owner): Promise<readonly { readonly from: string; readonly timestamp: number }[]> {
  const topics = [guard.getEvent('Executed')?.topicHash ?? '', null, `0x${owner.address.slice(2).padStart(64, '0')}`];
  const logs = await stage.chain.provider.getLogs({ address: stage.guard, fromBlock: 0, toBlock: 'latest', topics });
  return Promise.all(logs.map(async ({ transactionHash, blockNumber }) => {
    const [receipt, block] = await Promise.all([stage.chain.provider.getTransactionReceipt(transactionHash), stage.chain.provider.getBlock(blockNumber)]);
    return { from: receipt?.from.toLowerCase() ?? '', timestamp: block?.timestamp ?? 0 };
  }));
}

const lanes = () => keeperLanes(stage.chain.accounts).map(({ address }) => address);
const learned = (owner: Owner) => stage.until('the backup knows the mandate', async () => {
  const found = await mandates.get(owner.mandate.hash);
  return found?.status === 'active' ? found : undefined;
});

describe('a backup keeper', () => {
  let first: Owner;
  let second: Owner;

  it('learns the mandates in force from the chain alone, to the last field, and without a signature', async () => {
    first = await stage.newOwner(ada);
    second = await stage.newOwner(bo);
    for (const owner of [first, second]) {
      await stage.active(owner);
      expect(await learned(owner)).toMatchObject({ terms: owner.mandate.terms, place: owner.mandate.place, guard: owner.mandate.guard, signature: '0x', positionId: owner.positionId });
    }
    // It puts nothing in force itself.
    expect(await stage.events('Activated', first.address)).toBe(1);
  });

  it('does nothing while the first keeper is there', async () => {
    await stage.setPrice(CRASH);
    for (const owner of [first, second]) await stage.settled(owner, 'REPAY');
    await stage.blocks(PATIENCE + 6);
    for (const owner of [first, second]) {
      expect((await executions(owner)).every(({ from }) => lanes().includes(from as never))).toBe(true);
      expect((await records.intentsOf(owner.positionId, 20)).filter(({ plan }) => isActionKind(plan.kind))).toEqual([]);
    }
  });

  it('saves the loan when the first is gone, not before it has waited, and once', async () => {
    await primary.stop();
    const before = await executions(first);
    // What was repaid at the last fall made the loan safer: a deeper one is needed, to a health of 1.03.
    const health = (await stage.positions.latest(first.positionId))?.position.reported.health;
    if (health?.kind !== 'ratio') throw new Error('no health');
    await stage.setPrice(Math.round((CRASH * 1.03) / wadToNumber(health.wad)));
    const crashedAt = await stage.chain.mining.chainTime();
    await stage.until('the backup has saved the loan', async () => (await records.intentsOf(first.positionId, 20)).find(({ state, plan }) => state === 'DONE' && isActionKind(plan.kind)));
    const after = (await executions(first)).slice(before.length);
    expect(after.map(({ from }) => from)).toEqual([stage.chain.accounts.backupKeeper.address]);
    expect(after[0]?.timestamp).toBeGreaterThanOrEqual(crashedAt + PATIENCE);
    // By its sender everybody can tell that it was the backup.
    expect(lanes()).not.toContain(after[0]?.from);
    await stage.setPrice(START);
  });
});
