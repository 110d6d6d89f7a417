import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { startDevchain, type Devchain } from '@ballast/devchain';
import { Database, MandateStore } from '@ballast/storage';
import pg from 'pg';
import { openRuntime } from '../../apps/worker/src/boot.js';
import { parseEnv } from '../../apps/worker/src/env.js';
import type { Reacted } from '../../apps/worker/src/reaction/reaction.js';
import type { Runtime } from '../../apps/worker/src/runtime.js';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import { hex } from '../conformance/as-anybody.js';
import { createTestDatabase } from '../factories/database.js';
import { openGuardedLoans, storeActive, type GuardedLoan } from './guarded-loans.js';
import { percentilesOf, type Percentiles } from './measure.js';
import { openFloor, type Floor } from './reaction-floor.js';
import { storeModel } from './model-row.js';
import { startServers } from './servers.js';
import { addRows, executions, watchAll } from './tracked-rows.js';

export interface ReactionSize {
  readonly tracked: number;
  /** Of them so many loans exist on the chain, each with a mandate in force; the others are rows and book entries. */
  readonly onChain: number;
  readonly blocks: number;
  /** Every so many blocks several loans cross at once; 0: never. */
  readonly fewEvery: number;
}

export interface ReactionBenchSettings {
  readonly sizes: readonly ReactionSize[];
  /** Least time from one block to the next, in milliseconds. */
  readonly blockEveryMs: number;
  readonly cacheDir?: string;
  /** Servers that run already. */
  readonly servers?: { readonly postgresUrl: string; readonly redisUrl: string };
}

export interface ReactionResult {
  readonly tracked: number;
  readonly onChain: number;
  readonly blocks: number;
  readonly rescues: number;
  /** Loans that crossed and were not acted upon once, and others that were acted upon: both must be none. */
  readonly missed: readonly string[];
  readonly strangers: readonly string[];
  /** Milliseconds from the block being available at the node to its acceptance of the bytes: of the first rescue of each block, and of all of them. */
  readonly reaction: Percentiles;
  readonly everyRescue: Percentiles;
  /** One pinned read, one simulation, one signature, one send, one after the other, in the same run. */
  readonly floor: Percentiles;
  /** The reaction's p99 over the floor's median, and over the floor's p99. */
  readonly p99OverFloorP50: number;
  readonly p99OverFloorP99: number;
  readonly p50OverFloorP50: number;
  readonly stages: Readonly<Record<'noticed' | 'glanced' | 'read' | 'planned' | 'sent', Percentiles>>;
  readonly floorStages: Floor['stages'];
}

const FEW = 5;
/** The price falls by this share of the first one at each block: far more than a block's interest, far less than the band. */
const STEP = 2n;
const STEPS = 10_000n;
const TRIGGER = 1_050_000_000_000_000_000n;
const BLOCK_SECONDS = 12;
const PATIENCE_MS = 60_000;

