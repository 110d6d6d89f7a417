import { BallastError } from '@ballast/units';

/** The mail server cannot be used as configured. Stops the boot. */
export class MailServerUnusable extends BallastError {
  readonly code = 'mail-server-unusable';
  readonly disposition = 'invalid';
  constructor(readonly given: string, readonly reason: string) {
    super(`SMTP_URL: got ${given}, which failed (${reason}); expected smtp://user:password@host:port of a mail server that answers`);
  }
}

/** A webhook address that Ballast does not post to. */
export class WebhookTargetRefused extends BallastError {
  readonly code = 'webhook-target-refused';
  readonly disposition = 'refused';
  constructor(
    readonly url: string,
    readonly reason: string,
    /** `unresolved` may pass: the name had no address when it was asked for. */
    readonly kind: 'malformed' | 'private' | 'unresolved',
  ) {
    super(`${url}: ${reason}; expected an http or https address that leads to the public internet`);
  }
}

/** What a channel says when a delivery did not arrive; the notifier decides by `lasting` what to do next. */
export class DeliveryFailed extends BallastError {
  readonly code = 'delivery-failed';
  readonly disposition = 'retryable';
  constructor(
    /** The SMTP reply code or HTTP status; null when there was no answer. */
    readonly status: number | null,
    /**
     * `passing`: may well work later. `likely`: the receiver said that it will not, which is sometimes untrue.
     * `final`: it never will.
     */
    readonly lasting: 'passing' | 'likely' | 'final',
    reason: string,
    /** How the receiver's answer began; null when there was none. */
    readonly answer: string | null = null,
  ) {
    super(reason);
  }
}
