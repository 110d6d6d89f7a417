import type { Channel, DeliveryOutcome } from '@ballast/policy';
import type { Transaction } from './database.js';
import { storableText } from './json/encode.js';

/** After so many failures one after the other an endpoint rests. */
export const BREAKS_AFTER = 5;
/** How long it rests first, and at most; twice as long after each trial that fails. The mail server, which everybody's mails wait for, is tried more often. */
const RESTS: Readonly<Record<Channel, { readonly firstSeconds: number; readonly mostSeconds: number }>> = { email: { firstSeconds: 5, mostSeconds: 60 }, webhook: { firstSeconds: 15, mostSeconds: 600 } };

/** How an attempt ended at an endpoint: a webhook's address, or the one mail server. */
export interface EndpointOutcome {
  readonly channel: Channel;
  readonly target: string;
  readonly outcome: DeliveryOutcome;
}

const endpointOf = ({ channel, target }: EndpointOutcome): string => (channel === 'email' ? 'email' : target);

/**
 * Counts failures of endpoints and lets them rest, within the caller's transaction; one success among the outcomes ends the count. Only failures that any other delivery would have met count: that one receiver does not want a
 * message says nothing of the others.
 */
export async function noteOutcomes(tx: Transaction, outcomes: readonly EndpointOutcome[]): Promise<void> {
  const worked = new Set(outcomes.filter(({ outcome }) => outcome.kind === 'delivered').map(endpointOf));
  if (worked.size > 0) await tx.$executeRaw`DELETE FROM "DeliveryBreaker" WHERE "endpoint" = ANY(${[...worked].sort()}::text[])`;
  const failed = new Map<string, { count: number; error: string; channel: Channel }>();
  for (const one of outcomes) {
    const { outcome, channel } = one;
    if (outcome.kind === 'delivered' || outcome.isOfEndpoint !== true || worked.has(endpointOf(one))) continue;
    failed.set(endpointOf(one), { count: (failed.get(endpointOf(one))?.count ?? 0) + 1, error: storableText(outcome.error), channel });
  }
  if (failed.size === 0) return;
  const rows = [...failed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([endpoint, { count, error, channel }]) => ({ endpoint, count, error, first: RESTS[channel].firstSeconds, most: RESTS[channel].mostSeconds }));
  // Those that end together reach the limit together and no more than it; from there on each trial counts one.
  await tx.$executeRaw`
    INSERT INTO "DeliveryBreaker" AS b ("endpoint", "failures", "openUntil", "lastError", "failedAt")
    SELECT f->>'endpoint', least((f->>'count')::int, ${BREAKS_AFTER}::int), CASE WHEN (f->>'count')::int >= ${BREAKS_AFTER}::int THEN statement_timestamp() + (f->>'first')::float8 * interval '1 second' END, f->>'error', statement_timestamp()
    FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS f
    ON CONFLICT ("endpoint") DO UPDATE SET
      "failures" = CASE WHEN b."failures" >= ${BREAKS_AFTER}::int THEN b."failures" + 1 ELSE least(b."failures" + excluded."failures", ${BREAKS_AFTER}::int) END,
      "openUntil" = CASE WHEN b."failures" + excluded."failures" < ${BREAKS_AFTER}::int THEN NULL ELSE statement_timestamp() + (
        SELECT least((f->>'most')::float8, (f->>'first')::float8 * 2 ^ least(20, greatest(0, b."failures" + 1 - ${BREAKS_AFTER}::int))) FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS f WHERE f->>'endpoint' = excluded."endpoint"
      ) * interval '1 second' END,
      "lastError" = excluded."lastError", "failedAt" = excluded."failedAt"`;
}
