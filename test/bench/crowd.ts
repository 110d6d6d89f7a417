import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { Liquidator, keeperLanes, startDevchain, tokenOf, type Devchain } from '@ballast/devchain';
import { Database, MandateStore, PrismaPriceHistory } from '@ballast/storage';
import { address, chainId, type UsdE8 } from '@ballast/units';
import pg from 'pg';
import { openRuntime } from '../../apps/worker/src/boot.js';
import { parseEnv } from '../../apps/worker/src/env.js';
import type { Runtime } from '../../apps/worker/src/runtime.js';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import { hex } from '../conformance/as-anybody.js';
import { createTestDatabase } from '../factories/database.js';
import { crowdResult, type CrowdResult } from './crowd-result.js';
import { ChainScribe } from './crowd-scribe.js';
import { openGuardedLoans, storeActive, type GuardedLoan } from './guarded-loans.js';
import { startServers } from './servers.js';
import { watchAll } from './tracked-rows.js';

export interface CrowdBenchSettings {
  readonly positions: number;
  /** Real milliseconds from one block to the next. A block is always two seconds of chain time. */
  readonly blockEveryMs: number;
  /** Blocks after the crossing that are waited for at most. */
  readonly mostBlocks: number;
  readonly cacheDir?: string;
  /** Servers that run already. */
  readonly servers?: { readonly postgresUrl: string; readonly redisUrl: string };
}

const BLOCK_SECONDS = 2;
const BLOCK_GAS = 30_000_000n;
const [LOWEST_TRIGGER, HIGHEST_TRIGGER] = [1_050_000_000_000_000_000n, 1_150_000_000_000_000_000n];
/** The one block takes so much of the price, in basis points, and each later one so much of what is left. */
const CRASH_BPS = 600n;
const FALL_BPS = 50n;
/** At the crash price each health is this far under its trigger, as one part of so many. */
const UNDER = 10_000n;
/** Hours of prices before the bench, that far apart: a market in which the rule itself asks for the highest of these triggers, so that each mandate's own is what binds. */
const HISTORY_HOURS = 72;
const HOURLY_MOVE_BPS = 750n;

