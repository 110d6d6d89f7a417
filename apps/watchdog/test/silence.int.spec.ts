import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshAccounts, openLoan, startDevchain, type Devchain } from '@ballast/devchain';
import { freePort, startInbox, startPostgres, startRedis, startWebhookSink, type RunningInbox, type RunningPostgres, type RunningRedis, type RunningWebhookSink } from '@ballast/embedded';
import { heartbeatKey, newHeartbeatKey, publicKeyText } from '@ballast/heartbeat';
import { migrate } from '@ballast/storage';
import { ApiUser } from '../../cli/src/demo/onboarding.js';
import { killAtOnce, runApp, treeOf, type Running } from './processes.js';

const TOKEN = 'the token of this test, thirty-two or more'.replaceAll(/[ ,]+/g, '-');
const PATIENCE_MS = 120_000;

let folder: string;
let postgres: RunningPostgres;
let redis: RunningRedis;
let chain: Devchain;
let serviceInbox: RunningInbox;
let watchdogInbox: RunningInbox;
let sink: RunningWebhookSink;
const running: Running[] = [];

/** Servers of this test alone: they are killed in it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-silence-'));
  chmodSync(folder, 0o755);
  const runDir = join(folder, 'run');
  mkdirSync(runDir);
  [postgres, redis, chain, serviceInbox, watchdogInbox, sink] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'postgres'), persistent: false, database: 'ballast', runDir }), startRedis({ runDir }), startDevchain({ idleBlockSeconds: 1, runDir }), startInbox(), startInbox(), startWebhookSink(),
  ]);
  await migrate(postgres.url);
});
afterAll(async () => {
  killAtOnce(running.map(({ pid }) => pid));
  await Promise.allSettled([postgres?.stop(), redis?.stop(), chain?.stop(), serviceInbox?.stop(), watchdogInbox?.stop(), sink?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}:\n${running.map(({ output }) => output().slice(-3_000)).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('with every process but the watchdog killed at once', () => {
  it('its mail reaches owner and operator over its own mail server, and a signed ballast.silent the webhook', async () => {
    const book = join(folder, 'book.json');
    writeFileSync(book, JSON.stringify({ [chain.chainId]: chain.book }));
    const key = newHeartbeatKey();
    const [port, healthPort] = await Promise.all([freePort(), freePort()]);
    const baseUrl = `http://127.0.0.1:${port}`;
    const rpc = `${chain.chainId}=${chain.rpcUrl}`;
    const both = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, RPC_URLS: rpc, ADDRESS_BOOK: book, PUBLIC_URL: baseUrl, ALLOW_LOOPBACK_WEBHOOKS: 'true' };
    const api = await runApp('api', { ...both, PORT: String(port), WATCHDOG_TOKEN: TOKEN });
    const worker = await runApp('worker', { ...both, KEEPER_PRIVATE_KEY: chain.accounts.keeper.privateKey, ALLOW_PLAIN_KEEPER_KEY: 'true', SMTP_URL: serviceInbox.smtpUrl, BLOCK_POLL_MS: '100', HEARTBEAT_KEY: key, HEARTBEAT_SECONDS: '1' });
    running.push(api, worker);

    // An owner with a loan, who asked to be told by mail and by webhook, the latter with signs of life.
    const [owner] = freshAccounts(91, 1);
    await openLoan(chain, owner!);
    await until('the API answers', async () => ((await fetch(`${baseUrl}/v1/health`)).ok ? true : undefined));
    const user = new ApiUser(baseUrl);
    await user.watch(owner!.address);
    await user.subscribeEmail(owner!.address, 'owner@example.com', async () => {
      const mail = await serviceInbox.waitFor(({ to }) => to.includes('owner@example.com'), PATIENCE_MS);
      return /token=([\w-]+)/.exec(mail.text)![1]!;
    });
    const status = await until('the loan is measured', async () => {
      const told = (await (await fetch(`${baseUrl}/v1/status`)).json()) as { liveness: { checks: { all: { positions: number } } }[] };
      return told.liveness[0]?.checks.all.positions === 1 ? told : undefined;
    });
    expect(status.liveness).toMatchObject([{ checks: { guarded: { positions: 0 }, all: { positions: 1, oldestAt: expect.any(String) } }, mandates: { armed: 0 }, actions: { day: { triggerToSent: { kind: 'not-measured' } } } }]);
    const subscribed = await fetch(`${baseUrl}/v1/subscriptions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ channel: 'webhook', account: owner!.address, url: sink.url, aliveMinutes: 1 }) });
    const { secret, aliveMinutes } = (await subscribed.json()) as { secret: string; aliveMinutes: number };
    expect(aliveMinutes).toBe(1);
    sink.addSecret(secret);
    const alive = await sink.waitFor(({ type }) => type === 'ballast.alive', PATIENCE_MS);
    expect(alive).toMatchObject({ body: { data: { chainName: 'Local chain', headNumber: expect.stringMatching(/^\d+$/), positions: 1, armed: 0, cannot: 0 } } });
    await until('heartbeats are served', async () => ((await fetch(`${baseUrl}/v1/status/heartbeat`)).ok ? true : undefined));
    const watchdog = await runApp('watchdog', {
      STATUS_URL: baseUrl, HEARTBEAT_PUBLIC_KEY: publicKeyText(heartbeatKey(key)), WATCHDOG_TOKEN: TOKEN, RPC_URLS: rpc, SMTP_URL: watchdogInbox.smtpUrl, OPERATOR_EMAILS: 'ops@example.com', WATCHDOG_HOME: join(folder, 'watchdog'),
      LOOK_SECONDS: '1', SILENT_AFTER_SECONDS: '10', PATIENCE_SECONDS: '20', SYNC_SECONDS: '1', MAX_LAG_BLOCKS: '1000', HEALTH_PORT: String(healthPort), ALLOW_LOOPBACK_WEBHOOKS: 'true',
    });
    running.push(watchdog);
    await until('the watchdog hears, knows whom to tell and has nothing to tell', async () => {
      const health = (await (await fetch(`http://127.0.0.1:${healthPort}/health`)).json()) as { recipients: number; heartbeat: unknown; spell: unknown; untold: number };
      return health.recipients === 2 && health.heartbeat !== null && health.spell === null && health.untold === 0 ? true : undefined;
    });
    watchdogInbox.clear();

    const anvil = Number(readFileSync(join(folder, 'run', 'anvil.pid'), 'utf8'));
    killAtOnce([worker.pid, api.pid, postgres.pid, redis.pid, anvil].flatMap(treeOf));
    await Promise.all([worker.ended, api.ended]);
    await Promise.all([
      watchdogInbox.waitFor(({ to, subject }) => to.includes('owner@example.com') && subject.startsWith('Silent'), PATIENCE_MS), watchdogInbox.waitFor(({ to, subject }) => to.includes('ops@example.com') && subject.startsWith('Silent'), PATIENCE_MS),
      sink.waitFor(({ type, verified }) => type === 'ballast.silent' && verified, PATIENCE_MS),
    ]);
    expect(sink.received().find(({ type }) => type === 'ballast.silent')).toMatchObject({ verified: true, body: { data: { cause: 'silent', account: owner!.address.toLowerCase(), reason: expect.stringContaining('No newer heartbeat came') } } });
  }, 300_000);
});
