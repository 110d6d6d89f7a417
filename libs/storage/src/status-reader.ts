import { clientOf, type Database } from './database.js';

export interface StatusCounts {
  readonly watchedAccounts: number;
  readonly openIntents: number;
  readonly pendingDeliveries: number;
}

/** How much is under way. */
export class StatusReader {
  constructor(private readonly database: Database) {}

  async counts(): Promise<StatusCounts> {
    const client = clientOf(this.database);
    const [watchedAccounts, openIntents, pendingDeliveries] = await Promise.all([
      client.watchedAccount.count(),
      client.intent.count({ where: { open: true } }),
      client.delivery.count({ where: { status: 'pending' } }),
    ]);
    return { watchedAccounts, openIntents, pendingDeliveries };
  }
}
