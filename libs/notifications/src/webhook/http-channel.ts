import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { DeliveryFailed, WebhookTargetRefused } from '../errors.js';
import { assertWebhookTarget, resolveByDns, type CheckedTarget, type Resolve } from './target.js';

export interface WebhookMessage {
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string | null;
  /** The event's id: equal in every attempt, so that the receiver can drop what it has. */
  readonly id: string;
  /** When this attempt is made. */
  readonly at: Date;
  readonly body: string;
}

/** Posts signed messages. */
export interface WebhookChannel {
  /** Resolves to the receiver's status, a 2xx. @throws DeliveryFailed */
  send(message: WebhookMessage): Promise<{ readonly status: number }>;
}

export interface HttpWebhookOptions {
  readonly allowLoopback: boolean;
  readonly resolve?: Resolve;
  /** For resolving, connecting and the answer together. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Of the status line with all headers, and of what comes before them (`100 Continue`, `103 Early Hints`). */
const MAX_HEAD_BYTES = 8 * 1024;

/** Reads and drops the answer's body, so that the receiver can end in peace, but no more than a little of it. */
function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) response.destroy();
  });
  response.on('error', () => {});
}

/** Webhooks by the Standard Webhooks scheme: signed, over a connection that is pinned to the checked address, without following redirects. */
export class HttpWebhookChannel implements WebhookChannel {
  readonly #resolve: Resolve;
  readonly #timeoutMs: number;

  constructor(private readonly options: HttpWebhookOptions) {
    this.#resolve = options.resolve ?? resolveByDns;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  async send(message: WebhookMessage): Promise<{ status: number }> {
    if (message.secret === null) throw new DeliveryFailed(null, 'final', 'the subscription has no signing secret');
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const late = new Promise<never>((_, reject) => {
      deadline.addEventListener('abort', () => reject(new DeliveryFailed(null, 'passing', `no answer within ${this.#timeoutMs} ms`)), { once: true });
    });
    late.catch(() => {});
    const status = await Promise.race([this.#post(message, message.secret, deadline), late]);
    if (status >= 200 && status < 300) return { status };
    if (status === 410) throw new DeliveryFailed(status, 'final', 'the receiver answered 410: it wants no more of these');
    throw new DeliveryFailed(status, 'passing', status >= 300 && status < 400 ? `the receiver answered ${status}: redirects are not followed` : `the receiver answered ${status}`);
  }

  async #post(message: WebhookMessage, secret: string, signal: AbortSignal): Promise<number> {
    let target: CheckedTarget;
    try {
      target = await assertWebhookTarget(message.url, { allowLoopback: this.options.allowLoopback, resolve: this.#resolve });
    } catch (error) {
      if (error instanceof WebhookTargetRefused) throw new DeliveryFailed(null, error.kind === 'unresolved' ? 'passing' : 'likely', error.message);
      throw error;
    }
    const signature = new Webhook(secret).sign(message.id, message.at, message.body);
    const { url, ip, family } = target;
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: false,
        signal,
        maxHeaderSize: MAX_HEAD_BYTES,
        // The name stays in the Host header and in TLS; the connection goes to the address that was checked.
        lookup: (_host, options, done) => (options.all ? done(null, [{ address: ip, family }]) : done(null, ip, family)),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(message.body),
          'user-agent': 'Ballast-Webhooks/1',
          'webhook-id': message.id,
          'webhook-timestamp': String(Math.floor(message.at.getTime() / 1000)),
          'webhook-signature': signature,
        },
      });
      // Each of them has a head of its own: any number of small ones would pass the limit of one.
      request.on('information', () => {
        if ((request.socket?.bytesRead ?? 0) <= MAX_HEAD_BYTES) return;
        reject(new DeliveryFailed(null, 'passing', 'the head of the answer is too long'));
        request.destroy();
      });
      request.once('response', (response) => {
        drain(response);
        resolve(response.statusCode ?? 0);
      });
      request.once('error', (error) => reject(new DeliveryFailed(null, 'passing', error.message)));
      request.end(message.body);
    });
  }
}
