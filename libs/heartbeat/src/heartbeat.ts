import { z } from 'zod';

const time = z.iso.datetime();
const count = z.number().int().min(0);

/** What a heartbeat says of hedges and guarded accounts at derivatives venues. */
const hedgingBeat = z.object({
  /** Hedges in force, and accounts that are guarded, as counted at `countedAt`. */
  plans: count,
  guarded: count,
  /** When the last round ended in which all of them were looked after; null before the first. */
  roundAt: time.nullable(),
  /** Accounts that are watched, and when of them the one was read that was read the longest ago; null where there is none, or one was never read. */
  accounts: count,
  oldestReadingAt: time.nullable(),
});

/** What a heartbeat says of one chain: what the service last saw of it, as stored when the heartbeat was signed. */
export const chainBeat = z.object({
  chainId: z.number().int().positive(),
  name: z.string().max(200),
  /** The newest block that was watched to its end; null before the first one. `timestamp` in chain seconds. */
  head: z.object({ number: z.string().regex(/^\d{1,20}$/), hash: z.string().regex(/^0x[0-9a-f]{64}$/), timestamp: z.number().int().min(0), seenAt: time }).nullable(),
  /** Since when the service itself says that it cannot see the chain. */
  blindSince: time.nullable(),
  /** Whether a worker held the lease under which rescues are signed. */
  isLed: z.boolean(),
  /** Positions with debt under watch, and when of those under a mandate in force the one was read that was read the longest ago; null where there is none. */
  positions: count,
  oldestCheckAt: time.nullable(),
  /** Mandates in force, and how many of their rules could not run. */
  armed: count,
  cannot: count,
  /** When these were counted; null before the first count. */
  countedAt: time.nullable(),
  /** Left out by a signer that does not know of hedges, and before the first count. */
  hedging: hedgingBeat.optional(),
});

/** The text that is signed, parsed. `sequence` only ever grows: at least by one, and to at least the signer's clock in milliseconds. */
export const heartbeatBody = z.object({
  type: z.literal('ballast.heartbeat'),
  version: z.literal(1),
  sequence: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  /** The signer's own clock. */
  issuedAt: time,
  chains: z.array(chainBeat).min(1).max(50),
});

/** What is stored and served: the signed text to the letter, so that nobody has to write it again in the same way to check it. */
export const signedHeartbeat = z.object({
  body: z.string().min(2).max(60_000),
  /** Ed25519 over the body's UTF-8 bytes, in base64. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
  /** The first 16 hex digits of the SHA-256 of the public key (SPKI, DER): which key signed. */
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
});

export type ChainBeat = z.infer<typeof chainBeat>;
export type HedgingBeat = z.infer<typeof hedgingBeat>;
export type HeartbeatBody = z.infer<typeof heartbeatBody>;
export type SignedHeartbeat = z.infer<typeof signedHeartbeat>;
