import { createServer, type IncomingMessage } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { WaitTimedOut } from './errors.js';
import { Kept } from './kept.js';

export interface ReceivedWebhook {
  /** The `webhook-id` header. */
  readonly id: string;
  /** The body's `type`; empty when it has none. */
  readonly type: string;
  readonly at: Date;
  /** What came: parsed JSON, or the text when it is none. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** True when one of the known secrets signed exactly this body. */
  readonly verified: boolean;
  /** What the sink answered. */
  readonly status: number;
}

export interface RunningWebhookSink {
  readonly url: string;
  /** Newest last; refused ones too. */
  received(): readonly ReceivedWebhook[];
  /** The first kept or arriving one that fits. @throws WaitTimedOut */
  waitFor(fits: (webhook: ReceivedWebhook) => boolean, timeoutMs?: number): Promise<ReceivedWebhook>;
  /** A `whsec_…` secret to verify signatures with, beside those already known. */
  addSecret(secret: string): void;
  /** Answers the next `count` posts with this status instead of 204, challenges too. */
  failNext(count: number, status: number, headers?: Readonly<Record<string, string>>): void;
  clear(): void;
  stop(): Promise<void>;
}

const challenge = z.looseObject({ type: z.literal('webhook.challenge'), data: z.looseObject({ challenge: z.string() }) });

const MAX_BODY_BYTES = 1_000_000;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Starts an HTTP receiver on 127.0.0.1 that keeps the newest posts and verifies their Standard Webhooks signatures. A challenge is answered with itself, whoever signed it
 * (a secret may be known only later), unless `echo` is false.
 */
export async function startWebhookSink(options: { port?: number; limit?: number; secrets?: readonly string[]; echo?: boolean } = {}): Promise<RunningWebhookSink> {
  const kept = new Kept<ReceivedWebhook>(options.limit ?? 200);
  const secrets = new Set(options.secrets);
  let failures = 0;
  let failure: { status: number; headers: Readonly<Record<string, string>> } = { status: 500, headers: {} };

  const signed = (text: string, headers: Record<string, string>): boolean =>
    [...secrets].some((secret) => {
      try {
        new Webhook(secret).verify(text, headers);
        return true;
      } catch {
        return false;
      }
    });

  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    read(request).then(
      (text) => {
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
        const body = parsed(text);
        const type = typeof body === 'object' && body !== null && 'type' in body ? String(body.type) : '';
        const asked = options.echo === false ? undefined : challenge.safeParse(body).data;
        const echo = asked === undefined ? undefined : JSON.stringify({ challenge: asked.data.challenge });
        const answer = failures > 0 ? { ...failure, body: undefined } : { status: echo === undefined ? 204 : 200, headers: {}, body: echo };
        if (failures > 0) failures -= 1;
        kept.add({ id: headers['webhook-id'] ?? '', type, at: new Date(), body, headers, verified: signed(text, headers), status: answer.status });
        response.writeHead(answer.status, answer.headers).end(answer.body);
      },
      () => response.writeHead(413).end(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    received: () => kept.all(),
    async waitFor(fits, timeoutMs = 10_000) {
      const found = await kept.first(fits, timeoutMs);
      if (found === null) throw new WaitTimedOut('a webhook', timeoutMs, kept.all().map((hook) => `${hook.type} ${hook.id} (${hook.status})`).join('; ') || 'none');
      return found;
    },
    addSecret: (secret) => void secrets.add(secret),
    failNext(count, status, headers = {}) {
      failures = count;
      failure = { status, headers };
    },
    clear: () => kept.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
