import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDevchain, type Devchain } from '@ballast/devchain';
import { freePort, startInbox, startWebhookSink, type InboxMessage, type RunningInbox, type RunningWebhookSink } from '@ballast/embedded';
import { runApp, type Running } from './processes.js';
import { startScriptedService, type ScriptedService } from './scripted-service.js';

const TOKEN = 'x'.repeat(40);
/** Renewed since, as far as the service says: who knows only the one before it still believes the watchdog. */
const NEWER_SECRET = `whsec_${Buffer.from('a newer one that nobody was told').toString('base64')}`;
const SECRET = `whsec_${Buffer.from('a secret that only this test knows').toString('base64')}`;
const OWNER = `0x${'ab'.repeat(20)}`;
const PATIENCE_MS = 90_000;

let chain: Devchain;
let inbox: RunningInbox;
let sink: RunningWebhookSink;
let service: ScriptedService;
let folder: string;
let healthPort: number;
const running: Running[] = [];

beforeAll(async () => {
  [chain, inbox, sink] = await Promise.all([startDevchain({ idleBlockSeconds: 1 }), startInbox(), startWebhookSink({ secrets: [SECRET] })]);
});
afterAll(async () => {
  await Promise.all([chain.stop(), inbox.stop(), sink.stop()]);
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-watchdog-'));
  [service, healthPort] = await Promise.all([startScriptedService(chain.provider, TOKEN), freePort()]);
  const about = { chainId: 31337, account: OWNER, endToken: 'e'.repeat(43), previousSecrets: [] };
  service.recipients = [
    { ...about, id: 'mail-1', channel: 'email', target: 'owner@example.com', secret: null }, { ...about, id: 'mail-2', channel: 'email', target: 'Owner@example.com', secret: null },
    { ...about, id: 'hook-1', channel: 'webhook', target: sink.url, secret: NEWER_SECRET, previousSecrets: [SECRET] },
  ];
  inbox.clear();
  sink.clear();
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (): Record<string, string> => ({
  STATUS_URL: service.url, HEARTBEAT_PUBLIC_KEY: service.publicKey, WATCHDOG_TOKEN: TOKEN, RPC_URLS: `31337=${chain.rpcUrl}`, SMTP_URL: inbox.smtpUrl, OPERATOR_EMAILS: 'ops@example.com', WATCHDOG_HOME: join(folder, 'home'),
  LOOK_SECONDS: '1', SILENT_AFTER_SECONDS: '10', PATIENCE_SECONDS: '2', WELL_SECONDS: '2', SYNC_SECONDS: '1', REPEAT_MINUTES: '1', HEALTH_PORT: String(healthPort), ALLOW_LOOPBACK_WEBHOOKS: 'true',
});

async function start(change: Record<string, string> = {}): Promise<Running> {
  const watchdog = await runApp('watchdog', { ...settings(), ...change });
  running.push(watchdog);
  return watchdog;
}

interface Health {
  readonly code: number;
  readonly heartbeat: unknown;
  readonly recipients: number;
  readonly untold: number;
  readonly problems: readonly string[];
}
const health = (): Promise<Health | undefined> => fetch(`http://127.0.0.1:${healthPort}/health`).then(async (response) => ({ code: response.status, ...((await response.json()) as Omit<Health, 'code'>) }), () => undefined);

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}:\n${running.map(({ output }) => output()).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const untilItListens = (recipients = 3): Promise<Health> => until('the watchdog hears and knows whom to tell', async () => {
  const now = await health();
  return now?.heartbeat && now.recipients === recipients ? now : undefined;
});
const mailTo = (who: string, subject: RegExp) => (mail: InboxMessage): boolean => mail.to.includes(who) && subject.test(mail.subject);
const mailsOf = (subject: RegExp): string[] => inbox.messages().filter((mail) => subject.test(mail.subject)).flatMap(({ to }) => to).map((to) => to.toLowerCase()).sort();

describe('a watchdog', () => {
  it('tells everybody once that the service is silent, keeps quiet over its own restart, and tells that it is over', async () => {
    const first = await start();
    expect(await untilItListens()).toMatchObject({ code: 200, problems: [] });
    for (const file of ['state.json', 'recipients.json']) expect(statSync(join(folder, 'home', file)).mode & 0o777).toBe(0o600);

    service.mode = 'down';
    const [mail] = await Promise.all([
      inbox.waitFor(mailTo('owner@example.com', /^Silent/), PATIENCE_MS), inbox.waitFor(mailTo('ops@example.com', /^Silent/), PATIENCE_MS), sink.waitFor(({ type }) => type === 'ballast.silent', PATIENCE_MS),
    ]);
    expect(mail.text).toContain('it answered 503');
    expect(mail.headers['list-unsubscribe']).toContain('e'.repeat(43));
    expect(sink.received()).toMatchObject([{ type: 'ballast.silent', verified: true, body: { data: { cause: 'silent', account: OWNER, chainId: 31337, severity: 'critical' } } }]);
    await until('it is stored that all are told', async () => ((JSON.parse(readFileSync(join(folder, 'home', 'state.json'), 'utf8')) as { untold: unknown[] }).untold.length === 0 ? true : undefined));

    // Killed and started again while all else is still gone: it knows whom it told.
    first.child.kill('SIGKILL');
    await first.ended;
    await start();
    await until('it is back', health);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(mailsOf(/^Silent/)).toEqual(['ops@example.com', 'owner@example.com']);

    service.mode = 'well';
    await Promise.all([inbox.waitFor(mailTo('owner@example.com', /^Heard again/), PATIENCE_MS), inbox.waitFor(mailTo('ops@example.com', /^Heard again/), PATIENCE_MS), sink.waitFor(({ type, verified }) => type === 'ballast.silent.over' && verified, PATIENCE_MS)]);
    expect(mailsOf(/^Silent/)).toEqual(['ops@example.com', 'owner@example.com']);
  });

  it('tells of a contradiction: a heartbeat that somebody else signed, and a block that its own node does not have', async () => {
    await start({ MAX_LAG_BLOCKS: '1000000' });
    await untilItListens();
    service.mode = 'forged';
    expect((await inbox.waitFor(mailTo('owner@example.com', /^Not to be relied on/), PATIENCE_MS)).text).toContain('cannot be believed');
    service.mode = 'well';
    await inbox.waitFor(mailTo('owner@example.com', /^Heard again/), PATIENCE_MS);
    inbox.clear();
    const block = (await chain.provider.getBlock(1))!;
    service.says = { head: { number: '1', hash: `0x${'9'.repeat(64)}`, timestamp: block.timestamp, seenAt: new Date().toISOString() } };
    expect((await inbox.waitFor(mailTo('ops@example.com', /^Not to be relied on/), PATIENCE_MS)).text).toContain(`${block.hash} here`);
  });

  it('tries again until its mail is taken, and says so loudly while it is not', async () => {
    await start();
    await untilItListens();
    inbox.failNext(5, 451);
    service.mode = 'stuck';
    const troubled = await until('the health says that mail fails', async () => {
      const now = await health();
      return now !== undefined && now.problems.length > 0 ? now : undefined;
    });
    expect(troubled).toMatchObject({ code: 503, problems: [expect.stringMatching(/not told yet: .*451/)] });
    await Promise.all([inbox.waitFor(mailTo('owner@example.com', /^Silent/), PATIENCE_MS), inbox.waitFor(mailTo('ops@example.com', /^Silent/), PATIENCE_MS)]);
    expect(await until('all are told', async () => ((await health())?.problems.length === 0 ? true : undefined))).toBe(true);
    expect(running[0]!.output()).toMatch(/ERROR (operator|subscription):\S+ was not told of evt_silent_\d+_1 \(attempt 1\): .*451/);
  });

  it('ends with a status that says that somebody was not told, and tells after its next start', async () => {
    const first = await start();
    await untilItListens();
    inbox.failNext(1_000, 451);
    service.mode = 'down';
    await until('telling failed', async () => ((await health())?.problems.some((problem) => problem.includes('not told yet')) ? true : undefined));
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(3);
    expect(first.output()).toMatch(/ERROR \d not told yet/);
    inbox.failNext(0, 451);
    await start();
    await Promise.all([inbox.waitFor(mailTo('owner@example.com', /^Silent/), PATIENCE_MS), inbox.waitFor(mailTo('ops@example.com', /^Silent/), PATIENCE_MS)]);
  });

  it('starts where nothing answers, knows its recipients from its file, and keeps them when the service gives no list', async () => {
    const first = await start();
    await untilItListens();
    first.child.kill('SIGKILL');
    await first.ended;
    expect(JSON.parse(readFileSync(join(folder, 'home', 'recipients.json'), 'utf8'))).toMatchObject({ recipients: [{ id: 'mail-1' }, { id: 'mail-2' }, { id: 'hook-1' }] });
    const nobody = await freePort();
    await start({ RPC_URLS: `31337=http://127.0.0.1:${nobody}`, STATUS_URL: `http://127.0.0.1:${nobody}` });
    await Promise.all([inbox.waitFor(mailTo('owner@example.com', /^Silent/), PATIENCE_MS), sink.waitFor(({ type, verified }) => type === 'ballast.silent' && verified, PATIENCE_MS)]);
    expect(await health()).toMatchObject({ code: 503, recipients: 3, problems: [expect.stringContaining('own node')] });
  });
});

describe('the start of a watchdog stops with exit code 1 and names', () => {
  it('every variable that is missing or malformed, all at once, without secrets', async () => {
    const watchdog = await runApp('watchdog', { STATUS_URL: 'https://ballast.example/status', RPC_URLS: 'http://rpc.example/s3cret', SMTP_URL: 'imap://me:s3cret@mail', WATCHDOG_TOKEN: 's3cret', SILENT_AFTER_SECONDS: '9', OPERATOR_EMAILS: 'nobody' });
    expect(await watchdog.ended).toBe(1);
    for (const variable of ['STATUS_URL', 'RPC_URLS', 'SMTP_URL', 'WATCHDOG_TOKEN', 'SILENT_AFTER_SECONDS', 'OPERATOR_EMAILS', 'HEARTBEAT_PUBLIC_KEY', 'WATCHDOG_HOME']) expect(watchdog.output()).toMatch(new RegExp(`^${variable}: got .+, expected .+$`, 'm'));
    expect(watchdog.output()).not.toMatch(/s3cret|^\s+at /m);
  });
});
