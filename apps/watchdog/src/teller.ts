import { DeliveryFailed, emailFor, emailToOperator, waitAfter, webhookFor, type EmailChannel, type Links, type WebhookChannel } from '@ballast/notifications';
import { chainId, type Address } from '@ballast/units';
import type { Log } from './log.js';
import type { Recipient, ToldEvent, Untold } from './state.js';

export interface TellerParts {
  readonly email: EmailChannel;
  readonly webhook: WebhookChannel;
  readonly links: Links;
  readonly operators: readonly string[];
  /** A chain for mails that are about none. */
  readonly chain: number;
  /** Those to tell, as last synced, by id. */
  readonly recipients: () => ReadonlyMap<string, Recipient>;
  readonly now: () => number;
  /** From 0 up to 1, for the jitter. */
  readonly random: () => number;
  readonly log: Log;
}

/** What is still to be told; kept in the state's file. */
export interface Outstanding {
  readonly events: readonly ToldEvent[];
  readonly untold: readonly Untold[];
}

const AT_ONCE = 8;
const RETRY = {
  passing: { firstMs: 4_000, longestMs: 60_000, attempts: Number.POSITIVE_INFINITY },
  /** For a receiver that says it never will take it; those who run the service are tried all the same. */
  likely: { firstMs: 60_000, longestMs: 600_000, attempts: 5 },
} as const;
/** What could not be told for so long is given up: by then the next telling of the spell has come, many times. */
const GIVE_UP_MS = 86_400_000;
const OPERATOR = 'operator:';
const SUBSCRIPTION = 'subscription:';

/**
 * Brings what is to be told to everybody, and tries again where it could not, until it can. Of a recipient only the newest waits: what he is
 * told is how it is now. At least once each, under an id that stays.
 */
export class Teller {
  private readonly events: Map<string, ToldEvent>;
  private readonly waiting: Map<string, Untold>;

  constructor(private readonly parts: TellerParts, { events, untold }: Outstanding) {
    this.events = new Map(events.map((event) => [event.id, event]));
    this.waiting = new Map(untold.flatMap((one) => {
      const event = this.events.get(one.eventId);
      return event === undefined ? [] : [[lineOf(one.recipient, event), one] as const];
    }));
  }

  /** Everything that waits, to be stored before any of it is sent. */
  get outstanding(): Outstanding {
    const used = new Set([...this.waiting.values()].map(({ eventId }) => eventId));
    return { events: [...this.events.values()].filter(({ id }) => used.has(id)), untold: [...this.waiting.values()] };
  }

  get untold(): readonly Untold[] {
    return [...this.waiting.values()];
  }

  /** Puts the events in line for those whom they are for. */
  take(events: readonly ToldEvent[]): void {
    const kept = new Set(this.outstanding.events.map(({ id }) => id));
    for (const id of this.events.keys()) if (!kept.has(id)) this.events.delete(id);
    for (const event of events) {
      this.events.set(event.id, event);
      const subscriptions = event.audience === 'operators' ? [] : oneMailAnAddress([...this.parts.recipients().values()], this.parts.operators).map(({ id }) => SUBSCRIPTION + id);
      for (const recipient of [...this.parts.operators.map((to) => OPERATOR + to), ...subscriptions]) {
        this.waiting.set(lineOf(recipient, event), { recipient, eventId: event.id, attempts: 0, nextAt: event.at, lastError: null });
      }
    }
  }

  /** Tells those whose turn it is, at most `most` of them. Returns how many were tried. */
  async tellDue(most: number): Promise<number> {
    const now = this.parts.now();
    const due = [...this.waiting].filter(([, { nextAt }]) => nextAt <= now || nextAt > now + RETRY.likely.longestMs).slice(0, most);
    for (let start = 0; start < due.length; start += AT_ONCE) await Promise.all(due.slice(start, start + AT_ONCE).map(([line, one]) => this.tell(line, one)));
    return due.length;
  }

  private async tell(line: string, one: Untold): Promise<void> {
    const event = this.events.get(one.eventId);
    const outcome = event === undefined ? 'gone' : await this.send(one.recipient, event).catch((error: unknown) => error);
    // While it was sent something newer may have come for the same recipient; that waits its own turn.
    if (this.waiting.get(line) !== one) return;
    if (outcome === 'told' || outcome === 'gone') {
      this.waiting.delete(line);
      if (outcome === 'told' && one.attempts > 0) this.parts.log.info(`${one.recipient} was told of ${one.eventId} after ${one.attempts + 1} attempts`);
      return;
    }
    this.failed(line, one, event, outcome);
  }

  private failed(line: string, one: Untold, event: ToldEvent | undefined, error: unknown): void {
    const { now, random, log } = this.parts;
    const failure = error instanceof DeliveryFailed ? error : new DeliveryFailed(null, 'passing', error instanceof Error ? error.message : String(error));
    const attempts = one.attempts + 1;
    const isOperator = one.recipient.startsWith(OPERATOR);
    const tries = failure.lasting === 'likely' && !isOperator ? RETRY.likely : RETRY.passing;
    const isOver = (failure.lasting === 'final' && !isOperator) || attempts >= tries.attempts || now() - (event?.at ?? 0) > GIVE_UP_MS;
    log.error(`${one.recipient} was not told of ${one.eventId} (attempt ${attempts}${isOver ? ', given up' : ''}): ${failure.message}`);
    if (isOver) this.waiting.delete(line);
    else this.waiting.set(line, { ...one, attempts, nextAt: now() + waitAfter(attempts, random(), tries), lastError: failure.message.slice(0, 300) });
  }

  private async send(recipient: string, told: ToldEvent): Promise<'told' | 'gone'> {
    const { email, webhook, links, operators, now } = this.parts;
    const event = { id: told.id, kind: told.kind, severity: told.severity, data: told.data, createdAt: new Date(told.at), positionId: null };
    if (recipient.startsWith(OPERATOR)) {
      const to = recipient.slice(OPERATOR.length);
      if (!operators.includes(to)) return 'gone';
      await email.send(emailToOperator({ ...event, chainId: chainId(this.parts.chain) }, to, links));
      return 'told';
    }
    const subscription = this.parts.recipients().get(recipient.slice(SUBSCRIPTION.length));
    if (subscription === undefined) return 'gone';
    const about = { ...event, account: subscription.account.toLowerCase() as Address, chainId: chainId(subscription.chainId) };
    if (subscription.channel === 'email') await email.send(emailFor({ event: about, subscription }, links));
    else await webhook.send(webhookFor({ event: about, claimedAt: new Date(now()), subscription }));
    return 'told';
  }
}

/** What waits in one line: of the service's silence the newest, and apart from it what is wrong with the watchdog itself, and with hedging. */
const lineOf = (recipient: string, event: ToldEvent): string => (event.audience !== 'operators' ? recipient : `${recipient} ${event.kind.startsWith('hedging.') ? 'hedging' : event.audience}`);

/** A mailbox that is subscribed for several accounts is told once, and not again where it is an operator's. */
function oneMailAnAddress(recipients: readonly Recipient[], operators: readonly string[]): readonly Recipient[] {
  const seen = new Set(operators.map((mailbox) => mailbox.toLowerCase()));
  return recipients.filter(({ channel, target }) => {
    if (channel !== 'email') return true;
    const mailbox = target.toLowerCase();
    if (seen.has(mailbox)) return false;
    seen.add(mailbox);
    return true;
  });
}
