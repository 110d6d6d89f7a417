import type { ChainId } from '@ballast/units';
import { clientOf, inTransaction, type Database } from './database.js';

/** A heartbeat as it was signed. What the body says is libs/heartbeat's; here it is a text that must stay as it is. */
export interface StoredHeartbeat {
  readonly body: string;
  readonly signature: string;
  readonly keyId: string;
}

/** The newest signed heartbeat of each chain. */
export class HeartbeatStore {
  constructor(private readonly database: Database) {}

  /**
   * Has the chain's next heartbeat signed and stores it. The sequence handed to `sign` is above every earlier one of the chain, and at least
   * `now` in milliseconds: so it does not go back either when the database was lost or an older one restored. Workers of one chain take turns.
   */
  async issue(chain: ChainId, now: Date, sign: (sequence: number) => StoredHeartbeat): Promise<StoredHeartbeat> {
    return inTransaction(this.database, async (tx) => {
      const [last] = await tx.$queryRaw<{ sequence: bigint }[]>`SELECT "sequence" FROM "Heartbeat" WHERE "chainId" = ${chain} FOR UPDATE`;
      const sequence = Math.max(now.getTime(), Number(last?.sequence ?? 0n) + 1);
      const signed = sign(sequence);
      const row = { sequence: BigInt(sequence), issuedAt: now, body: signed.body, signature: signed.signature, keyId: signed.keyId };
      await tx.heartbeat.upsert({ where: { chainId: chain }, create: { chainId: chain, ...row }, update: row });
      return signed;
    });
  }

  /** The newest, to the letter, and when it was signed by its signer's clock; null before the first. */
  async latest(chain: ChainId): Promise<(StoredHeartbeat & { readonly issuedAt: Date; readonly sequence: bigint }) | null> {
    const row = await clientOf(this.database).heartbeat.findUnique({ where: { chainId: chain } });
    return row === null ? null : { body: row.body, signature: row.signature, keyId: row.keyId, issuedAt: row.issuedAt, sequence: row.sequence };
  }
}
