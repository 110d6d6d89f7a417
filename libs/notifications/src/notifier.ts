import type { Channel, DeliveryOutcome, DueDelivery, Receipt, Settlement } from '@ballast/policy';
import { DEFAULT_BACK_OFF, waitAfter, type BackOff } from './back-off.js';
import { emailFor } from './email/message.js';
import type { EmailChannel } from './email/smtp-channel.js';
import { DeliveryFailed } from './errors.js';
import { Links } from './links.js';
import { post } from './webhook/challenge.js';
import type { WebhookChannel } from './webhook/http-channel.js';

export interface NotificationsOptions {
  readonly email: EmailChannel;
  readonly webhook: WebhookChannel;
  /** Where people reach the dashboard: the base of every link. */
  readonly publicUrl: string;
  /** From 0 up to 1, for the jitter. */
  readonly random: () => number;
  readonly backOff?: BackOff;
  /** Milliseconds that never run backwards; by itself the process's. */
  readonly elapsed?: () => number;
}

interface Attempted {
  readonly outcome: DeliveryOutcome;
  /** Absent where nothing was sent. */
  readonly receipt?: Receipt;
}

/** How long a delivery is held while it is sent. A channel that takes longer is given up, so that nobody else sends meanwhile. */
export const HOLD_MS = 60_000;
const GIVE_UP_MS = 45_000;
const MAX_ERROR_LENGTH = 500;
/** SMTP: service not available, closing the channel. */
const CLOSING = 421;
/** HTTP: too many requests. */
const TOO_MANY = 429;

/** Brings deliveries to their subscribers, under the event's stable id. Claiming them and storing what came of them is the caller's. */
export class Notifier {
  readonly #links: Links;
  readonly #backOff: BackOff;
  readonly #elapsed: () => number;

  constructor(private readonly options: NotificationsOptions) {
    this.#links = new Links(options.publicUrl);
    this.#backOff = options.backOff ?? DEFAULT_BACK_OFF;
    this.#elapsed = options.elapsed ?? (() => performance.now());
  }

  /** Tries a delivery that was claimed for `HOLD_MS` just now, and returns what came of it, to be stored. It never throws. */
  async attempt(delivery: DueDelivery): Promise<Settlement> {
    const { outcome, receipt } = await this.#tried(delivery);
    return { claim: { id: delivery.id, claimId: delivery.claimId }, outcome, ...(receipt === undefined ? {} : { receipt }) };
  }

  async #tried(delivery: DueDelivery): Promise<Attempted> {
    // Attempts are counted when claimed: this one would follow several that ended the process before they were settled.
    if (delivery.attempts > this.#backOff.passing.attempts) return { outcome: { kind: 'dead', status: null, error: `given up after ${delivery.attempts - 1} attempts` } };
    const began = this.#elapsed();
    const receipt = (answer: string | null): Receipt => ({ latencyMs: Math.round(this.#elapsed() - began), answer });
    try {
      const { status, answer, proven } = await givingUp(this.#send(delivery));
      return { outcome: { kind: 'delivered', status, ...(proven ? { proven } : {}) }, receipt: receipt(answer ?? null) };
    } catch (error) {
      return { outcome: this.#failed(delivery, error), receipt: receipt(error instanceof DeliveryFailed ? error.answer : null) };
    }
  }

  async #send(delivery: DueDelivery): Promise<{ readonly status: number | null; readonly answer?: string | null; readonly proven?: boolean }> {
    return delivery.subscription.channel === 'email' ? this.options.email.send(emailFor(delivery, this.#links)) : post(this.options.webhook, delivery);
  }

  #failed(delivery: DueDelivery, error: unknown): DeliveryOutcome {
    const failure = error instanceof DeliveryFailed ? error : new DeliveryFailed(null, 'passing', error instanceof Error ? error.message : String(error));
    const said = { status: failure.status, error: failure.message.slice(0, MAX_ERROR_LENGTH), isOfEndpoint: isOfEndpoint(delivery.subscription.channel, failure) };
    if (failure.lasting === 'final') return { kind: 'dead', ...said };
    const tries = this.#backOff[failure.lasting];
    if (delivery.attempts >= tries.attempts) return { kind: 'dead', ...said };
    return { kind: 'failed', ...said, retryAfterMs: waitAfter(delivery.attempts, this.options.random(), tries) };
  }
}

/** Whether any other delivery would have met the failure as well: no answer, a server that says it is unwell or busy, or a mail server that does not let us in. */
function isOfEndpoint(channel: Channel, { lasting, status }: DeliveryFailed): boolean {
  if (lasting !== 'passing') return false;
  return status === null || status >= 500 || status === (channel === 'email' ? CLOSING : TOO_MANY);
}

async function givingUp<T>(sending: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeliveryFailed(null, 'passing', `not taken within ${GIVE_UP_MS} ms`)), GIVE_UP_MS);
  });
  try {
    return await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}
