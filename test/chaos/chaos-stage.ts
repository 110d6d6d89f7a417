import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAddressBook, type ChainBook } from '@ballast/connectors';
import { freshAccounts, keeperLanes, startDevchain, type DevAccount, type Devchain } from '@ballast/devchain';
import { startInbox, startPostgres, startRedis, startWebhookSink, type RunningInbox, type RunningPostgres, type RunningRedis, type RunningWebhookSink } from '@ballast/embedded';
import { Database, MandateStore, SubscriptionStore, WatchStore, migrate } from '@ballast/storage';
import pg from 'pg';
import { parseEnv } from '../../apps/cli/src/env.js';
import { Service } from '../../apps/cli/src/service.js';
import { planSigner } from '../../apps/cli/src/signer-service.js';
import { FaultProxy } from '../../libs/connectors/test/fault-proxy.js';
import { BlockMaker } from './block-maker.js';
import { mountDisk, type Disk } from './disk.js';
import type { Dice } from './random.js';
import { WriteRefuser } from './write-refuser.js';

const root = resolve(import.meta.dirname, '../..');
const DISK_MEGABYTES = 700;
/** Deeper than any reorganisation of a round. What goes deeper still is the test of taken-back.int.spec.ts. */
const CONFIRMATIONS = 6;
/** WAL must not be what fills the bounded disk when nobody asked for it. */
const SMALL_WAL = "max_wal_size = '96MB'\nmin_wal_size = '32MB'\n";
/** Moves the child's clock by the milliseconds in CHAOS_CLOCK_SKEW_MS before anything else runs. */
const SKEW = `data:text/javascript,${encodeURIComponent('const by=Number(process.env.CHAOS_CLOCK_SKEW_MS);const real=Date.now;const D=Date;Date.now=()=>real()+by;globalThis.Date=new Proxy(D,{construct:(t,a)=>a.length===0?new t(real()+by):new t(...a)})')}`;

/** A compiled service as a process. Whatever the fault, it is started again: a supervisor does that. */
function started(app: string, home: string, env: Readonly<Record<string, string>>, name = app): Service {
  const service = new Service({ name, entry: join(root, `dist/apps/${app}/apps/${app}/src/main.js`), env, logFile: join(home, `${name}.log`), onBootFailure: (message) => console.error(`${name}: ${message}`) });
  service.start();
  service.markReady();
  return service;
}

export interface WorkerProcess {
  readonly service: Service;
  readonly name: string;
}

/** Real parts, each of which can be made to fail: a chain behind three endpoints, PostgreSQL, Redis, a mail server, a webhook receiver, workers. */
export class ChaosStage {
  readonly workers: WorkerProcess[] = [];
  private started = 0;

  private constructor(
    readonly home: string,
    /** Decides what the faults of the round are like: a new one each round, so that a round played alone is the same. */
    public dice: Dice,
    readonly chain: Devchain,
    readonly blocks: BlockMaker,
    readonly endpoints: readonly FaultProxy[],
    readonly inbox: RunningInbox,
    readonly sink: RunningWebhookSink,
    readonly disk: Disk | null,
    readonly refuser: WriteRefuser | null,
    private postgres: RunningPostgres,
    private redis: RunningRedis,
    readonly database: Database,
    readonly pool: pg.Pool,
    readonly book: ChainBook,
    private readonly accounts: Iterator<DevAccount>,
    readonly signer: Service,
    private readonly keys: Readonly<Record<string, string>>,
  ) {}