/** Loans cross their triggers block by block on a real chain under a real worker, and each is timed from the block to the bytes. */
export async function benchReaction({ sizes, blockEveryMs, cacheDir, servers }: ReactionBenchSettings, say: (line: string) => void): Promise<readonly ReactionResult[]> {
  const endings: (() => Promise<void> | void)[] = [];
  try {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-reaction-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const chain = await startDevchain({ idleBlockSeconds: 0, ...(cacheDir === undefined ? {} : { cacheDir }) });
    endings.push(() => chain.stop());
    const { postgresUrl, redisUrl } = servers ?? (await startServers(folder, endings));
    await chain.mining.takeInHand();
    await chain.provider.send('evm_setBlockGasLimit', [hex(2n * 10n ** 9n)]);
    const first = (await chain.feeds.latest('WETH')).price;
    const priceAt = (step: number): bigint => first - (first * STEP * BigInt(step)) / STEPS;
    const groups = groupsOf(sizes);
    const wishes = groups.flatMap((group) => group.steps.flatMap(({ step, loans }) => Array.from({ length: loans }, () => ({ trigger: TRIGGER, crossesUnderE8: (priceAt(step) + priceAt(step - 1)) / 2n }))));
    const quiet = Math.max(0, ...groups.map(({ quiet: count }) => count));
    const loans = await openGuardedLoans(chain, [...wishes, ...Array.from({ length: quiet }, () => ({ trigger: TRIGGER, crossesUnderE8: null }))], say);
    const results: ReactionResult[] = [];
    let from = 0;
    for (const [index, size] of sizes.entries()) {
      const group = groups[index] as Group;
      const crossing = loans.slice(from, from + group.crossing);
      from += group.crossing;
      results.push(await new Run(chain, { folder, postgresUrl, redisUrl }, size, group, crossing, loans.slice(wishes.length, wishes.length + group.quiet), priceAt, blockEveryMs, say).play());
    }
    return results;
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

interface Group {
  readonly steps: readonly { readonly step: number; readonly loans: number }[];
  readonly crossing: number;
  readonly quiet: number;
}

/** Which loans cross at which step of the price: the sizes one after the other, each with loans of its own. */
function groupsOf(sizes: readonly ReactionSize[]): readonly Group[] {
  let step = 1;
  return sizes.map(({ blocks, fewEvery, onChain }) => {
    const steps = Array.from({ length: blocks }, (_, index) => ({ step: (step += 1), loans: fewEvery > 0 && (index + 1) % fewEvery === 0 ? FEW : 1 }));
    step += 5;
    const crossing = steps.reduce((sum, { loans }) => sum + loans, 0);
    if (crossing > onChain) throw new Error(`${crossing} loans are to cross, and ${onChain} are on the chain`);
    return { steps, crossing, quiet: onChain - crossing };
  });
}

interface Rescue {
  readonly total: number;
  readonly isFirst: boolean;
  readonly reacted: Reacted;
  readonly minedAt: number;
}

/** One size: a database and a worker of its own, and a block for each step. */
class Run {
  private readonly sent = new Map<string, Reacted>();
  private readonly rescues: Rescue[] = [];

  constructor(
    private readonly chain: Devchain, private readonly at: { readonly folder: string; readonly postgresUrl: string; readonly redisUrl: string }, private readonly size: ReactionSize, private readonly group: Group,
    private readonly crossing: readonly GuardedLoan[], private readonly quiet: readonly GuardedLoan[], private readonly priceAt: (step: number) => bigint, private readonly blockEveryMs: number,
    private readonly say: (line: string) => void,
  ) {}

  async play(): Promise<ReactionResult> {
    const made = await createTestDatabase(this.at.postgresUrl);
    const sql = new pg.Client({ connectionString: made.url });
    await sql.connect();
    try {
      await this.store(made.url, sql);
      return await this.underWorker(made.url, sql);
    } finally {
      await sql.end();
      await made.drop();
    }
  }

  private get all(): readonly GuardedLoan[] {
    return [...this.crossing, ...this.quiet];
  }

  private async store(databaseUrl: string, sql: pg.Client): Promise<void> {
    const { tracked, onChain } = this.size;
    const database = await Database.open(databaseUrl);
    try {
      await this.move((this.group.steps[0]?.step ?? 1) - 1);
      const model = await storeModel(this.chain, database, (this.quiet[0] ?? this.crossing[0] as GuardedLoan).owner);
      await watchAll(sql, this.chain.chainId, this.all.map(({ owner }) => owner));
      await addRows(sql, this.chain.chainId, tracked - onChain, model);
      await storeActive(new MandateStore(database), this.all);
      this.say(`${tracked} tracked, ${onChain} of them on the chain`);
    } finally {
      await database.close();
    }
  }

  private env(databaseUrl: string): Readonly<Record<string, string>> {
    const { morpho: _morpho, venus: _venus, ...book } = this.chain.book;
    const path = join(this.at.folder, 'book.json');
    writeFileSync(path, JSON.stringify({ [this.chain.chainId]: book }));
    return {
      DATABASE_URL: databaseUrl, REDIS_URL: this.at.redisUrl, RPC_URLS: `${this.chain.chainId}=${this.chain.rpcUrl}`, HEAD_PUSH_URLS: this.chain.rpcUrl.replace(/^http/, 'ws'), ADDRESS_BOOK: path,
      PUBLIC_URL: 'http://127.0.0.1:4600', KEEPER_PRIVATE_KEY: this.chain.accounts.keeper.privateKey, ALLOW_PLAIN_KEEPER_KEY: 'true', SMTP_URL: 'smtp://127.0.0.1:25', WORKER_ROLES: 'watch,decide,act', ACTION_DEADLINE_SECONDS: '10800',
      BLIND_AFTER_SECONDS: '600',
    };
  }

  private async underWorker(databaseUrl: string, sql: pg.Client): Promise<ReactionResult> {
    const runtime = await openRuntime(parseEnv(this.env(databaseUrl)));
    const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(runtime), { logger: ['error', 'warn'], abortOnError: false });
    try {
      runtime.reaction.onSent((reacted) => this.sent.set(reacted.positionId, reacted));
      await this.ready(runtime);
      const floor = await openFloor(this.chain, runtime);
      for (const { step, loans } of this.group.steps) await this.step(step, loans, runtime, floor);
      await this.settle(sql);
      return this.result(floor, sql);
    } finally {
      await app.close();
      await runtime.close();
    }
  }

  /** Blocks go by until every loan is in its book, and those that are next are in memory. */
  private async ready(runtime: Runtime): Promise<void> {
    const [book] = runtime.follower.tracker.books;
    await this.while('every tracked loan is known', () => book === undefined || book.size < this.size.tracked || book.unread > 0 || book.crossed().length > 0, 300_000);
    for (let block = 0; block < 6; block += 1) await this.nextBlock();
  }

  private async while(what: string, goesOn: () => boolean | Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
    for (const end = Date.now() + patienceMs; await goesOn(); ) {
      if (Date.now() > end) throw new Error(`waited ${patienceMs / 1000} s in vain until ${what}`);
      await this.nextBlock();
    }
  }

  private async nextBlock(): Promise<number> {
    await this.chain.mining.mine((await this.chain.mining.chainTime()) + BLOCK_SECONDS);
    const minedAt = performance.now();
    await sleep(this.blockEveryMs);
    return minedAt;
  }

  /** Sets the price of a step; it counts from the next block on. */
  private async setPrice(step: number): Promise<void> {
    await this.chain.feeds.set('WETH', this.priceAt(step), await this.chain.mining.chainTime());
  }

  private async move(step: number): Promise<void> {
    await this.setPrice(step);
    await this.chain.mining.mine((await this.chain.mining.chainTime()) + BLOCK_SECONDS);
  }

  private async step(step: number, count: number, runtime: Runtime, floor: Floor): Promise<void> {
    const done = this.group.steps.filter((one) => one.step < step).reduce((sum, { loans }) => sum + loans, 0);
    const expected = this.crossing.slice(done, done + count).map(({ mandate }) => mandate.positionId);
    const began = performance.now();
    await this.setPrice(step);
    await this.chain.mining.mine((await this.chain.mining.chainTime()) + BLOCK_SECONDS);
    const minedAt = performance.now();
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end && expected.some((id) => !this.sent.has(id)); ) await sleep(5);
    const reacted = expected.flatMap((id) => this.sent.get(id) ?? []).sort((a, b) => a.stages.sent - b.stages.sent);
    reacted.forEach((one, index) => this.rescues.push({ total: one.stages.sent - minedAt, isFirst: index === 0, reacted: one, minedAt }));
    await floor.measure(expected[0] as string);
    await sleep(Math.max(50, this.blockEveryMs - (performance.now() - began)));
    if ((done + 1) % 20 === 0) this.say(`${this.size.tracked} tracked: ${this.rescues.length} rescues, the last within ${this.rescues.at(-1)?.total.toFixed(1)} ms, the floor ${floor.last.toFixed(1)} ms`);
  }

  private async settle(sql: pg.Client): Promise<void> {
    const open = async () => (await sql.query<{ told: string }>(`SELECT i."id" || ' ' || i."kind" || ' ' || i."state" || coalesce(' ' || t."nonce" || ' ' || t."lane", '') AS told FROM "Intent" i LEFT JOIN "IntentTransaction" t ON t."intentId" = i."id" WHERE i."open"`)).rows;
    await this.while('every action is done', async () => (await open()).length > 0).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${(await open()).map(({ told }) => told).join('; ')}`);
    });
  }

  private async result(floor: Floor, sql: pg.Client): Promise<ReactionResult> {
    const acted = await executions(sql);
    const wanted = new Set(this.crossing.map(({ mandate }) => mandate.positionId as string));
    const total = (some: readonly Rescue[]): Percentiles => percentilesOf(some.map((one) => one.total));
    const stage = (of: (rescue: Rescue) => number): Percentiles => percentilesOf(this.rescues.filter(({ isFirst }) => isFirst).map(of));
    const reaction = total(this.rescues.filter(({ isFirst }) => isFirst));
    const { p50, p99 } = floor.total;
    const ratio = (a: number, b: number): number => Number((a / b).toFixed(2));
    return {
      tracked: this.size.tracked, onChain: this.size.onChain, blocks: this.size.blocks, rescues: this.rescues.length,
      missed: [...wanted].filter((id) => acted.get(id) !== 1), strangers: [...acted.keys()].filter((id) => !wanted.has(id)),
      reaction, everyRescue: total(this.rescues), floor: floor.total, p99OverFloorP50: ratio(reaction.p99, p50), p99OverFloorP99: ratio(reaction.p99, p99), p50OverFloorP50: ratio(reaction.p50, p50),
      stages: {
        noticed: stage(({ reacted, minedAt }) => reacted.stages.seen - minedAt), glanced: stage(({ reacted: { stages } }) => stages.glanced - stages.seen), read: stage(({ reacted: { stages } }) => stages.read - stages.glanced),
        planned: stage(({ reacted: { stages } }) => stages.planned - stages.read), sent: stage(({ reacted: { stages } }) => stages.sent - stages.planned),
      },
      floorStages: floor.stages,
    };
  }
}
