/** Addresses of pages of the dashboard. They are looked at, not acted through: none signs or sends anything by being opened. */
export class Links {
  readonly #base: string;

  constructor(publicUrl: string) {
    this.#base = publicUrl.replace(/\/+$/, '');
  }

  get host(): string {
    return new URL(this.#base).hostname;
  }
  account(account: string): string {
    return `${this.#base}/a/${encodeURIComponent(account)}`;
  }
  position(account: string, positionId: string | null): string {
    return positionId === null ? this.account(account) : `${this.account(account)}/p/${encodeURIComponent(positionId)}`;
  }
  protect(account: string, positionId: string | null): string {
    return positionId === null ? this.account(account) : `${this.position(account, positionId)}/protect`;
  }
  record(account: string, decisionId: string | null | undefined): string {
    return `${this.#base}/activity${decisionId ? `/${encodeURIComponent(decisionId)}` : ''}?account=${encodeURIComponent(account)}`;
  }
  status(): string {
    return `${this.#base}/status`;
  }
  confirm(token: string): string {
    return `${this.#base}/confirm?token=${encodeURIComponent(token)}`;
  }
  /** Opened it asks; posted to (RFC 8058) it ends the subscription at once. */
  unsubscribe(token: string): string {
    return `${this.#base}/unsubscribe?token=${encodeURIComponent(token)}`;
  }
}

/** The protocol's own page, for what the owner must do without us. */
export function protocolPage(protocol: string): string | null {
  return /^aave/i.test(protocol) ? 'https://app.aave.com/' : null;
}
