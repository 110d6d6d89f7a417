import type { IntentKind } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import type { Address, ChainId, Hash32 } from '@ballast/units';
import { toDecimal } from '../amount.js';
import { clientOf, inTransaction, type Database } from '../database.js';
import { enterGate, keeperLease, requireLease } from '../switches/signing-gate.js';

/** Signed bytes of a nonce. */
export interface NonceBytes {
  readonly hash: Hash32;
  readonly raw: `0x${string}`;
  readonly purpose: 'call' | 'cancel';
  /** Wei for one unit of gas. */
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** A nonce that a lane has used for an intent that has ended, and that the chain calls free again. */
export interface VanishedNonce {
  readonly lane: Address;
  readonly nonce: bigint;
  /** Null where nothing of ours was ever signed for it. */
  readonly intent: {
    readonly id: string;
    readonly kind: IntentKind;
    readonly positionId: PositionId;
    /** The block that held it; null where the journal knows none. */
    readonly minedIn: { readonly number: bigint; readonly hash: Hash32 } | null;
    /** Everything signed for the nonce, what is to be sent first: what was signed since the intent ended, then what had been mined, then the newest. */
    readonly bytes: readonly NonceBytes[];
  } | null;
}

/** A node keeps no more than so many of one account that wait for an earlier one. */
const MOST_A_LANE = 64;

/** What a reorganisation deeper than our confirmations took back: as long as such a nonce is free, nothing that comes after it in its lane can be mined. */
export class VanishedNonces {
  constructor(private readonly database: Database) {}

  /** The nonces given out, at or above what the chain has seen of the lane, that no open intent holds: lowest first. `newest`: the lane's next nonce at a block. */
  async of(chainId: ChainId, lanes: readonly { readonly lane: Address; readonly newest: bigint }[]): Promise<readonly VanishedNonce[]> {
    const rows = await clientOf(this.database).$queryRaw<{ lane: string; nonce: bigint; intentId: string | null }[]>`
      SELECT w."lane", n."nonce", (
        SELECT t."intentId" FROM "IntentTransaction" t WHERE t."chainId" = ${chainId} AND t."lane" = w."lane" AND t."nonce" = n."nonce" AND t."raw" IS NOT NULL ORDER BY t."createdAt" DESC LIMIT 1
      ) AS "intentId"
      FROM unnest(${lanes.map(({ lane }) => lane)}::text[], ${lanes.map(({ newest }) => newest.toString())}::bigint[]) AS w("lane", "newest")
      JOIN "Lane" l ON l."chainId" = ${chainId} AND l."address" = w."lane"
      CROSS JOIN LATERAL generate_series(w."newest", LEAST(l."nextNonce", w."newest" + ${MOST_A_LANE}::bigint) - 1) AS n("nonce")
      WHERE NOT EXISTS (
        SELECT 1 FROM "IntentTransaction" t JOIN "Intent" i ON i."id" = t."intentId"
        WHERE i."open" AND t."chainId" = ${chainId} AND t."lane" = w."lane" AND t."nonce" = n."nonce")
      ORDER BY w."lane", n."nonce"`;
    return Promise.all(rows.map(async ({ lane, nonce, intentId }) => ({ lane: lane as Address, nonce, intent: intentId === null ? null : await this.intentOf(intentId, lane, nonce) })));
  }

  /**
   * Stores bytes that free a nonce of an intent that has ended, in the transaction in which `sign` makes them: this process leads while they are made, and they are there before they are sent.
   * @throws LeaseLost; what `sign` throws, with nothing stored
   */
  async fill(chainId: ChainId, { lane, nonce, intentId, gasLimit, fence }: { readonly lane: Address; readonly nonce: bigint; readonly intentId: string; readonly gasLimit: bigint; readonly fence: bigint }, sign: () => Promise<Omit<NonceBytes, 'purpose'>>): Promise<NonceBytes> {
    return inTransaction(this.database, async (tx) => {
      await enterGate(tx);
      await requireLease(tx, keeperLease(chainId), fence);
      const { hash, raw, maxFeePerGas, maxPriorityFeePerGas } = await sign();
      await tx.intentTransaction.create({
        data: { id: `tx_${hash.slice(2)}`, intentId, chainId, lane, nonce, purpose: 'cancel', hash, raw, gasLimit: toDecimal(gasLimit), maxFeePerGas: toDecimal(maxFeePerGas), maxPriorityFeePerGas: toDecimal(maxPriorityFeePerGas), signedAt: new Date(), broadcastAt: null },
      });
      return { hash, raw, maxFeePerGas, maxPriorityFeePerGas, purpose: 'cancel' };
    });
  }

  private async intentOf(id: string, lane: string, nonce: bigint): Promise<NonNullable<VanishedNonce['intent']>> {
    const [intent] = await clientOf(this.database).$queryRaw<{ kind: string; positionId: string; block: string | null; hash: string | null }[]>`
      SELECT "kind", "positionId", "receipt"->>'blockNumber' AS "block", "receipt"->>'blockHash' AS "hash" FROM "Intent" WHERE "id" = ${id}`;
    const bytes = await clientOf(this.database).$queryRaw<{ hash: string; raw: string; purpose: string; fee: string; tip: string }[]>`
      SELECT t."hash", t."raw", t."purpose", t."maxFeePerGas"::text AS fee, t."maxPriorityFeePerGas"::text AS tip
      FROM "IntentTransaction" t JOIN "Intent" i ON i."id" = t."intentId"
      WHERE t."intentId" = ${id} AND t."lane" = ${lane} AND t."nonce" = ${nonce} AND t."raw" IS NOT NULL
      ORDER BY (t."signedAt" > i."closedAt") DESC NULLS LAST, (t."hash" = i."receipt"->>'transactionHash') DESC NULLS LAST, t."maxFeePerGas" DESC`;
    return {
      id, kind: intent?.kind as IntentKind, positionId: intent?.positionId as PositionId,
      minedIn: intent?.block == null || intent.hash === null ? null : { number: BigInt(intent.block), hash: intent.hash as Hash32 },
      bytes: bytes.map(({ hash, raw, purpose, fee, tip }) => ({ hash: hash as Hash32, raw: raw as `0x${string}`, purpose: purpose as NonceBytes['purpose'], maxFeePerGas: BigInt(fee), maxPriorityFeePerGas: BigInt(tip) })),
    };
  }
}
