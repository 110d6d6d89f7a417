/**
 * The proof that silence is told: Ballast runs as `ballast start` runs it, a watchdog runs apart from it with its own mail server, and then every
 * process of Ballast is killed with SIGKILL: command line, API, worker, database, Redis, chain, and the watchdog that ran beside them.
 * Measures how long it takes until the owner and the operator have the mail and the webhook its signed post. Limits are the defaults.
 * Prints one JSON line on standard output and ends with 0 only when all of it arrived within three minutes.
 *
 *   --silent-after N   seconds without a heartbeat that are silence (120)
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { freePort, startInbox, startWebhookSink } from '@ballast/embedded';
import { heartbeatKey, publicKeyText } from '@ballast/heartbeat';
import { killAtOnce, treeOf } from '../../apps/watchdog/test/processes.js';
import { ApiUser } from '../../apps/cli/src/demo/onboarding.js';
import { until } from '../../apps/cli/src/until.js';
import { temporaryHome } from './temporary-home.js';

const { values } = parseArgs({ options: { 'silent-after': { type: 'string' } } });
const LIMIT_SECONDS = 180;
const PATIENCE_MS = 240_000;
const OWNER = `0x${'0e'.repeat(20)}`;
const root = resolve(import.meta.dirname, '../..');
const say = (text: string): void => console.error(`  ${text}`);

async function main(): Promise<number> {
  const home = temporaryHome('silent');
  const ends: (() => Promise<unknown> | void)[] = [];
  // Compiled once for all stories.
  mkdirSync(join(root, '.ballast/cache'), { recursive: true });
  symlinkSync(join(root, '.ballast/cache'), join(home, 'cache'), 'dir');
  try {
    const [serviceInbox, watchdogInbox, sink, port, healthPort] = await Promise.all([startInbox(), startInbox(), startWebhookSink(), freePort(), freePort()]);
    ends.push(() => serviceInbox.stop(), () => watchdogInbox.stop(), () => sink.stop());
    const publicUrl = `http://127.0.0.1:${port}`;
    const { PATH, HOME } = process.env;

    say('starting Ballast, with a mail server of its own');
    const cli = spawn(process.execPath, [join(root, 'dist/apps/cli/apps/cli/src/main.js'), 'start'], {
      cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH, HOME, PORT: String(port), BALLAST_HOME: home, SMTP_URL: serviceInbox.smtpUrl, OPERATOR_EMAILS: 'ops@ballast.example' },
    });
    let said = '';
    for (const stream of [cli.stdout, cli.stderr]) stream.on('data', (data: Buffer) => {
      said += data.toString();
      process.stderr.write(data);
    });
    ends.push(() => killAtOnce(treeOf(cli.pid!)));
    await until('Ballast is up and signs heartbeats', async () => (said.includes('Ballast is at') && (await fetch(`${publicUrl}/v1/status/heartbeat`)).ok) || undefined, PATIENCE_MS);
    const { heartbeatKey: key, token } = z.object({ heartbeatKey: z.string(), token: z.string() }).parse(JSON.parse(readFileSync(join(home, 'watchdog', 'keys.json'), 'utf8')));

    say('an owner asks to be told by mail and by webhook');
    const user = new ApiUser(publicUrl);
    await user.subscribeEmail(OWNER, 'owner@ballast.example', async (email) => /token=([\w-]+)/.exec((await serviceInbox.waitFor(({ to }) => to.includes(email), 60_000)).text)![1]!);
    sink.addSecret(await user.subscribeWebhook(OWNER, sink.url));

    say('the watchdog starts apart from all that');
    const watchdog = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/apps/watchdog/apps/watchdog/src/main.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH, HOME, STATUS_URL: publicUrl, HEARTBEAT_PUBLIC_KEY: publicKeyText(heartbeatKey(key)), WATCHDOG_TOKEN: token, RPC_URLS: `31337=${chainUrl(home)}`, SMTP_URL: watchdogInbox.smtpUrl,
        OPERATOR_EMAILS: 'ops@ballast.example', WATCHDOG_HOME: join(home, 'elsewhere'), MAX_LAG_BLOCKS: '1000', HEALTH_PORT: String(healthPort), ALLOW_LOOPBACK_WEBHOOKS: 'true',
        ...(values['silent-after'] === undefined ? {} : { SILENT_AFTER_SECONDS: values['silent-after'] }),
      },
    });
    for (const stream of [watchdog.stdout, watchdog.stderr]) stream.on('data', (data: Buffer) => process.stderr.write(data));
    ends.push(() => killAtOnce([watchdog.pid!]));
    await until('the watchdog hears and knows whom to tell', async () => {
      const answer = await fetch(`http://127.0.0.1:${healthPort}/health`).catch(() => null);
      if (answer === null) return undefined;
      const health = z.object({ recipients: z.number(), heartbeat: z.unknown(), problems: z.array(z.string()) }).parse(await answer.json());
      return (health.recipients >= 2 && health.heartbeat !== null && health.problems.length === 0) || undefined;
    }, PATIENCE_MS);

    const victims = treeOf(cli.pid!);
    say(`kill -9 of ${victims.length} processes: ${victims.join(' ')}`);
    const killedAt = Date.now();
    killAtOnce(victims);
    const since = (at: Date): number => Math.round((at.getTime() - killedAt) / 100) / 10;
    const [owner, operator, webhook] = await Promise.all([
      watchdogInbox.waitFor(({ to, subject }) => to.includes('owner@ballast.example') && subject.startsWith('Silent'), PATIENCE_MS).then(({ at }) => since(at)),
      watchdogInbox.waitFor(({ to, subject }) => to.includes('ops@ballast.example') && subject.startsWith('Silent'), PATIENCE_MS).then(({ at }) => since(at)),
      sink.waitFor(({ type, verified }) => type === 'ballast.silent' && verified, PATIENCE_MS).then(({ at }) => since(at)),
    ]);
    const seconds = { ownerMail: owner, operatorMail: operator, signedWebhook: webhook };
    const failures = Object.entries(seconds).flatMap(([what, took]) => (took <= LIMIT_SECONDS ? [] : [`${what} took ${took} s`]));
    if (await fetch(`${publicUrl}/v1/health`).then(() => true, () => false)) failures.push('the API still answers');
    console.log(JSON.stringify({ killed: victims.length, silentAfterSeconds: Number(values['silent-after'] ?? 120), secondsFromKill: seconds, limitSeconds: LIMIT_SECONDS, failures }));
    return failures.length === 0 ? 0 : 1;
  } finally {
    for (const end of ends.reverse()) await Promise.resolve(end()).catch((error: Error) => say(error.message));
    rmSync(home, { recursive: true, force: true });
  }
}

/** The local chain's address, from the worker's own words. */
function chainUrl(home: string): string {
  const [, url] = /Worker runs .* \((http:\/\/127\.0\.0\.1:\d+)\)/.exec(readFileSync(join(home, 'logs', 'worker.log'), 'utf8')) ?? [];
  if (url === undefined) throw new Error('the worker did not say which node it reads');
  return url;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
