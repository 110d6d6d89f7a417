import { describe, expect, inject, it } from 'vitest';
import { benchAlerts } from './alerts.js';

/** The bench's own work, small: that every subscriber is told, once. How fast is for `npm run bench -- alerts`. */
describe('alerts bench', () => {
  it('tells everybody through the ledger as it does without it', async () => {
    const { ledger, straight, unsettled } = await benchAlerts({ subscribers: 100, servers: { postgresUrl: inject('postgresUrl') } }, () => undefined);
    const all = { mails: 50, webhooks: 50, again: 0, withoutId: 0 };
    expect([ledger, straight]).toMatchObject([all, all]);
    expect(unsettled).toBe(0);
  });
});
