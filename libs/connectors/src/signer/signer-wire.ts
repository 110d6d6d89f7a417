import { address, chainId, hash32 } from '@ballast/units';
import { z } from 'zod';
import type { SigningRequest } from './keeper-signer.js';
import type { Hex } from './signing-policy.js';

/** What goes between a worker and a signer in another process, as JSON: whole numbers that may be large are decimal strings (docs/signing.md). */

const UINT64 = (1n << 64n) - 1n;
/** Beyond this JSON's readers begin to round, and no database counts leases so far. */
const MOST_FENCE = BigInt(Number.MAX_SAFE_INTEGER);
const whole = (most: bigint) => z.string().regex(/^\d{1,30}$/, 'decimal digits').transform(BigInt).refine((value) => value <= most, `at most ${most}`);
const account = z.string().regex(/^0x[0-9a-fA-F]{40}$/, '0x and 40 hex digits').transform(address);
const hash = z.string().regex(/^0x[0-9a-fA-F]{64}$/, '0x and 64 hex digits').transform(hash32);
const bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/, '0x and hex digits, an even number').transform((text) => text as Hex);
const wei = whole(10n ** 30n - 1n);

export const signRequest = z.strictObject({
  lane: account,
  fence: whole(MOST_FENCE),
  purpose: z.string().min(1).max(200),
  transaction: z.strictObject({
    chainId: z.number().int().positive().max(Number.MAX_SAFE_INTEGER).transform(chainId),
    nonce: whole(UINT64 - 1n),
    to: account, data: bytes, value: wei, gasLimit: whole(UINT64), maxFeePerGas: wei, maxPriorityFeePerGas: wei,
  }),
});
export const signAnswer = z.object({ raw: bytes, hash });
export const fenceRequest = z.strictObject({ fence: whole(MOST_FENCE) });
export const fenceAnswer = z.object({ newestFence: whole(MOST_FENCE) });
export const signedAnswer = z.object({ signed: z.boolean() });
export const healthAnswer = z.object({ status: z.literal('ok'), chainId: z.number().int().positive(), lanes: z.array(account).min(1), newestFence: whole(MOST_FENCE), signatures: z.number().int().min(0) });
export type SignerHealth = z.output<typeof healthAnswer>;

/** Every way in which a signer says no. Programs match `code`. */
export const signerRefusal = z.discriminatedUnion('code', [
  z.object({ code: z.literal('signing-refused'), field: z.string(), given: z.string(), expected: z.string() }),
  z.object({ code: z.literal('fenced-off'), given: wei, newest: wei }),
  z.object({ code: z.literal('spending-limit'), lane: account, committed: whole(10n ** 30n - 1n), asked: wei, most: wei }),
  z.object({ code: z.enum(['invalid-request', 'unauthorised', 'not-found', 'request-too-large', 'log-unusable', 'signer-failed']), message: z.string() }),
]);
export type SignerRefusal = z.output<typeof signerRefusal>;

/** A request as it is sent. */
export const requestBody = ({ lane, transaction: tx, fence, purpose }: SigningRequest): string =>
  JSON.stringify({
    lane, fence: fence.toString(), purpose,
    transaction: {
      chainId: tx.chainId, nonce: tx.nonce.toString(), to: tx.to, data: tx.data, value: tx.value.toString(), gasLimit: tx.gasLimit.toString(),
      maxFeePerGas: tx.maxFeePerGas.toString(), maxPriorityFeePerGas: tx.maxPriorityFeePerGas.toString(),
    },
  });
