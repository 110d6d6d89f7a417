import type { Address } from '@ballast/units';
import type { Channel, DueDelivery, Notice, Outbox, Settlement } from '@ballast/policy';
import { clientOf, inTransaction, type Database } from './database.js';
import { claimQuery, claimedFromRow, type ClaimWish } from './delivery-claims.js';
import { receiptFromRow, RECEIPTS_A_DELIVERY, type ReceiptRecord } from './delivery-receipts.js';
import { writeSettlements } from './delivery-settlements.js';
import { writeNotices } from './notices.js';

/** One delivery as its account's owner sees it. */
export interface DeliveryRecord {
  readonly id: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly kind: string;
  readonly channel: 'email' | 'webhook';
  readonly target: string;
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
  /** Of each attempt that is kept, newest first. What was answered is told of subscriptions alone that the account's owner made: what others' receivers say is not his to read. */
  readonly receipts: readonly ReceiptRecord[];
}

/** The outbox in PostgreSQL, whose clock says what is due and until when it is held. */
export class PrismaOutbox implements Outbox {
  constructor(private readonly database: Database) {}

  async claimDue(channel: Channel, limit: number, holdMs: number): Promise<readonly DueDelivery[]> {
    return this.claimed({ channel, limit, holdMs });
  }

  async claim(deliveryId: string, holdMs: number): Promise<DueDelivery | null> {
    const row = await clientOf(this.database).delivery.findUnique({ where: { id: deliveryId }, select: { channel: true } });
    if (row === null) return null;
    const [claimed] = await this.claimed({ channel: row.channel as Channel, limit: 1, holdMs, only: deliveryId });
    return claimed ?? null;
  }

  async settleAll(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length > 0) await inTransaction(this.database, (tx) => writeSettlements(tx, settlements));
  }

  /** The attempt is counted at once, so that a delivery that kills its notifier is not tried for ever. */
  private async claimed(wish: ClaimWish): Promise<readonly DueDelivery[]> {
    return (await clientOf(this.database).$queryRaw<unknown[]>(claimQuery(wish))).map(claimedFromRow);
  }

  async tell(notices: readonly Notice[]): Promise<void> {
    await inTransaction(this.database, (tx) => writeNotices(tx, notices));
  }

  /** Deliveries to the account's subscribers, all or those of one status, newest first, without signs of life that arrived. Targets are given whole: the caller masks them. */
  async ofAccount(account: Address, limit: number, status?: DeliveryRecord['status']): Promise<readonly DeliveryRecord[]> {
    const rows = await clientOf(this.database).delivery.findMany({
      where: { event: { account }, ...(status === undefined ? {} : { status }), NOT: { event: { kind: 'alive' }, status: 'delivered' } }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit, 
      include: { event: true, subscription: true, receipts: { orderBy: { id: 'desc' }, take: RECEIPTS_A_DELIVERY } },
    });
    return rows.map((row) => ({
      id: row.id, eventId: row.eventId, subscriptionId: row.subscriptionId, kind: row.event.kind, channel: row.subscription.channel as DeliveryRecord['channel'], target: row.subscription.target,
      status: row.status as DeliveryRecord['status'], attempts: row.attempts, lastStatus: row.lastStatus, lastError: row.lastError,
      createdAt: row.createdAt, deliveredAt: row.deliveredAt, receipts: row.receipts.map((receipt) => receiptFromRow(row.subscription.byOwner ? receipt : { ...receipt, answer: null })),
    }));
  }
}
