import type { ClientOrderId } from '@ballast/positions';
import type { UsdE8 } from '@ballast/units';
import type { LogEntry } from './log-entries.js';

const DAY_MS = 86_400_000;

/** An order as it counts. */
export interface CountedOrder {
  readonly at: number;
  /** What of it counts now. */
  readonly worthUsdE8: UsdE8;
  /** As it was written down before it left; null where only its end is known. */
  readonly sent: Extract<LogEntry, { readonly kind: 'order' }> | null;
  /** Whether it is known what became of it. */
  readonly ended: boolean;
}

/** What the orders of each key were worth in the last 24 hours. One that was not executed stops counting, one of which nobody knows counts in full. */
export class Turnover {
  private readonly byKey = new Map<string, Map<ClientOrderId, CountedOrder>>();

  /** Counts an entry of the log. */
  count(entry: LogEntry): void {
    const orders = this.byKey.get(entry.key) ?? new Map<ClientOrderId, CountedOrder>();
    const before = orders.get(entry.clientId);
    // It counts from when it was sent. Under an id that is older than a day a new order may have gone out.
    const sent = entry.kind === 'order' ? entry : (before?.sent ?? null);
    orders.set(entry.clientId, { at: sent?.at ?? before?.at ?? entry.at, worthUsdE8: entry.worthUsdE8, sent, ended: entry.kind === 'ended' });
    this.byKey.set(entry.key, orders);
  }

  /** Takes an order back that was never written down. */
  uncount(key: string, clientId: ClientOrderId): void {
    this.byKey.get(key)?.delete(clientId);
  }

  /** Whether an order of this id went out in the last 24 hours. */
  has(key: string, clientId: ClientOrderId, now: number): boolean {
    return this.orders(key, now).has(clientId);
  }

  /** Dollars of the key's orders of the last 24 hours. */
  spent(key: string, now: number): UsdE8 {
    return [...this.orders(key, now).values()].reduce((sum, { worthUsdE8 }) => sum + worthUsdE8, 0n) as UsdE8;
  }

  /** The key's orders of the last 24 hours, the first before the last. A clock that was set back leaves orders in its future: they count. */
  orders(key: string, now: number): ReadonlyMap<ClientOrderId, CountedOrder> {
    const orders = this.byKey.get(key) ?? new Map<ClientOrderId, CountedOrder>();
    for (const [id, { at }] of orders) if (at <= now - DAY_MS) orders.delete(id);
    return orders;
  }
}
