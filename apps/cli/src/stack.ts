import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { keeperLanes, startDevchain, type Devchain } from '@ballast/devchain';
import { freePort, startInbox, startPostgres, startRedis, type RunningInbox } from '@ballast/embedded';
import { Database, forgetChain, migrate } from '@ballast/storage';
import { chainId } from '@ballast/units';
import type { CliEnv } from './env.js';
import { planPaperVenue, type PaperVenuePlan } from './paper-venue.js';
import { Service } from './service.js';
import { planGateway } from './gateway-service.js';
import { planSigner } from './signer-service.js';
import { until } from './until.js';
import { watchKeys, type WatchKeys } from './watch-keys.js';

export interface StackOptions {
  readonly env: CliEnv;
  /** Where data, caches, logs and pid files live. */
  readonly home: string;
  /** The repository's root, where dist/ is. */
  readonly root: string;
  /** Where the compiled protocols and the deployed chain are kept; the home's `cache` unless told. */
  readonly cacheDir?: string;
  readonly onStep: (text: string) => void;
  /** Started between the chain and the API; its address is given to the API. */
  readonly beforeApi?: (parts: { chain: Devchain; inbox: RunningInbox; publicUrl: string }) => Promise<{ demoUrl: string }>;
  readonly onBootFailure: (message: string) => void;
}

/** Everything that `npm start` runs. */
export interface Stack {
  readonly publicUrl: string;
  /** Null when RPC_URLS points at a live network. */
  readonly chain: Devchain | null;
  /** Null when SMTP_URL is given. */
  readonly inbox: RunningInbox | null;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly api: Service;
  readonly worker: Service;
  /** Null where the keys are held elsewhere. */
  readonly signer: Service | null;
  /** Null on a live network: a venue without money belongs to a chain without money. */
  readonly paperVenue: { readonly service: Service; readonly plan: PaperVenuePlan } | null;
  /** Holds trading keys; null where another one is used, or none. */
  readonly gateway: Service | null;
  /** Null where there is nobody whom it could mail: a mail server of the user's own, and no OPERATOR_EMAILS. */
  readonly watchdog: Service | null;
  stop(): Promise<void>;
}

/** The port people know; any free one when it is taken. */
const USUAL_PORT = 4600;

function usualOrFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => freePort().then(resolve, reject));
    probe.listen(USUAL_PORT, '127.0.0.1', () => probe.close(() => resolve(USUAL_PORT)));
  });
}

