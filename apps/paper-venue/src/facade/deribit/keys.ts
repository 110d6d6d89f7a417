import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a key may do, as the venue writes it: rights with spaces between them. */
export const TRADING_SCOPE = 'account:read trade:read_write wallet:none';

export interface DeribitKey {
  readonly account: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

export type Authorized = { readonly kind: 'key'; readonly key: DeribitKey; readonly nonce: string } | { readonly kind: 'nobody'; readonly why: string };

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

/** The keys of all accounts, made here, and the nonces that they used within the last minutes. */
export class DeribitKeys {
  private readonly keys = new Map<string, DeribitKey>();
  /** key and nonce -> when it was used */
  private readonly used = new Map<string, number>();
  private accounts = 0;

  newAccount(): string {
    this.accounts += 1;
    return `deribit-${this.accounts}`;
  }

  newKey(account: string, scope = TRADING_SCOPE): DeribitKey {
    const key = { account, clientId: randomBytes(6).toString('hex'), clientSecret: randomBytes(24).toString('hex'), scope };
    this.keys.set(key.clientId, key);
    return key;
  }

  byId(clientId: string): DeribitKey | undefined {
    return this.keys.get(clientId);
  }

  /** Whose call it is: the signature is over time, nonce, method, path with query, and body; each nonce counts once. */
  authorize({ authorization, method, target, body }: SignedCall, wallMs: number): Authorized {
    const [, id, ts, sig, nonce] = HEADER.exec(authorization ?? '') ?? [];
    if (id === undefined || ts === undefined || sig === undefined || nonce === undefined) return { kind: 'nobody', why: 'no authorization of the form deri-hmac-sha256' };
    const key = this.keys.get(id);
    if (key === undefined) return { kind: 'nobody', why: 'an unknown key' };
    const expected = createHmac('sha256', key.clientSecret).update(`${ts}\n${nonce}\n${method}\n${target}\n${body}\n`).digest();
    if (!timingSafeEqual(expected, Buffer.from(sig, 'hex'))) return { kind: 'nobody', why: 'a signature that is not of this key and this call' };
    if (Math.abs(wallMs - Number(ts)) > FRESH_MS) return { kind: 'nobody', why: 'a signature that is too old or from the future' };
    this.forget(wallMs);
    if (this.used.has(`${id}/${nonce}`)) return { kind: 'nobody', why: 'a nonce that has been used' };
    return { kind: 'key', key, nonce };
  }

  /** The call has arrived: its nonce is spent. */
  spend({ clientId }: DeribitKey, nonce: string, wallMs: number): void {
    this.used.set(`${clientId}/${nonce}`, wallMs);
  }

  private forget(wallMs: number): void {
    for (const [nonce, atMs] of this.used) if (wallMs - atMs > 2 * FRESH_MS) this.used.delete(nonce);
  }
}

/** Whether a scope holds a right: `trade:read` is within `trade:read_write`. */
export const allows = (scope: string, area: string, level: 'read' | 'read_write'): boolean =>
  scope.split(' ').some((right) => right === `${area}:read_write` || (level === 'read' && right === `${area}:read`));
