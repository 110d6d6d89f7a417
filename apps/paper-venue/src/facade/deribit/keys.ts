import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a key may do, as the venue writes it: rights with spaces between them. */
export const TRADING_SCOPE = 'account:read trade:read_write wallet:none';

export interface DeribitKey {
  readonly account: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

export type Authorized = { readonly kind: 'key'; readonly key: DeribitKey; readonly once: string } | { readonly kind: 'nobody'; readonly why: string };

const HEADER = /^deri-hmac-sha256 id=([\w-]{1,64}),ts=(\d{1,16}),sig=([0-9a-f]{64}),nonce=([\w.-]{1,64})$/;
/** How long a signed request counts, either way of the machine's clock. */
const FRESH_MS = 60_000;

export interface SignedCall {
  readonly authorization: string | undefined;
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly body: string;
}

/**
 * What counts once: a signed call, or its nonce whatever the call. What Deribit does is not known; ccxt's nonce is the millisecond, so that
 * two calls within one have the same.
 */
export type Once = 'call' | 'nonce';

/** The keys of all accounts, and what they sent within the last minutes. */
export class DeribitKeys {
  private readonly keys = new Map<string, DeribitKey>();
  /** What counts once -> when it came. */
  private readonly used = new Map<string, number>();
  private accounts = 0;

  constructor(private readonly counts: Once = 'call') {}

  newAccount(): string {
    this.accounts += 1;
    return `deribit-${this.accounts}`;
  }

  newKey(account: string, scope = TRADING_SCOPE): DeribitKey {
    const key = { account, clientId: randomBytes(6).toString('hex'), clientSecret: randomBytes(24).toString('hex'), scope };
    this.take(key);
    return key;
  }

  /** A key that was agreed on elsewhere. */
  take(key: DeribitKey): void {
    this.keys.set(key.clientId, key);
  }

  byId(clientId: string): DeribitKey | undefined {
    return this.keys.get(clientId);
  }

  /** Whose call it is: the signature is over time, nonce, method, path with query, and body; each counts once. */
  authorize({ authorization, method, target, body }: SignedCall, wallMs: number): Authorized {
    const [, id, ts, sig, nonce] = HEADER.exec(authorization ?? '') ?? [];
    if (id === undefined || ts === undefined || sig === undefined || nonce === undefined) return { kind: 'nobody', why: 'no authorization of the form deri-hmac-sha256' };
    const key = this.keys.get(id);
    if (key === undefined) return { kind: 'nobody', why: 'an unknown key' };
    const expected = createHmac('sha256', key.clientSecret).update(`${ts}\n${nonce}\n${method}\n${target}\n${body}\n`).digest();
    if (!timingSafeEqual(expected, Buffer.from(sig, 'hex'))) return { kind: 'nobody', why: 'a signature that is not of this key and this call' };
    if (Math.abs(wallMs - Number(ts)) > FRESH_MS) return { kind: 'nobody', why: 'a signature that is too old or from the future' };
    this.forget(wallMs);
    const once = this.counts === 'nonce' ? `${id}/${nonce}` : `${id}/${nonce}/${sig}`;
    return this.used.has(once) ? { kind: 'nobody', why: 'a nonce that has been used' } : { kind: 'key', key, once };
  }

  /** The call has arrived: it is spent. */
  spend(once: string, wallMs: number): void {
    this.used.set(once, wallMs);
  }

  private forget(wallMs: number): void {
    for (const [once, atMs] of this.used) if (wallMs - atMs > 2 * FRESH_MS) this.used.delete(once);
  }
}

/** Whether a scope holds a right: `trade:read` is within `trade:read_write`. */
export const allows = (scope: string, area: string, level: 'read' | 'read_write'): boolean =>
  scope.split(' ').some((right) => right === `${area}:read_write` || (level === 'read' && right === `${area}:read`));