/** Many loans with mandates in force cross their triggers in one block on a real chain under a real worker, beside a real liquidator, while the price goes on falling. */
export async function benchCrowd(settings: CrowdBenchSettings, say: (line: string) => void): Promise<CrowdResult> {
  const endings: (() => Promise<void> | void)[] = [];
  try {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-crowd-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const chain = await startDevchain({ idleBlockSeconds: 0, ...(settings.cacheDir === undefined ? {} : { cacheDir: settings.cacheDir }) });
    endings.push(() => chain.stop());
    const { postgresUrl, redisUrl } = settings.servers ?? (await startServers(folder, endings));
    await chain.mining.takeInHand();
    await chain.provider.send('evm_setBlockGasLimit', [hex(2n * 10n ** 9n)]);
    const { price } = await chain.feeds.latest('WETH');
    const crash = price - (price * CRASH_BPS) / 10_000n;
    const loans = await openGuardedLoans(chain, triggers(settings.positions).map((trigger) => ({ trigger, crossesUnderE8: crash + crash / UNDER })), say);
    await chain.provider.send('evm_setBlockGasLimit', [hex(BLOCK_GAS)]);
    const made = await createTestDatabase(postgresUrl);
    endings.push(() => made.drop());
    await store(chain, made.url, loans, price);
    return await underWorker(new Crowd(chain, loans, crash, settings, say), workerEnv(chain, folder, made.url, redisUrl), endings);
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

/** Evenly from the lowest to the highest, in an order that says nothing of them. */
function triggers(count: number): readonly bigint[] {
  const even = Array.from({ length: count }, (_, index) => LOWEST_TRIGGER + ((HIGHEST_TRIGGER - LOWEST_TRIGGER) * BigInt(index)) / BigInt(Math.max(1, count - 1)));
  const rank = (index: number): number => (index * 0.618_033_988_75) % 1;
  return even.map((trigger, index) => ({ trigger, rank: rank(index) })).sort((one, other) => one.rank - other.rank).map(({ trigger }) => trigger);
}

async function store(chain: Devchain, databaseUrl: string, loans: readonly GuardedLoan[], price: bigint): Promise<void> {
  const sql = new pg.Client({ connectionString: databaseUrl });
  await sql.connect();
  const database = await Database.open(databaseUrl);
  try {
    await watchAll(sql, chain.chainId, loans.map(({ owner }) => owner));
    await storeActive(new MandateStore(database), loans);
    const now = BigInt(await chain.mining.chainTime());
    const asset = address(tokenOf(chain.deployment, 'WETH').address);
    const ticks = Array.from({ length: HISTORY_HOURS }, (_, hour) => ({ asset, at: now - BigInt(HISTORY_HOURS - hour) * 3_600n, usdE8: (hour % 2 === 0 ? price : price + (price * HOURLY_MOVE_BPS) / 10_000n) as UsdE8 }));
    await new PrismaPriceHistory(database).append(chainId(chain.chainId), ticks);
  } finally {
    await database.close();
    await sql.end();
  }
}

function workerEnv(chain: Devchain, folder: string, databaseUrl: string, redisUrl: string): Readonly<Record<string, string>> {
  const { morpho: _morpho, venus: _venus, ...book } = chain.book;
  const path = join(folder, 'book.json');
  writeFileSync(path, JSON.stringify({ [chain.chainId]: book }));
  return {
    DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, RPC_URLS: `${chain.chainId}=${chain.rpcUrl}`, HEAD_PUSH_URLS: chain.rpcUrl.replace(/^http/, 'ws'), ADDRESS_BOOK: path, PUBLIC_URL: 'http://127.0.0.1:4600',
    KEEPER_PRIVATE_KEY: keeperLanes(chain.accounts).map(({ privateKey }) => privateKey).join(','), ALLOW_PLAIN_KEEPER_KEY: 'true', SMTP_URL: 'smtp://127.0.0.1:25', WORKER_ROLES: 'watch,decide,act', BLIND_AFTER_SECONDS: '600',
  };
}

async function underWorker(crowd: Crowd, env: Readonly<Record<string, string>>, endings: (() => Promise<void> | void)[]): Promise<CrowdResult> {
  const runtime = await openRuntime(parseEnv(env));
  endings.push(() => runtime.close());
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(runtime), { logger: ['error', 'warn'], abortOnError: false });
  endings.push(() => app.close());
  return crowd.play(runtime);
}

/** The blocks of one run, and who acts in them. */
class Crowd {
  private readonly scribe: ChainScribe;
  private minedAt = performance.now();

  constructor(private readonly chain: Devchain, private readonly loans: readonly GuardedLoan[], private readonly crash: bigint, private readonly settings: CrowdBenchSettings, private readonly say: (line: string) => void) {
    this.scribe = new ChainScribe(chain, loans.map(({ owner }) => owner));
  }

  async play(runtime: Runtime): Promise<CrowdResult> {
    const { loans, settings, scribe } = this;
    const liquidator = new Liquidator(this.chain);
    await this.withBlocks(liquidator.start());
    try {
      await this.ready(runtime);
      const sentAt: number[] = [];
      runtime.reaction.onSent(() => sentAt.push(performance.now()));
      await this.fall(this.crash);
      await scribe.begin();
      const [crossedAt, cpu] = [this.minedAt, process.cpuUsage()];
      let price = this.crash;
      for (let block = 1; block <= settings.mostBlocks && scribe.open > 0; block += 1) {
        price -= (price * FALL_BPS) / 10_000n;
        await this.fall(price);
        const row = await scribe.take(sentAt.length);
        this.say(`block ${block}: ${row.transactions} transactions, ${row.rescues} rescues, ${row.liquidations} liquidations, ${scribe.open} of ${loans.length} left`);
      }
      const used = process.cpuUsage(cpu);
      await this.tellLost(runtime);
      return await crowdResult({
        loans, scribe, blockEveryMs: settings.blockEveryMs, blockSeconds: BLOCK_SECONDS, blockGas: BLOCK_GAS,
        sentMs: sentAt.map((at) => at - crossedAt), keeperCores: (used.user + used.system) / 1_000 / (performance.now() - crossedAt),
      });
    } finally {
      // Its last round waits for no block.
      await liquidator.stop();
    }
  }

  /** What the journal says of loans that were liquidated, as progress. */
  private async tellLost(runtime: Runtime): Promise<void> {
    for (const { owner, mandate } of this.loans.filter((loan) => this.scribe.endings.get(loan.owner)?.kind === 'liquidated')) {
      for (const { id } of await runtime.records.intentsOf(mandate.positionId, 3)) {
        const steps = (await runtime.records.intent(id))?.steps ?? [];
        this.say(`${owner} ${id}: ${steps.map(({ at, event, detail }) => `${at.toISOString().slice(14, 23)} ${event} ${JSON.stringify(detail ?? '').slice(0, 160)}`).join('; ')}`);
      }
    }
  }

  /** Blocks go by until every loan is in its book and none is thought to have crossed. */
  private async ready(runtime: Runtime): Promise<void> {
    const [book] = runtime.follower.tracker.books;
    const end = Date.now() + 300_000;
    while (book === undefined || book.size < this.loans.length || book.unread > 0 || book.crossed().length > 0 || !runtime.leader.leads) {
      if (Date.now() > end) throw new Error('waited in vain until every loan was known');
      await this.nextBlock();
    }
    for (let block = 0; block < 10; block += 1) await this.nextBlock();
    this.say(`${this.loans.length} loans are in their book`);
  }

  private async withBlocks(work: Promise<void>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    while (!isDone) {
      await this.chain.mining.mine((await this.chain.mining.chainTime()) + BLOCK_SECONDS);
      await sleep(100);
    }
    await done;
  }

  /** The next block has this price: the oracle's transaction comes first in it. */
  private async fall(price: bigint): Promise<void> {
    await this.chain.feeds.set('WETH', price, await this.chain.mining.chainTime());
    await this.nextBlock();
  }

  private async nextBlock(): Promise<void> {
    const time = await this.chain.mining.chainTime();
    await sleep(Math.max(0, this.minedAt + this.settings.blockEveryMs - performance.now()));
    await this.chain.mining.mine(time + BLOCK_SECONDS);
    this.minedAt = performance.now();
  }
}
