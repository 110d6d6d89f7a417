import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { DeliveryFailed, WebhookTargetRefused } from '../errors.js';
import { assertWebhookTarget, resolveByDns, type CheckedTarget, type Resolve } from './target.js';

export interface WebhookMessage {
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string | null;
  /** Signed with too, so that a receiver has time to take the newer one. */
  readonly previousSecrets?: readonly string[];
  /** The event's id: equal in every attempt, so that the receiver can drop what it has. */
  readonly id: string;
  /** When this attempt is made. */
  readonly at: Date;
  readonly body: string;
}

export interface WebhookAnswer {
  readonly status: number;
  /** Of the body at most its first kibibyte, as text. */
  readonly answer: string;
}

/** Posts signed messages. */
export interface WebhookChannel {
  /** Resolves to the receiver's status, a 2xx, and how its answer began. @throws DeliveryFailed */
  send(message: WebhookMessage): Promise<WebhookAnswer>;
}

export interface HttpWebhookOptions {
  readonly allowLoopback: boolean;
  readonly resolve?: Resolve;
  /** For resolving, connecting and the answer together. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Of the answer's body so much is kept. */
const KEPT_ANSWER_BYTES = 1_024;
/** Of the status line with all headers, and of what comes before them (`100 Continue`, `103 Early Hints`). */
const MAX_HEAD_BYTES = 8 * 1024;

/** What has come of an answer so far. A status counts although its body never ends. */
class Heard {
  #status: number | null = null;
  #kept = Buffer.alloc(0);

  get answer(): WebhookAnswer | null {
    return this.#status === null ? null : { status: this.#status, answer: this.#kept.toString('utf8') };
  }

  /** Calls `enough` once the beginning of the body is there. The rest is read and dropped, so that the receiver can end in peace, but no more than a little of it. */
  listen(response: IncomingMessage, enough: () => void): void {
    this.#status = response.statusCode ?? 0;
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      this.#kept = Buffer.concat([this.#kept, chunk.subarray(0, KEPT_ANSWER_BYTES - this.#kept.length)]);
      if (this.#kept.length >= KEPT_ANSWER_BYTES) enough();
      if (bytes > MAX_ANSWER_BYTES) response.destroy();
    });
    response.on('error', () => {});
    response.once('close', enough);
  }
}

/** Webhooks by the Standard Webhooks scheme: signed, over a connection that is pinned to the checked address, without following redirects. */
export class HttpWebhookChannel implements WebhookChannel {
  readonly #resolve: Resolve;
  readonly #timeoutMs: number;

  constructor(private readonly options: HttpWebhookOptions) {
    this.#resolve = options.resolve ?? resolveByDns;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  async send(message: WebhookMessage): Promise<WebhookAnswer> {
    if (message.secret === null) throw new DeliveryFailed(null, 'final', 'the subscription has no signing secret');
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const heard = new Heard();
    const late = new Promise<void>((resolve, reject) => {
      deadline.addEventListener('abort', () => (heard.answer === null ? reject(new DeliveryFailed(null, 'passing', `no answer within ${this.#timeoutMs} ms`)) : resolve()), { once: true });
    });
    late.catch(() => {});
    await Promise.race([this.#post(message, message.secret, deadline, heard), late]);
    if (heard.answer === null) throw new DeliveryFailed(null, 'passing', 'no answer');
    const { status, answer } = heard.answer;
    if (status >= 200 && status < 300) return { status, answer };
    if (status === 410) throw new DeliveryFailed(status, 'final', 'the receiver answered 410: it wants no more of these', answer);
    throw new DeliveryFailed(status, 'passing', status >= 300 && status < 400 ? `the receiver answered ${status}: redirects are not followed` : `the receiver answered ${status}`, answer);
  }

  /** Resolves once enough was heard. @throws DeliveryFailed */
  async #post(message: WebhookMessage, secret: string, signal: AbortSignal, heard: Heard): Promise<void> {
    let target: CheckedTarget;
    try {
      target = await assertWebhookTarget(message.url, { allowLoopback: this.options.allowLoopback, resolve: this.#resolve });
    } catch (error) {
      if (error instanceof WebhookTargetRefused) throw new DeliveryFailed(null, error.kind === 'unresolved' ? 'passing' : 'likely', error.message);
      throw error;
    }
    const signature = [secret, ...(message.previousSecrets ?? [])].map((one) => new Webhook(one).sign(message.id, message.at, message.body)).join(' ');
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
      request.once('response', (response) => heard.listen(response, resolve));
      // A connection that breaks within the body changes nothing of the status that came before it.
      request.on('error', (error) => (heard.answer === null ? reject(new DeliveryFailed(null, 'passing', error.message)) : resolve()));
      request.end(message.body);
    });
  }
}
