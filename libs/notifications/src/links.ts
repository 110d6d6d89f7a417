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
  /** Tokens of links for people stand after the `#`, which browsers send to no server. */
  confirm(token: string): string {
    return `${this.#base}/confirm#token=${encodeURIComponent(token)}`;
  }
  unsubscribe(token: string): string {
    return `${this.#base}/unsubscribe#token=${encodeURIComponent(token)}`;
  }
  acknowledge(token: string): string {
    return `${this.#base}/acknowledge#token=${encodeURIComponent(token)}`;
  }
  /** What a mail program posts to when its user presses its own "unsubscribe" (RFC 8058). */
  oneClickUnsubscribe(token: string): string {
    return `${this.#base}/v1/subscriptions/end?token=${encodeURIComponent(token)}`;
  }
}

const PAGES: Readonly<Record<string, string>> = { Aave: 'https://app.aave.com/', 'Morpho Blue': 'https://app.morpho.org/', Venus: 'https://app.venus.io/', 'Compound III': 'https://app.compound.finance/' };

/** The own page of a protocol by its name, for what the owner must do without us. */
export function protocolPage(protocol: string): string | null {
  return PAGES[protocol] ?? null;
}
