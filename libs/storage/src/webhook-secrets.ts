import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Address } from '@ballast/units';
import { inTransaction, type Database } from './database.js';
import { TooManySecrets } from './errors.js';
import { toJson } from './json/encode.js';

/** A secret that was replaced is signed with for so long. */
const VALID_HOURS = 24;
/** Of a subscription, beside the newest: each is one more signature in every post. */
const MOST_RETIRED = 3;

const retired = z.array(z.object({ secret: z.string(), until: z.iso.datetime().transform((text) => new Date(text)) }));

/** A signing secret of 192 random bits as Standard Webhooks writes it. */
export const newSigningSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

/** Of the secrets that were replaced those that are still signed with at `now`, the newest first. */
export const stillValid = (stored: unknown, now: Date): readonly string[] => retired.parse(stored).filter(({ until }) => until > now).map(({ secret }) => secret);

/** Renews what webhooks are signed with. */
export class WebhookSecrets {
  constructor(private readonly database: Database) {}

  /**
   * Gives a webhook of the account a new signing secret, told this once. The one before it is signed with too for 24 hours by PostgreSQL's clock. null where the account's owner made no
   * such webhook with a session of his: whoever made one is told its secret, and nobody else. @throws TooManySecrets
   */
  async rotate(account: Address, subscriptionId: string): Promise<{ secret: string; previousUntil: Date } | null> {
    return inTransaction(this.database, async (tx) => {
      const [row] = await tx.$queryRaw<{ secret: string; retiredSecrets: unknown; now: Date }[]>`
        SELECT "secret", "retiredSecrets", clock_timestamp() AS "now" FROM "Subscription"
        WHERE "id" = ${subscriptionId} AND "account" = ${account} AND "channel" = 'webhook' AND "byOwner" AND "status" <> 'ended' FOR UPDATE`;
      if (row === undefined) return null;
      const before = retired.parse(row.retiredSecrets).filter(({ until }) => until > row.now);
      if (before.length >= MOST_RETIRED) throw new TooManySecrets(MOST_RETIRED, VALID_HOURS);
      const secret = newSigningSecret();
      const previousUntil = new Date(row.now.getTime() + VALID_HOURS * 3_600_000);
      const retiredSecrets = [{ secret: row.secret, until: previousUntil }, ...before].map((one) => ({ secret: one.secret, until: one.until.toISOString() }));
      await tx.subscription.update({ where: { id: subscriptionId }, data: { secret, retiredSecrets: toJson(retiredSecrets, 'Subscription.retiredSecrets') } });
      return { secret, previousUntil };
    });
  }
}
