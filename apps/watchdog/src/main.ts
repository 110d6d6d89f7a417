import { join } from 'node:path';
import { InvalidEnvironment, redact } from '@ballast/environment';
import { HttpWebhookChannel, Links, SmtpEmailChannel } from '@ballast/notifications';
import { readEnv, type WatchdogEnv } from './env.js';
import { serveHealth } from './health.js';
import { KeptFile } from './kept-file.js';
import { consoleLog } from './log.js';
import { OwnNodes } from './own-nodes.js';
import { Recipients } from './recipients.js';
import { Service } from './service.js';
import { recipientsFile, stateFile } from './state.js';
import { Watchdog } from './watchdog.js';

const STOP_PATIENCE_MS = 8_000;
/** What the exit status says of a watchdog that was asked to end while it could not do its work. */
const UNWELL = 3;

async function open(env: WatchdogEnv, email: SmtpEmailChannel): Promise<Watchdog> {
  const service = new Service({ statusUrl: env.statusUrl, publicKey: env.heartbeatPublicKey, token: env.token });
  const recipients = new Recipients(service, new KeptFile(join(env.home, 'recipients.json'), recipientsFile), consoleLog);
  return Watchdog.open(
    {
      service, recipients, nodes: new OwnNodes(env.rpcUrls), file: new KeptFile(join(env.home, 'state.json'), stateFile), log: consoleLog, now: Date.now,
      telling: { email, webhook: new HttpWebhookChannel({ allowLoopback: env.allowLoopbackWebhooks }), links: new Links(env.publicUrl), operators: env.operators, chain: [...env.rpcUrls.keys()][0] ?? 1, random: Math.random },
    },
    { limits: env.limits, lookMs: env.lookMs, syncMs: env.syncMs },
  );
}

async function main(): Promise<void> {
  const env = readEnv();
  const email = new SmtpEmailChannel({ smtpUrl: env.smtpUrl, from: env.mailFrom });
  const watchdog = await open(env, email);
  const health = env.health === null ? null : await serveHealth(env.health, () => watchdog.health);
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(UNWELL), STOP_PATIENCE_MS).unref();
    watchdog.stop();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  consoleLog.info(`Watchdog looks at ${redact(env.statusUrl)} every ${env.lookMs / 1000} s; silent after ${env.limits.silentMs / 1000} s${health === null ? '' : `; its own health is at ${health.url}`}`);
  await watchdog.run(() => email.verify());
  health?.stop();
  email.close();
  const { problems } = watchdog.health;
  for (const problem of problems) consoleLog.error(problem);
  process.exit(problems.length === 0 ? 0 : UNWELL);
}

main().catch((error: Error) => {
  console.error(error instanceof InvalidEnvironment ? `The watchdog cannot start:\n${error.message}` : error);
  process.exit(1);
});
