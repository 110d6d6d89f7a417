import { z } from 'zod';

const ms = z.number();

/** A stretch of time in which something is wrong, and what was told of it. Times are milliseconds of the watchdog's own clock. */
const spell = z.object({
  cause: z.enum(['silent', 'contradicts', 'unsure', 'hedging']),
  since: ms,
  /** The reason as it is now, one sentence. */
  reason: z.string(),
  toldAt: ms,
  tellings: z.number().int().min(1),
});

/** All that the next look needs to know of the ones before it. */
export const watchState = z.object({
  lookedAt: ms.nullable(),
  /** Since when looks follow each other without a gap. */
  resumedAt: ms,
  /** The newest heartbeat that was believed. */
  lastBeat: z.object({ sequence: z.number(), issuedAt: ms, names: z.string() }).nullable(),
  /** When it came, by our own clock; when the first look was, before there was one. */
  advancedAt: ms,
  /** Looks in a row that brought no newer one, and why the last of them did not. */
  stale: z.number().int(),
  staleWhy: z.string().nullable(),
  /** Since when each look found a contradiction, and which the last one found. */
  complaint: z.object({ since: ms, reason: z.string() }).nullable(),
  wellSince: ms.nullable(),
  /** The highest block of our own node for each chain, and when it rose to it. */
  ownHeads: z.record(z.string(), z.object({ number: z.string(), risenAt: ms })),
  unsure: z.object({ since: ms, reason: z.string() }).nullable(),
  sureSince: ms.nullable(),
  spell: spell.nullable(),
  unsureSpell: spell.nullable(),
  /** Since when hedges are not looked after and why, since when they are, and the spell; a file of an older watchdog has none of it. */
  hedging: z.object({ since: ms, reason: z.string() }).nullable().default(null),
  hedgedSince: ms.nullable().default(null),
  hedgingSpell: spell.nullable().default(null),
});

/** What is to be told, as mails and webhooks carry it. */
export const toldEvent = z.object({
  id: z.string(),
  kind: z.enum(['silent', 'silent.over', 'watchdog.unsure', 'watchdog.sure', 'hedging.late', 'hedging.back']),
  severity: z.enum(['info', 'warning', 'critical']),
  audience: z.enum(['everybody', 'operators']),
  at: ms,
  data: z.record(z.string(), z.unknown()),
});

/** One recipient who was not told yet. `recipient` is `operator:<address>` or `subscription:<id>`. */
export const untold = z.object({ recipient: z.string(), eventId: z.string(), attempts: z.number().int(), nextAt: ms, lastError: z.string().nullable() });

export const stateFile = z.object({ version: z.literal(1), watch: watchState, events: z.array(toldEvent), untold: z.array(untold) });

/** Whom to tell, as the service gave it. Holds secrets: the file is for this user alone. */
export const recipient = z.object({
  id: z.string().min(1).max(200), chainId: z.number().int(), /** `operators`: those whom the service itself calls when it needs people. */ account: z.string().regex(/^(operators|0x[0-9a-fA-F]{40})$/), channel: z.enum(['email', 'webhook']), target: z.string().min(3).max(2_000), secret: z.string().nullable(),
  /** Signed with too. A service or a file of an older version has none. */
  previousSecrets: z.array(z.string()).max(10).default([]), endToken: z.string(),
});
export const recipientsFile = z.object({ version: z.literal(1), syncedAt: ms, recipients: z.array(recipient) });

export type Spell = z.infer<typeof spell>;
export type WatchState = z.infer<typeof watchState>;
export type ToldEvent = z.infer<typeof toldEvent>;
export type Untold = z.infer<typeof untold>;
export type StateFile = z.infer<typeof stateFile>;
export type Recipient = z.infer<typeof recipient>;
export type RecipientsFile = z.infer<typeof recipientsFile>;

/** Before the first look. */
export const firstState = (now: number): WatchState => ({
  lookedAt: null, resumedAt: now, lastBeat: null, advancedAt: now, stale: 0, staleWhy: null, complaint: null, wellSince: null, ownHeads: {}, unsure: null, sureSince: null, spell: null, unsureSpell: null,
  hedging: null, hedgedSince: null, hedgingSpell: null,
});
