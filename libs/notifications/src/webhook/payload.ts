import { SEVERITIES } from '@ballast/policy';
import { z } from 'zod';
import { noticeData, type EventKind } from '../notice-data.js';
import { CHALLENGE_KIND, challengeData } from './challenge.js';
import { webhookType, WEBHOOK_VERSION } from './message.js';

/** What goes by mail alone: to whoever is to confirm an address, and to those who run the service. */
const MAILED_ONLY: readonly string[] = ['subscription.confirm', 'watchdog.unsure', 'watchdog.sure', 'hedging.late', 'hedging.back'] satisfies readonly EventKind[];

/** What every event's data says beside its own: whom and what it is about. */
const about = {
  account: z.string().meta({ description: 'an EVM address in lower case' }), chainId: z.number().int(), positionId: z.string().nullable(),
  severity: z.enum(SEVERITIES),
};

/** What posts carry, by the kind of their event. */
const posted: Readonly<Record<string, z.ZodObject>> = {
  ...Object.fromEntries(Object.entries(noticeData).filter(([kind]) => !MAILED_ONLY.includes(kind))),
  test: z.looseObject({ reason: z.string() }),
  [CHALLENGE_KIND]: challengeData,
};

/** The schema of a whole post of the kind. */
function payloadOf(kind: string, data: z.ZodObject): z.ZodObject {
  return z.object({
    type: z.literal(webhookType(kind)), version: z.literal(WEBHOOK_VERSION),
    id: z.string().meta({ description: 'the same in every attempt, and the `webhook-id` header' }), timestamp: z.string().meta({ description: 'when it happened, ISO 8601' }),
    data: z.looseObject({ ...data.shape, ...about }),
  }).meta({ title: webhookType(kind) });
}

/** JSON Schemas (draft 2020-12) of all that is posted, by the file's name, `<type>.json`, as it goes over the wire. Fields may be added within a version; none is taken away or changed. */
export function webhookSchemas(): ReadonlyMap<string, string> {
  return new Map(Object.keys(posted).sort().map((kind) => {
    const schema = z.toJSONSchema(payloadOf(kind, posted[kind] as z.ZodObject), { io: 'input' });
    return [`${webhookType(kind)}.json`, `${JSON.stringify(schema, null, 2)}\n`] as const;
  }));
}

/** Whether a post's parsed body is what its schema says; null for a kind that is not posted. */
export function fitsSchema(kind: string, body: unknown): boolean | null {
  const data = posted[kind];
  return data === undefined ? null : payloadOf(kind, data).safeParse(body).success;
}
