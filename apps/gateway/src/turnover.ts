import type { ClientOrderId } from '@ballast/positions';
import type { UsdE8 } from '@ballast/units';
import type { LogEntry } from './log-entries.js';

const DAY_MS = 86_400_000;

/** What the orders of each key were worth in the last 24 hours. One that was not executed stops counting, one of which nobody knows counts in full. */
export class Turnover {
  private readonly byKey = new Map<string, Map<ClientOrderId, { readonly at: number; readonly worthUsdE8: bigint }>>();

  /** Counts an entry of the log. */
  count(entry: LogEntry): void {
    const orders = this.byKey.get(entry.key) ?? new Map<ClientOrderId, { at: number; worthUsdE8: bigint }>();
    // It counts from when it was sent.
    orders.set(entry.clientId, { at: orders.get(entry.clientId)?.at ?? entry.at, worthUsdE8: entry.worthUsdE8 });
    this.byKey.set(entry.key, orders);
  }

  /** Takes an order back that was never written down. */
  uncount(key: string, clientId: ClientOrderId): void {
    this.byKey.get(key)?.delete(clientId);
  }

  /** Whether an order of this id went out in the last 24 hours. */
  has(key: string, clientId: ClientOrderId, now: number): boolean {
    return this.recent(key, now).has(clientId);
  }

  /** Dollars of the key's orders of the last 24 hours. */
  spent(key: string, now: number): UsdE8 {
    return [...this.recent(key, now).values()].reduce((sum, { worthUsdE8 }) => sum + worthUsdE8, 0n) as UsdE8;
  }

  /** A clock that was set back leaves orders in its future: they count. */
  private recent(key: string, now: number): ReadonlyMap<ClientOrderId, { readonly worthUsdE8: bigint }> {
    const orders = this.byKey.get(key) ?? new Map<ClientOrderId, { at: number; worthUsdE8: bigint }>();
    for (const [id, { at }] of orders) if (at <= now - DAY_MS) orders.delete(id);
    return orders;
  }
}
