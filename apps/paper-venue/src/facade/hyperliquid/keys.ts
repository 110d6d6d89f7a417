import { randomBytes } from 'node:crypto';
import { Wallet, hexlify } from 'ethers';

/** How many nonces of a key are remembered, the highest. */
const NONCES_KEPT = 100;
const DAY_MS = 86_400_000;

interface Agent {
  readonly account: string;
  readonly validUntilMs: number;
  nonces: readonly number[];
}

/** A key that may trade for an account, and cannot withdraw. The account's own key is thrown away when it is made. */
export interface AgentKey {
  readonly account: string;
  readonly agent: string;
  readonly privateKey: string;
}

export type NonceVerdict = { readonly kind: 'good' } | { readonly kind: 'bad'; readonly message: string };

const wallet = (): Wallet => new Wallet(hexlify(randomBytes(32)));

/**
 * The accounts' keys. Those that are made here are told once; of one that its owner made only the address is taken, so that no private key of anybody comes near
 * the paper venue.
 */
export class HyperliquidKeys {
  private readonly agents = new Map<string, Agent>();

  /** An address for a new account, lower case. */
  newAccount(): string {
    return wallet().address.toLowerCase();
  }

  newAgent(account: string, nowMs: number, validDays = 180): AgentKey {
    const { address, privateKey } = wallet();
    this.approve(account, address.toLowerCase(), nowMs, validDays);
    return { account, agent: address.toLowerCase(), privateKey };
  }

  /** Lets a key that is held elsewhere trade for the account. */
  approve(account: string, agent: string, nowMs: number, validDays = 180): void {
    this.agents.set(agent, { account, validUntilMs: nowMs + validDays * DAY_MS, nonces: [] });
  }

  /** The account that the key trades for; null for a key that is unknown or has run out. */
  accountOf(agent: string, nowMs: number): string | null {
    const found = this.agents.get(agent);
    return found === undefined || found.validUntilMs < nowMs ? null : found.account;
  }

  agentsOf(account: string): readonly { readonly address: string; readonly validUntil: number }[] {
    return [...this.agents].filter(([, agent]) => agent.account === account).map(([address, { validUntilMs }]) => ({ address, validUntil: validUntilMs }));
  }

  /** Whether the nonce may be used: not used yet, above the lowest that is remembered, and from two days back to one ahead of the machine's clock. */
  judge(agent: string, nonce: number, wallMs: number): NonceVerdict {
    const used = this.agents.get(agent)?.nonces ?? [];
    if (used.includes(nonce)) return { kind: 'bad', message: `Invalid nonce: duplicate nonce ${nonce}` };
    if (nonce <= wallMs - 2 * DAY_MS || nonce >= wallMs + DAY_MS) return { kind: 'bad', message: `Invalid nonce: nonce ${nonce} is too far from the time ${wallMs}` };
    if (used.length === NONCES_KEPT && nonce < Math.min(...used)) return { kind: 'bad', message: `Invalid nonce: nonce ${nonce} is too low` };
    return { kind: 'good' };
  }

  remember(agent: string, nonce: number): void {
    const found = this.agents.get(agent);
    if (found !== undefined && !found.nonces.includes(nonce)) found.nonces = [...found.nonces, nonce].sort((a, b) => b - a).slice(0, NONCES_KEPT);
  }
}
