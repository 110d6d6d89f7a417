import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HttpWebhookChannel, Notifier, SmtpEmailChannel } from '@ballast/notifications';
import type { DueDelivery, Notice, Settlement } from '@ballast/policy';
import { Database, PrismaOutbox } from '@ballast/storage';
import { address, chainId } from '@ballast/units';
import pg from 'pg';
import { z } from 'zod';
import { Courier } from '../../apps/worker/src/pipeline/courier.js';
import { Settler } from '../../apps/worker/src/pipeline/settler.js';
import { SAMPLES } from '../../libs/notifications/test/samples.js';
import { createTestDatabase } from '../factories/database.js';
import { startServers } from './servers.js';

export interface AlertsBenchSettings {
  /** One account each, half of them told by mail and half by webhook. */
  readonly subscribers: number;
  readonly servers?: { readonly postgresUrl: string };
}

/** One way of telling all subscribers. */
export interface AlertsRun {
  /** Milliseconds until the last mail and webhook were accepted, from before the first notice was written. */
  readonly ms: number;
  readonly mails: number;
  readonly webhooks: number;
  /** Accepted more than once, and without an id to know them by. */
  readonly again: number;
  readonly withoutId: number;
}

export interface AlertsResult {
  readonly subscribers: number;
  /** Through the ledger: written with one delivery each, claimed, sent, settled with a receipt. */
  readonly ledger: AlertsRun;
  /** The same messages by the same clients, as many at once, without a database. */
  readonly straight: AlertsRun;
  readonly ledgerOverStraight: number;
  /** Milliseconds of them that it took to write the notices. */
  readonly writtenMs: number;
  /** Megabytes of heap in use after a collection, where one can be asked for: before the run, at its highest moment and after it. */
  readonly heapMb: { readonly before: number; readonly highest: number; readonly after: number };
  /** Deliveries that the ledger does not have as delivered. */
  readonly unsettled: number;
}

const CHAIN = chainId(31337);
const WRITTEN_AT_ONCE = 500;
const TURN_MS = 250;
const PATIENCE_MS = 300_000;
const SECRET = `whsec_${Buffer.from('a secret of 24 bytes....').toString('base64')}`;

const receiversSchema = z.object({ smtpUrl: z.string(), hooks: z.array(z.string()) });
const countsSchema = z.object({ mails: z.number(), posts: z.number(), again: z.number(), withoutId: z.number(), lastAt: z.number() });
type Counts = z.infer<typeof countsSchema>;

const accountOf = (index: number) => address(`0x${(0xa1e27000000 + index).toString(16).padStart(40, '0')}`);
const noticeOf = (index: number, run: string): Notice => ({
  id: `evt_${run}_${index}`, chainId: CHAIN, account: accountOf(index), positionId: null, kind: 'not-protected', severity: 'critical', data: SAMPLES['not-protected'],
});

