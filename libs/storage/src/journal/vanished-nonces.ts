import type { Address, ChainId, Hash32 } from '@ballast/units';
import { clientOf, type Database } from '../database.js';

/** A nonce that a lane has used for an intent that has ended, and that the chain calls free again. */
export interface VanishedNonce {
  readonly lane: Address;
  readonly nonce: bigint;
  /** The signed bytes that had been mined, or else the last that were signed for it; null where nothing of ours ever was. */
  readonly signed: { readonly hash: Hash32; readonly raw: `0x${string}`; readonly intentId: string } | null;
}

/** A node keeps no more than so many of one account that wait for an earlier one. */
const MOST_A_LANE = 64;

/** What a reorganisation deeper than our confirmations took back: as long as such a nonce is free, nothing that comes after it in its lane can be mined. */
export class VanishedNonces {
  constructor(private readonly database: Database) {}

  /** The nonces given out, at or above what the chain has seen of the lane, that no open intent holds: lowest first. `newest`: the lane's next nonce at a block. */
  async of(chainId: ChainId, lanes: readonly { readonly lane: Address; readonly newest: bigint }[]): Promise<readonly VanishedNonce[]> {
    const rows = await clientOf(this.database).$queryRaw<{ lane: string; nonce: bigint; hash: string | null; raw: string; intentId: string }[]>`
      SELECT w."lane", n."nonce", s."hash", s."raw", s."intentId"
      FROM unnest(${lanes.map(({ lane }) => lane)}::text[], ${lanes.map(({ newest }) => newest.toString())}::bigint[]) AS w("lane", "newest")
      JOIN "Lane" l ON l."chainId" = ${chainId} AND l."address" = w."lane"
      CROSS JOIN LATERAL generate_series(w."newest", LEAST(l."nextNonce", w."newest" + ${MOST_A_LANE}::bigint) - 1) AS n("nonce")
      LEFT JOIN LATERAL (
        SELECT t."hash", t."raw", t."intentId" FROM "IntentTransaction" t JOIN "Intent" i ON i."id" = t."intentId"
        WHERE t."chainId" = ${chainId} AND t."lane" = w."lane" AND t."nonce" = n."nonce" AND t."raw" IS NOT NULL
        ORDER BY (t."hash" = i."receipt"->>'transactionHash') DESC NULLS LAST, t."signedAt" DESC NULLS LAST LIMIT 1
      ) s ON true
      WHERE NOT EXISTS (
        SELECT 1 FROM "IntentTransaction" t JOIN "Intent" i ON i."id" = t."intentId"
        WHERE i."open" AND t."chainId" = ${chainId} AND t."lane" = w."lane" AND t."nonce" = n."nonce")
      ORDER BY w."lane", n."nonce"`;
    return rows.map(({ lane, nonce, hash, raw, intentId }) => ({ lane: lane as Address, nonce, signed: hash === null ? null : { hash: hash as Hash32, raw: raw as `0x${string}`, intentId } }));
  }
}
