import { alarmRoleOf, waitAfterTelling, type Notice } from '@ballast/policy';
import type { Transaction } from '../database.js';
import { toJsonText } from '../json/encode.js';

/** What every event that tells of an alarm says of it, as `data.alarm`. */
export interface AlarmWords {
  readonly id: string;
  /** The kind of the event that opened it. */
  readonly of: string;
  /** Which telling it is, from 1. */
  readonly telling: number;
  readonly since: string;
  /** Minutes until it is told again; null where it is not, since somebody has acknowledged it. */
  readonly againInMinutes: number | null;
}

interface Place {
  readonly chainId: number;
  readonly account: string;
  readonly subject: string;
}

const keyOf = ({ chainId, account, subject }: Place): string => `${chainId} ${account} ${subject}`;
const minutesAfter = (telling: number): number => Math.round(waitAfterTelling(telling) / 60_000);

export const alarmWords = (alarm: { readonly id: string; readonly kind: string; readonly openedAt: Date; readonly isAcknowledged: boolean }, telling: number): AlarmWords => ({
  id: alarm.id, of: alarm.kind, telling, since: alarm.openedAt.toISOString(), againInMinutes: alarm.isAcknowledged ? null : minutesAfter(telling),
});

/** The notices without those of the end of an alarm that is not open: they are written only where they end one. */
export async function withoutIdleEnds(tx: Transaction, notices: readonly Notice[]): Promise<readonly Notice[]> {
  const places = notices.filter(({ kind }) => kind === 'alarm.over').flatMap(endsOf);
  if (places.length === 0) return notices;
  const open = await tx.$queryRaw<Place[]>`
    SELECT a."chainId", a."account", a."subject" FROM jsonb_array_elements(${JSON.stringify(places)}::jsonb) AS p
    JOIN "Alarm" a ON a."chainId" = (p->>'chainId')::int AND a."account" = p->>'account' AND a."subject" = p->>'subject' AND a."endedAt" IS NULL`;
  const there = new Set(open.map(keyOf));
  return notices.filter((notice) => notice.kind !== 'alarm.over' || endsOf(notice).some((place) => there.has(keyOf(place))));
}

/** Does to alarms what events do that were written just now: ends come first, so that a spell which begins anew is another. */
export async function noteAlarms(tx: Transaction, written: readonly Notice[]): Promise<void> {
  await endOpen(tx, written.flatMap(endsOf));
  await open(tx, written);
}

/** Ends what is open about these, and about what begins with any of `within`, in silence: what they were about is gone. */
export async function forgetAlarms(tx: Transaction, of: { readonly chainId: number; readonly account: string }, subjects: readonly string[], within: readonly string[] = []): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Alarm" SET "endedAt" = statement_timestamp()
    WHERE "chainId" = ${of.chainId} AND "account" = ${of.account} AND "endedAt" IS NULL
      AND ("subject" = ANY(${[...subjects]}::text[]) OR EXISTS (SELECT 1 FROM unnest(${[...within]}::text[]) AS w WHERE starts_with("subject", w)))`;
}

function endsOf(notice: Notice): readonly (Place & { readonly eventId: string })[] {
  const role = alarmRoleOf(notice);
  return role.kind === 'ends' ? role.subjects.map((subject) => ({ chainId: notice.chainId, account: notice.account, subject, eventId: notice.id })) : [];
}

async function endOpen(tx: Transaction, places: readonly (Place & { readonly eventId: string })[]): Promise<void> {
  if (places.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Alarm" a SET "endedAt" = statement_timestamp(), "endedBy" = p->>'eventId'
    FROM jsonb_array_elements(${JSON.stringify(places)}::jsonb) AS p
    WHERE a."chainId" = (p->>'chainId')::int AND a."account" = p->>'account' AND a."subject" = p->>'subject' AND a."endedAt" IS NULL`;
}

/** Opens alarms, or takes over what is told of those that are open; with another cause they begin anew, and nobody has acknowledged them. */
async function open(tx: Transaction, written: readonly Notice[]): Promise<void> {
  const opening = written.flatMap((notice) => {
    const role = alarmRoleOf(notice);
    return role.kind === 'opens' ? [{ notice, place: { chainId: notice.chainId, account: notice.account, subject: role.subject }, cause: role.cause }] : [];
  });
  if (opening.length === 0) return;
  const rows = [...new Map(opening.map(({ notice, place, cause }) => [keyOf(place), { ...place, cause, positionId: notice.positionId, kind: notice.kind, eventId: notice.id, text: toJsonText(notice.data, 'Alarm.data') }])).values()];
  const stored = await tx.$queryRaw<(Place & { id: string; kind: string; tellings: number; openedAt: Date; isAcknowledged: boolean })[]>`
    INSERT INTO "Alarm" ("id", "chainId", "account", "positionId", "subject", "cause", "kind", "eventId", "data", "openedAt", "toldAt", "tellAt")
    SELECT 'alm_' || replace(gen_random_uuid()::text, '-', ''), (a->>'chainId')::int, a->>'account', a->>'positionId', a->>'subject', a->>'cause', a->>'kind', a->>'eventId', (a->>'text')::jsonb,
      statement_timestamp(), statement_timestamp(), statement_timestamp() + ${waitAfterTelling(1)}::float8 * interval '1 millisecond'
    FROM jsonb_array_elements(${toJsonText(rows, 'Alarm')}::jsonb) AS a
    ORDER BY a->>'account', a->>'subject'
    ON CONFLICT ("chainId", "account", "subject") WHERE "endedAt" IS NULL DO UPDATE SET
      "cause" = EXCLUDED."cause", "positionId" = EXCLUDED."positionId", "kind" = EXCLUDED."kind", "eventId" = EXCLUDED."eventId", "data" = EXCLUDED."data",
      "tellings" = CASE WHEN "Alarm"."cause" = EXCLUDED."cause" THEN "Alarm"."tellings" ELSE 1 END,
      "toldAt" = CASE WHEN "Alarm"."cause" = EXCLUDED."cause" THEN "Alarm"."toldAt" ELSE EXCLUDED."toldAt" END,
      "tellAt" = CASE WHEN "Alarm"."cause" = EXCLUDED."cause" THEN "Alarm"."tellAt" ELSE EXCLUDED."tellAt" END,
      "acknowledgedAt" = CASE WHEN "Alarm"."cause" = EXCLUDED."cause" THEN "Alarm"."acknowledgedAt" END,
      "acknowledgedBy" = CASE WHEN "Alarm"."cause" = EXCLUDED."cause" THEN "Alarm"."acknowledgedBy" END
    RETURNING "id", "chainId", "account", "subject", "kind", "tellings", "openedAt", "acknowledgedAt" IS NOT NULL AS "isAcknowledged"`;
  const alarms = new Map(stored.map((row) => [keyOf(row), row]));
  const said = opening.flatMap(({ notice, place }) => {
    const alarm = alarms.get(keyOf(place));
    return alarm === undefined ? [] : [{ eventId: notice.id, alarm: alarmWords(alarm, alarm.tellings) }];
  });
  await tx.$executeRaw`
    UPDATE "OutboxEvent" e SET "data" = e."data" || jsonb_build_object('alarm', s->'alarm')
    FROM jsonb_array_elements(${JSON.stringify(said)}::jsonb) AS s WHERE e."id" = s->>'eventId'`;
}