/** One move of the market that every subscriber hears of, with the ledger and without it, in turns. */
export async function benchAlerts({ subscribers, servers }: AlertsBenchSettings, say: (line: string) => void): Promise<AlertsResult> {
  const endings: (() => Promise<void> | void)[] = [];
  try {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-alerts-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const { postgresUrl } = servers ?? (await startServers(folder, endings));
    const receivers = await Receivers.start();
    endings.push(() => receivers.stop());
    const made = await createTestDatabase(postgresUrl);
    endings.push(() => made.drop());
    const database = await Database.open(made.url);
    endings.push(() => database.close());
    const email = new SmtpEmailChannel({ smtpUrl: receivers.smtpUrl, from: 'Ballast <alerts@ballast.example>' });
    endings.push(() => email.close());
    const outbox = new PrismaOutbox(database);
    const notifier = new Notifier({ email, webhook: new HttpWebhookChannel({ allowLoopback: true }), publicUrl: 'https://ballast.example', random: Math.random });
    const sql = new pg.Client({ connectionString: made.url });
    await sql.connect();
    endings.push(() => sql.end());
    await subscribeAll(sql, subscribers, receivers.hooks);

    const bench = new AlertsBench({ outbox, notifier, receivers, sql, subscribers });
    const some = Math.min(subscribers, 500);
    await bench.straight('warm', some);
    await bench.ledger('warm', some);
    const straight = await bench.straight('straight', subscribers);
    say(`${subscribers} straight: ${straight.ms.toFixed(0)} ms`);
    const { run: ledger, ...rest } = await bench.ledger('ledger', subscribers);
    say(`${subscribers} through the ledger: ${ledger.ms.toFixed(0)} ms`);
    return { subscribers, ledger, straight, ledgerOverStraight: Number((ledger.ms / straight.ms).toFixed(2)), ...rest };
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

interface BenchParts {
  readonly outbox: PrismaOutbox;
  readonly notifier: Notifier;
  readonly receivers: Receivers;
  readonly sql: pg.Client;
  readonly subscribers: number;
}

class AlertsBench {
  constructor(private readonly parts: BenchParts) {}

  async ledger(name: string, count: number) {
    const { outbox, notifier, receivers, sql } = this.parts;
    const warn = (message: string): void => console.error(message);
    const settler = new Settler({ settleAll: (settlements) => outbox.settleAll(settlements), now: () => performance.now(), warn });
    const courier = new Courier({ outbox, attempt: (delivery) => notifier.attempt(delivery), settle: (settlement) => settler.settle(settlement), warn });
    await receivers.ask('clear');
    const before = heapMb();
    let highest = before;
    const began = Date.now();
    const turns = setInterval(() => {
      void courier.turn().catch((error: Error) => warn(error.message));
      highest = Math.max(highest, process.memoryUsage().heapUsed / 2 ** 20);
    }, TURN_MS);
    try {
      for (let from = 0; from < count; from += WRITTEN_AT_ONCE) await outbox.tell(Array.from({ length: Math.min(WRITTEN_AT_ONCE, count - from) }, (_, index) => noticeOf(from + index, name)));
      const writtenMs = Date.now() - began;
      const run = runOf(await receivers.all(count), began);
      await this.while(async () => (await this.unsettled()) > 0);
      return { run, writtenMs, heapMb: { before: round(before), highest: round(highest), after: round(heapMb()) }, unsettled: await this.unsettled() };
    } finally {
      clearInterval(turns);
      await courier.close();
      await sql.query('TRUNCATE "OutboxEvent" CASCADE');
    }
  }

  async straight(name: string, count: number): Promise<AlertsRun> {
    const { notifier, receivers } = this.parts;
    const all = await this.deliveries(name, count);
    await receivers.ask('clear');
    const began = Date.now();
    const pump = async (waiting: DueDelivery[], width: number): Promise<void> => {
      await Promise.all(Array.from({ length: width }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) failOn(await notifier.attempt(next));
      }));
    };
    await Promise.all([pump(all.filter(({ subscription }) => subscription.channel === 'email'), 16), pump(all.filter(({ subscription }) => subscription.channel === 'webhook'), 64)]);
    return runOf(await receivers.all(count), began);
  }

  /** What a claim would bring, made without one. */
  private async deliveries(name: string, count: number): Promise<DueDelivery[]> {
    const { rows } = await this.parts.sql.query<{ id: string; account: string; channel: 'email' | 'webhook'; target: string; secret: string | null; endToken: string }>('SELECT "id", "account", "channel", "target", "secret", "endToken" FROM "Subscription" ORDER BY "account" LIMIT $1', [count]);
    return rows.map((subscription, index) => ({ id: subscription.id, claimId: name, attempts: 1, claimedAt: new Date(), event: { ...noticeOf(index, name), createdAt: new Date() }, subscription, acknowledgeToken: null }));
  }

  private async unsettled(): Promise<number> {
    const { rows } = await this.parts.sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM "Delivery" WHERE "status" <> 'delivered'`);
    return rows[0]?.count ?? 0;
  }

  private async while(goesOn: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 10_000; Date.now() < end && (await goesOn()); ) await sleep(100);
  }
}

function failOn({ outcome }: Settlement): void {
  if (outcome.kind !== 'delivered') throw new Error(`not delivered: ${outcome.error}`);
}

/** Accounts with one active subscription each, every second one a webhook. */
async function subscribeAll(sql: pg.Client, count: number, hooks: readonly string[]): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const hook = hooks[index % hooks.length] as string;
    const isMail = index % 2 === 0;
    return { id: `s${index}`, account: accountOf(index), channel: isMail ? 'email' : 'webhook', target: isMail ? `owner-${index}@example.test` : `${hook}/${index}`, host: isMail ? null : new URL(hook).host, secret: isMail ? null : SECRET, token: `end-token-of-subscription-${index}` };
  });
  await sql.query(
    `INSERT INTO "Subscription" ("id", "chainId", "account", "channel", "target", "host", "secret", "status", "endToken", "confirmedAt")
     SELECT s."id", $2, s."account", s."channel", s."target", s."host", s."secret", 'active', s."token", now() FROM jsonb_to_recordset($1::jsonb) AS s("id" text, "account" text, "channel" text, "target" text, "host" text, "secret" text, "token" text)`,
    [JSON.stringify(rows), CHAIN],
  );
}

const round = (value: number): number => Number(value.toFixed(1));

function heapMb(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const runOf = ({ mails, posts, again, withoutId, lastAt }: Counts, began: number): AlertsRun => ({ ms: lastAt - began, mails, webhooks: posts, again, withoutId });

/** The mail server and the webhooks' servers, in a process of their own. */
class Receivers {
  private constructor(private readonly child: ChildProcess, readonly smtpUrl: string, readonly hooks: readonly string[]) {}

  static async start(): Promise<Receivers> {
    const child = fork(fileURLToPath(new URL('./alert-receivers.ts', import.meta.url)), { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [ready] = (await once(child, 'message')) as [unknown];
    const { smtpUrl, hooks } = receiversSchema.parse(ready);
    return new Receivers(child, smtpUrl, hooks);
  }

  async ask(what: 'clear' | 'count'): Promise<Counts> {
    const answer = once(this.child, 'message') as Promise<[unknown]>;
    this.child.send(what);
    return countsSchema.parse((await answer)[0]);
  }

  /** Waits until so many were accepted. */
  async all(count: number): Promise<Counts> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
      const counts = await this.ask('count');
      if (counts.mails + counts.posts >= count) return counts;
    }
    const { mails, posts } = await this.ask('count');
    throw new Error(`after ${PATIENCE_MS / 1000} s only ${mails} mails and ${posts} webhooks of ${count} were accepted`);
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }
}
