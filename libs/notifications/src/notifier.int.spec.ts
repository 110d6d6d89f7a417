import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInbox, startWebhookSink, type RunningInbox, type RunningWebhookSink } from '@ballast/embedded';
import type { DeliveryOutcome, DueDelivery, Outbox, Receipt, Settlement } from '@ballast/policy';
import { HOLD_MS, HttpWebhookChannel, MailServerUnusable, Notifier, SmtpEmailChannel } from '@ballast/notifications';
import { aDueDelivery } from '../test/due-delivery.js';
import { SAMPLES } from '../test/samples.js';

/** The outbox's promises, held in memory; the real one has its own tests. */
class MemoryOutbox implements Pick<Outbox, 'claim' | 'settleAll'> {
  readonly outcomes: DeliveryOutcome[] = [];
  readonly receipts: (Receipt | undefined)[] = [];
  #attempts = 0;
  #dueAt = 0;
  #finished = false;
  constructor(private readonly delivery: DueDelivery, private readonly now: () => number) {}

  async claim(deliveryId: string, holdMs: number): Promise<DueDelivery | null> {
    if (deliveryId !== this.delivery.id || this.#finished || this.#dueAt > this.now()) return null;
    this.#dueAt = this.now() + holdMs;
    this.#attempts += 1;
    return { ...this.delivery, attempts: this.#attempts, claimedAt: new Date(this.now()) };
  }
  async settleAll(settlements: readonly Settlement[]): Promise<void> {
    for (const { outcome, receipt } of settlements) {
      this.outcomes.push(outcome);
      this.receipts.push(receipt);
      this.#finished = outcome.kind !== 'failed';
      if (outcome.kind === 'failed') this.#dueAt = this.now() + outcome.retryAfterMs;
    }
  }
}

describe('the notifier, with a real mail server and a real webhook receiver', () => {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  let inbox: RunningInbox;
  let sink: RunningWebhookSink;
  let email: SmtpEmailChannel;
  let clock: number;

  beforeAll(async () => {
    [inbox, sink] = await Promise.all([startInbox(), startWebhookSink({ secrets: [secret] })]);
    email = new SmtpEmailChannel({ smtpUrl: inbox.smtpUrl, from: 'Ballast <alerts@ballast.example>' });
  });
  beforeEach(() => {
    clock = Date.now();
  });
  afterEach(() => {
    sink.failNext(0, 500);
    inbox.failNext(0, 451);
    sink.clear();
    inbox.clear();
  });
  afterAll(async () => {
    email.close();
    await Promise.all([inbox.stop(), sink.stop()]);
  });

  function notifierFor(delivery: DueDelivery, options: { allowLoopback?: boolean; random?: number } = {}) {
    const outbox = new MemoryOutbox(delivery, () => clock);
    const notifier = new Notifier({
      email, webhook: new HttpWebhookChannel({ allowLoopback: options.allowLoopback ?? true, timeoutMs: 1_000 }),
      publicUrl: 'https://ballast.example', random: () => options.random ?? 0.5,
    });
    /** Claims it, tries it and stores what came of it; null where it is not due. */
    const deliver = async (): Promise<DeliveryOutcome | null> => {
      const claimed = await outbox.claim(delivery.id, HOLD_MS);
      if (claimed === null) return null;
      const settlement = await notifier.attempt(claimed);
      await outbox.settleAll([settlement]);
      return settlement.outcome;
    };
    return { outbox, deliver };
  }
  /** Delivers until it is finished, passing over each wait. */
  async function deliverToTheEnd(delivery: DueDelivery, options: { allowLoopback?: boolean } = {}): Promise<readonly DeliveryOutcome[]> {
    const { outbox, deliver } = notifierFor(delivery, options);
    for (;;) {
      const outcome = await deliver();
      if (outcome?.kind !== 'failed') return outbox.outcomes;
      clock += outcome.retryAfterMs;
    }
  }
  const mailed = (over: Parameters<typeof aDueDelivery>[0] = {}) => aDueDelivery({ ...over, event: { data: SAMPLES['action.done'], ...over.event } });
  const posted = (url = sink.url) => aDueDelivery({ event: { data: SAMPLES['action.done'] }, subscription: { channel: 'webhook', target: url, secret } });

  it('brings a mail once, with both parts and its headers', async () => {
    const { outbox, deliver } = notifierFor(mailed());
    expect(await deliver()).toEqual({ kind: 'delivered', status: 250 });
    expect(await deliver()).toBeNull();
    expect(outbox.outcomes).toHaveLength(1);
    const mail = await inbox.waitFor((message) => message.to.includes('mara@example.org'));
    expect(inbox.messages()).toHaveLength(1);
    expect(mail.subject.replaceAll('\u00a0', ' ')).toBe('Saved: we repaid 18,422 USDC on your Aave loan');
    expect(mail.from).toBe('alerts@ballast.example');
    expect(mail.text).toContain('1.157 → 1.40');
    expect(mail.html).toContain('prefers-color-scheme');
    expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(mail.headers['list-unsubscribe']).toMatch(/^<https:\/\/ballast\.example\/v1\/subscriptions\/end\?token=/);
    expect(mail.messageId).toMatch(/^<action\.done\.intent-1\.[0-9a-f]{24}@ballast\.example>$/);
  });

  it('tries a mail again that the server put off, under the same Message-ID', async () => {
    inbox.failNext(2, 451);
    const outcomes = await deliverToTheEnd(mailed());
    expect(outcomes).toMatchObject([{ kind: 'failed', status: 451 }, { kind: 'failed', status: 451 }, { kind: 'delivered', status: 250 }]);
    expect(inbox.messages()).toHaveLength(1);
  });

  it('gives a mail up after three attempts when the server refuses it for good', async () => {
    inbox.failNext(99, 550);
    expect(await deliverToTheEnd(mailed())).toMatchObject([{ kind: 'failed', status: 550 }, { kind: 'failed', status: 550 }, { kind: 'dead', status: 550 }]);
  });

  it('posts a webhook that the standard verifier accepts', async () => {
    expect(await deliverToTheEnd(posted())).toEqual([{ kind: 'delivered', status: 204 }]);
    const hook = await sink.waitFor(({ type }) => type === 'ballast.action.done');
    expect(hook.verified).toBe(true);
    expect(hook.id).toBe('action.done:intent-1');
    expect(new Webhook(secret).verify(JSON.stringify(hook.body), hook.headers as Record<string, string>)).toEqual(hook.body);
    expect(hook.body).toMatchObject({ type: 'ballast.action.done', id: 'action.done:intent-1', timestamp: '2026-11-18T21:14:09.000Z', data: { amount: '18422.000000', chainId: 31337, severity: 'info' } });
    expect(() => new Webhook(`whsec_${randomBytes(24).toString('base64')}`).verify(JSON.stringify(hook.body), hook.headers as Record<string, string>)).toThrow();
  });

  it('tries a failing receiver again, and each attempt carries the same id and a fresh signature', async () => {
    sink.failNext(3, 503);
    const outcomes = await deliverToTheEnd(posted());
    expect(outcomes.map(({ kind, status }) => [kind, status])).toEqual([['failed', 503], ['failed', 503], ['failed', 503], ['delivered', 204]]);
    expect(new Set(sink.received().map(({ id }) => id))).toEqual(new Set(['action.done:intent-1']));
    expect(sink.received().every(({ verified }) => verified)).toBe(true);
  });

  it('gives a receiver up after a bounded number of attempts, waiting ever longer', async () => {
    sink.failNext(99, 500);
    const began = clock;
    const outcomes = await deliverToTheEnd(posted());
    expect(outcomes).toHaveLength(14);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'dead', status: 500 });
    expect((clock - began) / 3_600_000).toBeGreaterThan(1);
    expect((clock - began) / 3_600_000).toBeLessThan(2);
  });

  it('follows no redirect', async () => {
    const { outbox, deliver } = notifierFor(posted());
    sink.failNext(1, 302, { location: `${sink.url}elsewhere` });
    await deliver();
    expect(outbox.outcomes).toMatchObject([{ kind: 'failed', status: 302, error: expect.stringContaining('redirects are not followed') }]);
    expect(sink.received()).toHaveLength(1);
  });

  it('stops at once where the receiver says that it is gone', async () => {
    sink.failNext(1, 410);
    expect(await deliverToTheEnd(posted())).toMatchObject([{ kind: 'dead', status: 410 }]);
  });

  it('posts nothing to this machine unless that is allowed', async () => {
    const outcomes = await deliverToTheEnd(posted(), { allowLoopback: false });
    expect(outcomes.at(-1)).toMatchObject({ kind: 'dead', status: null, error: expect.stringContaining('not a public address') });
    expect(sink.received()).toHaveLength(0);
  });

  it('connects to the address that was checked, whatever the name leads to a moment later', async () => {
    const port = new URL(sink.url).port;
    let asked = 0;
    const channel = new HttpWebhookChannel({ allowLoopback: true, resolve: async () => (asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']) });
    await channel.send({ url: `http://hooks.example.invalid:${port}/x`, secret, id: 'e1', at: new Date(), body: '{"type":"t"}' });
    expect(asked).toBe(1);
    expect(sink.received().at(-1)?.headers['host']).toBe(`hooks.example.invalid:${port}`);
  });

  it('writes a receipt of each attempt: how long it took, and how the answer began', async () => {
    const talking = createServer((socket) => socket.once('data', () => socket.end(`HTTP/1.1 503 Busy\r\n\r\n${'é'.repeat(2_000)}`)));
    await new Promise<void>((resolve) => talking.listen(0, '127.0.0.1', resolve));
    const { port } = talking.address() as { port: number };
    const { outbox, deliver } = notifierFor(posted(`http://127.0.0.1:${port}/`));
    await deliver();
    talking.close();
    expect(outbox.receipts).toEqual([{ latencyMs: expect.any(Number) as number, answer: 'é'.repeat(512) }]);
    expect(outbox.receipts[0]!.latencyMs).toBeGreaterThanOrEqual(0);
    const mail = notifierFor(mailed());
    await mail.deliver();
    expect(mail.outbox.receipts).toMatchObject([{ answer: null }]);
  });

  it('takes a challenge that was echoed as a proof, and nothing else', async () => {
    const asked = () => aDueDelivery({ event: { kind: 'webhook.challenge', data: { challenge: 'c'.repeat(43) } }, subscription: { channel: 'webhook', target: sink.url, secret } });
    expect(await notifierFor(asked()).deliver()).toEqual({ kind: 'delivered', status: 200, proven: true });
    expect(sink.received()).toMatchObject([{ type: 'webhook.challenge', verified: true, body: { data: { challenge: 'c'.repeat(43) } } }]);
    sink.failNext(1, 200);
    const mute = notifierFor(asked());
    expect(await mute.deliver()).toMatchObject({ kind: 'failed', status: 200, error: expect.stringContaining('without the challenge') as string });
    expect(mute.outbox.receipts).toMatchObject([{ answer: '' }]);
    expect(await notifierFor(posted()).deliver()).toEqual({ kind: 'delivered', status: 204 });
  });

  it('gives up on a receiver that never answers', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const { outbox, deliver } = notifierFor(posted(`http://127.0.0.1:${port}/`));
    await deliver();
    silent.close();
    expect(outbox.outcomes).toMatchObject([{ kind: 'failed', status: null, isOfEndpoint: true }]);
  });

  it('tells a failure of the whole endpoint from one that is this receiver’s alone', async () => {
    const found: (boolean | undefined)[] = [];
    for (const status of [500, 429, 404, 302]) {
      const { outbox, deliver } = notifierFor(posted());
      sink.failNext(1, status);
      await deliver();
      const [outcome] = outbox.outcomes;
      found.push(outcome?.kind === 'failed' ? outcome.isOfEndpoint : undefined);
    }
    for (const reply of [451, 550]) {
      const { outbox, deliver } = notifierFor(mailed());
      inbox.failNext(1, reply);
      await deliver();
      const [outcome] = outbox.outcomes;
      found.push(outcome?.kind === 'failed' ? outcome.isOfEndpoint : undefined);
    }
    expect(found).toEqual([true, true, false, false, false, false]);
  });

  it('finishes a delivery that ended its notifier again and again', async () => {
    const { outbox, deliver } = notifierFor(posted());
    const claim = outbox.claim.bind(outbox);
    outbox.claim = async (...args) => {
      const delivery = await claim(...args);
      return delivery && { ...delivery, attempts: 15 };
    };
    expect(await deliver()).toMatchObject({ kind: 'dead', error: 'given up after 14 attempts' });
    expect(outbox.receipts).toEqual([undefined]);
    expect(sink.received()).toHaveLength(0);
  });

  it('says at boot which variable names a mail server that does not answer, without its password', async () => {
    await expect(email.verify()).resolves.toBeUndefined();
    const wrong = new SmtpEmailChannel({ smtpUrl: 'smtp://user:hunter2@127.0.0.1:9', from: 'x@example.org' });
    const refused = await wrong.verify().catch((error: unknown) => error);
    wrong.close();
    expect(refused).toBeInstanceOf(MailServerUnusable);
    expect((refused as Error).message).toMatch(/^SMTP_URL: got smtp:\/\/user:\*\*\*@127\.0\.0\.1:9/);
    expect((refused as Error).message).not.toContain('hunter2');
  });
});
