import { randomBytes } from 'node:crypto';
import type { Address, ChainId } from '@ballast/units';
import { clientOf, type Database } from './database.js';
import { newToken, tokenHash } from './token.js';

export interface SessionRecord {
  readonly address: Address;
  readonly chainId: ChainId;
  readonly expiresAt: Date;
}

/** Sign-in nonces, each usable once, and sessions, of whose tokens only the SHA-256 is stored. */
export class SignInStore {
  constructor(private readonly database: Database) {}

  /** A fresh nonce of 32 hex digits, usable until `expiresAt`. */
  async issueNonce(expiresAt: Date): Promise<string> {
    const nonce = randomBytes(16).toString('hex');
    await clientOf(this.database).signInNonce.create({ data: { nonce, expiresAt } });
    return nonce;
  }

  /** True for the first use of a nonce that we issued and that has not expired; of two uses at once one wins. */
  async useNonce(nonce: string, now: Date): Promise<boolean> {
    const used = await clientOf(this.database).signInNonce.updateMany({ where: { nonce, usedAt: null, expiresAt: { gt: now } }, data: { usedAt: now } });
    return used.count === 1;
  }

  /** Returns the session's token: only its holder knows it. */
  async openSession(session: SessionRecord): Promise<string> {
    const token = newToken();
    await clientOf(this.database).session.create({ data: { tokenHash: tokenHash(token), ...session } });
    return token;
  }

  /** null when the token is unknown or its session over. */
  async session(token: string, now: Date): Promise<SessionRecord | null> {
    const row = await clientOf(this.database).session.findUnique({ where: { tokenHash: tokenHash(token) } });
    if (row === null || row.expiresAt <= now) return null;
    return { address: row.address as Address, chainId: row.chainId as ChainId, expiresAt: row.expiresAt };
  }

  /** Ends the session; an unknown token is no error. */
  async closeSession(token: string): Promise<void> {
    await clientOf(this.database).session.deleteMany({ where: { tokenHash: tokenHash(token) } });
  }

  /** Deletes nonces and sessions that are over; a used nonce stays until it would have expired, so it cannot be used again. */
  async prune(now: Date): Promise<void> {
    await clientOf(this.database).$transaction([
      clientOf(this.database).signInNonce.deleteMany({ where: { expiresAt: { lte: now } } }),
      clientOf(this.database).session.deleteMany({ where: { expiresAt: { lte: now } } }),
    ]);
  }
}