  static async open(dice: Dice): Promise<ChaosStage> {
    const home = mkdtempSync(join(tmpdir(), 'ballast-chaos-'));
    const stops: (() => Promise<void> | void)[] = [() => rmSync(home, { recursive: true, force: true })];
    try {
      const runDir = join(home, 'run');
      const chain = await startDevchain({ idleBlockSeconds: 0 });
      stops.push(() => chain.stop());
      const disk = mountDisk(join(home, 'disk'), DISK_MEGABYTES);
      if (disk !== null) stops.push(() => disk.unmount());
      const dataDir = join(home, 'disk', 'postgres');
      const fresh = await startPostgres({ dataDir, persistent: true, database: 'ballast', runDir });
      appendFileSync(join(fresh.dataDir, 'postgresql.conf'), SMALL_WAL);
      await fresh.stop();
      const postgres = await startPostgres({ dataDir, persistent: true, database: 'ballast', runDir, port: fresh.port });
      const refuser = disk === null ? await new WriteRefuser(postgres.port).start() : null;
      const redis = await startRedis({ runDir });
      const [inbox, sink] = [await startInbox({ limit: 20_000 }), await startWebhookSink({ limit: 20_000 })];
      const endpoints = await Promise.all([1, 2, 3].map((salt) => new FaultProxy(chain.rpcUrl, salt, () => dice.next()).start()));
      await migrate(postgres.url);
      const database = await Database.open(postgres.url, { applicationName: 'chaos' });
      const pool = new pg.Pool({ connectionString: postgres.url, max: 3 });
      pool.on('error', () => undefined);
      const blocks = new BlockMaker(chain);
      // The third goes on mixing two blocks now and then, as the node does.
      for (const endpoint of endpoints.slice(0, 2)) endpoint.around = (ask) => blocks.turnstile.read(ask);
      await blocks.start();
      const addressBook = join(home, 'book.json');
      const written = { [String(chain.chainId)]: { ...chain.book, confirmations: CONFIRMATIONS } };
      writeFileSync(addressBook, JSON.stringify(written));
      const book = parseAddressBook(written, chain.chainId);
      const keys = await planSigner(parseEnv({}), { home, addressBook, chainId: chain.chainId, localKeys: keeperLanes(chain.accounts).map(({ privateKey }) => privateKey) });
      const signer = started('signer', home, keys.service?.env ?? {});
      stops.push(() => signer.stop());
      const stage = new ChaosStage(home, dice, chain, blocks, endpoints, inbox, sink, disk, refuser, postgres, redis, database, pool, book, freshAccounts(9_100, 2_000)[Symbol.iterator](), signer, keys.worker);
      stage.addWorker();
      return stage;
    } catch (error) {
      for (const stop of stops.reverse()) await stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers.map(({ service }) => service.stop()), this.signer.stop()]);
    await this.blocks.stop();
    await this.pool.end().catch(() => undefined);
    await this.database.close().catch(() => undefined);
    await Promise.all(this.endpoints.map((endpoint) => endpoint.stop()));
    await Promise.all([this.inbox.stop(), this.sink.stop(), this.redis.stop(), this.refuser?.stop()]);
    await this.postgres.stop().catch(() => undefined);
    await this.chain.stop();
    this.disk?.unmount();
    rmSync(this.home, { recursive: true, force: true });
  }

  get watches(): WatchStore { return new WatchStore(this.database); }
  get mandates(): MandateStore { return new MandateStore(this.database); }
  get subscriptions(): SubscriptionStore { return new SubscriptionStore(this.database); }

  nextAccount(): DevAccount {
    const { value, done } = this.accounts.next();
    if (done === true) throw new Error('no account is left');
    return value as DevAccount;
  }

  /** Rows of a query, asked of PostgreSQL itself and not through any fault. */
  async rows<T>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.pool.query(sql, [...values])).rows as T[];
  }

  /* WORKERS */

  addWorker(skewMs = 0): WorkerProcess {
    this.started += 1;
    const name = `worker-${this.started}`;
    const service = started('worker', this.home, this.workerEnv(skewMs), name);
    const worker = { service, name };
    this.workers.push(worker);
    return worker;
  }

  async removeWorker(worker: WorkerProcess): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await worker.service.stop();
  }

  private workerEnv(skewMs: number): Record<string, string> {
    const url = new URL(this.postgres.url);
    if (this.refuser !== null) url.port = String(this.refuser.port);
    return {
      DATABASE_URL: url.toString(), REDIS_URL: this.redis.url, RPC_URLS: `${this.chain.chainId}=${this.endpoints.map(({ url: one }) => one).join('|')}`,
      ADDRESS_BOOK: join(this.home, 'book.json'), PUBLIC_URL: 'http://127.0.0.1:4600', SMTP_URL: this.inbox.smtpUrl,
      ALLOW_LOOPBACK_WEBHOOKS: 'true', BLOCK_POLL_MS: '50', ACTION_DEADLINE_SECONDS: '360', BLIND_AFTER_SECONDS: '5', LEADER_LEASE_MS: '1500', LEADER_RENEW_MS: '400', ...this.keys,
      ...(skewMs === 0 ? {} : { CHAOS_CLOCK_SKEW_MS: String(skewMs), NODE_OPTIONS: `--import ${SKEW}` }),
    };
  }

  /* SERVERS */

  /** Every connection is cut; nothing that was acknowledged may be gone afterwards. */
  async restartPostgres(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    process.kill(this.postgres.pid, signal);
    await this.startPostgresAgain();
  }

  /** Also where it ended by itself, as one does that finds no room for its log. */
  async startPostgresAgain(): Promise<void> {
    const { port } = this.postgres;
    await this.postgres.stop().catch(() => undefined);
    this.postgres = await startPostgres({ dataDir: join(this.home, 'disk', 'postgres'), persistent: true, database: 'ballast', runDir: join(this.home, 'run'), port });
  }

  /** All that the queues held is lost. */
  async restartRedis(): Promise<void> {
    const port = Number(new URL(this.redis.url).port);
    process.kill(this.redis.pid, 'SIGKILL');
    await this.redis.stop();
    this.redis = await startRedis({ runDir: join(this.home, 'run'), port });
  }
}