/** Starts every part that no variable replaces, then the paper venue, signer, api, worker and watchdog, and resolves when the API answers. What was started is stopped again when a later part fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, home, root, onStep } = options;
  mkdirSync(home, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end().catch((error: Error) => onStep(`stopping: ${error.message}`));
  };
  try {
    const runDir = join(home, 'run');
    const [postgres, redis, inbox, chain] = await Promise.all([
      env.DATABASE_URL ? null : startPostgres({ dataDir: join(home, 'postgres'), persistent: true, database: 'ballast', onStep, runDir }).then(keep(stops)),
      env.REDIS_URL ? null : startRedis({ onStep, runDir }).then(keep(stops)),
      env.SMTP_URL ? null : startInbox({ limit: 500 }).then(keep(stops)),
      env.RPC_URLS ? null : startDevchain({ cacheDir: options.cacheDir ?? join(home, 'cache'), onStep }).then(keep(stops)),
    ]);
    const databaseUrl = env.DATABASE_URL ?? postgres!.url;
    const redisUrl = env.REDIS_URL ?? redis!.url;
    onStep('database: applying migrations');
    await migrate(databaseUrl);
    if (chain) {
      // The local chain begins anew at every start; what is known of an earlier one is about another chain.
      const database = await Database.open(databaseUrl);
      await forgetChain(database, chainId(chain.chainId));
      await database.close();
    }

    const port = env.PORT ?? (await usualOrFreePort());
    const publicUrl = env.PUBLIC_URL ?? `http://127.0.0.1:${port}`;
    const addressBook = chain ? writeAddressBook(home, chain) : resolve(env.ADDRESS_BOOK!);
    const rpcUrls = chain ? `${chain.chainId}=${chain.rpcUrl}` : env.RPC_URLS!;
    const demo = chain && inbox && options.beforeApi ? await options.beforeApi({ chain, inbox, publicUrl }) : null;
    const loopback: Record<string, string> = chain ? { ALLOW_LOOPBACK_WEBHOOKS: 'true' } : {};
    const both = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, RPC_URLS: rpcUrls, ADDRESS_BOOK: addressBook, PUBLIC_URL: publicUrl, ...loopback };
    const service = (name: string, variables: Record<string, string>): Service => {
      const started = new Service({
        name,
        entry: join(root, `dist/apps/${name}/apps/${name}/src/main.js`),
        env: variables,
        logFile: join(home, 'logs', `${name}.log`),
        onBootFailure: (message) => options.onBootFailure(`${name} could not start:\n${message}`),
      });
      stops.push(() => started.stop());
      started.start();
      return started;
    };
    const keys = await planSigner(env, { home, addressBook, chainId: chain?.chainId ?? Number(rpcUrls.split('=')[0]), localKeys: chain ? keeperLanes(chain.accounts).map(({ privateKey }) => privateKey) : null });
    onStep(keys.service ? 'signer, api and worker: starting' : 'api and worker: starting');
    const paperPlan = chain ? await planPaperVenue(home, chain) : null;
    const paperVenue = paperPlan === null ? null : { plan: paperPlan, service: service('paper-venue', { ...paperPlan.env }) };
    const trading = await planGateway(env, home, paperPlan);
    const gateway = trading.service === null ? null : service('gateway', { ...trading.service.env });
    const signer = keys.service ? service('signer', keys.service.env) : null;
    const watch = watchKeys(join(home, 'watchdog'), env);
    const api = service('api', { ...both, PORT: String(port), WEB_DIR: join(root, 'dist/web'), WATCHDOG_TOKEN: watch.token, ...(demo ? { DEMO_URL: demo.demoUrl } : {}) });
    if (keys.service) await until('the signer answers', () => fetch(`${keys.service!.url}/health`).then((response) => response.ok || undefined, () => undefined));
    signer?.markReady();
    if (trading.service !== null) await until('the gateway answers', () => fetch(`${trading.service!.url}/health`).then((response) => response.ok || undefined, () => undefined));
    gateway?.markReady();
    const worker = service('worker', {
      ...both, ...keys.worker, ...trading.worker, HEARTBEAT_KEY: watch.heartbeatKey,
      SMTP_URL: env.SMTP_URL ?? inbox!.smtpUrl,
      ...(env.MAIL_FROM ? { MAIL_FROM: env.MAIL_FROM } : {}),
      ...(env.OPERATOR_EMAILS ? { OPERATOR_EMAILS: env.OPERATOR_EMAILS } : {}),
      ...(chain ? LOCAL_CHAIN_WORKER : {}),
    });
    if (paperVenue !== null) {
      // It answers once it has the chain's prices.
      await until('the paper venue answers', () => fetch(`${paperVenue.plan.url}/api/v2/public/test`).then((response) => response.ok || undefined, () => undefined));
      paperVenue.service.markReady();
    }
    await until('the API answers', () => fetch(`http://127.0.0.1:${port}/v1/health`).then((response) => response.ok || undefined, () => undefined));
    api.markReady();
    await until('the worker sees the chain', () => seesChain(port));
    worker.markReady();
    const operators = env.OPERATOR_EMAILS ?? (inbox ? LOCAL_OPERATOR : null);
    if (operators === null) onStep('watchdog: not started, OPERATOR_EMAILS names nobody whom it could mail');
    const watchdog = operators === null ? null : await startWatchdog(service, watch, {
      STATUS_URL: `http://127.0.0.1:${port}`, PUBLIC_URL: publicUrl, RPC_URLS: env.WATCHDOG_RPC_URLS ?? rpcUrls, SMTP_URL: env.WATCHDOG_SMTP_URL ?? env.SMTP_URL ?? inbox!.smtpUrl, OPERATOR_EMAILS: operators,
      WATCHDOG_HOME: join(home, 'watchdog'), ...loopback, ...(chain ? LOCAL_CHAIN_WATCHDOG : {}),
    });
    return { publicUrl, chain, inbox, databaseUrl, redisUrl, api, worker, signer, paperVenue, gateway, watchdog, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** On the local chain blocks come every 120 ms in a replay, and an hour of chain time passes in about 2.5 s: a killed worker's lease must have run out by the time the next one is up. */
const LOCAL_CHAIN_WORKER = { BLOCK_POLL_MS: '50', ACTION_DEADLINE_SECONDS: '43200', BLIND_AFTER_SECONDS: '10', LEADER_LEASE_MS: '1500', LEADER_RENEW_MS: '400' };

/** The local chain makes a block each 120 ms in a replay, and an hour of chain time passes in seconds: blocks say more there than its clock. */
const LOCAL_CHAIN_WATCHDOG = { MAX_LAG_BLOCKS: '1000' };
const LOCAL_OPERATOR = 'operator@ballast.example';

/** Beside the others here it says when one of them dies; to outlive the machine it runs elsewhere (docs/watching-the-watcher.md). */
async function startWatchdog(service: (name: string, own: Record<string, string>) => Service, { heartbeatPublicKey, token }: WatchKeys, settings: Record<string, string>): Promise<Service> {
  const healthPort = await freePort();
  const watchdog = service('watchdog', { HEARTBEAT_PUBLIC_KEY: heartbeatPublicKey, WATCHDOG_TOKEN: token, HEALTH_PORT: String(healthPort), ...settings });
  await until('the watchdog answers', () => fetch(`http://127.0.0.1:${healthPort}/health`).then(() => true, () => undefined));
  watchdog.markReady();
  return watchdog;
}

const keep = (stops: (() => Promise<void>)[]) => <T extends { stop(): Promise<void> }>(part: T): T => {
  stops.push(() => part.stop());
  return part;
};

function writeAddressBook(home: string, chain: Devchain): string {
  const path = join(home, 'run', 'address-book.json');
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(path, JSON.stringify({ [String(chain.chainId)]: chain.book }, null, 2));
  return path;
}

/** True once the worker has watched a block. */
async function seesChain(port: number): Promise<true | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/status`);
  const { chains } = z.object({ chains: z.array(z.object({ seenAt: z.string().nullable(), blindSince: z.string().nullable() })) }).parse(await response.json());
  return chains.some(({ seenAt, blindSince }) => seenAt !== null && blindSince === null) || undefined;
}
