import { lastArrival, VENUE_ORDER_RULES } from '@ballast/policy';
import type { ClientOrderId, DerivativesVenue, InstrumentId, OrderLookup, PlaceAnswer, VenueAccountId } from '@ballast/positions';
import { mulDivUp, type ContractsE18, type UsdE8 } from '@ballast/units';
import type { LogEntry } from './log-entries.js';
import type { OrderLog } from './order-log.js';
import type { CountedOrder, Turnover } from './turnover.js';

/** How long after it could have arrived an order that the venue does not know was never there: later it may be executed and forgotten. */
const FORGOTTEN_AFTER_MS = 3_600_000;

export interface EndsParts {
  /** Of the key, as the log has it. */
  readonly id: string;
  readonly venue: DerivativesVenue;
  readonly log: Pick<OrderLog, 'append'>;
  readonly turnover: Turnover;
  /** Orders that are being sent: their bytes may not have left yet. */
  readonly underWay: ReadonlySet<ClientOrderId>;
  readonly now: () => number;
  readonly tell: (line: string) => void;
}

/** What an order is looked up by. */
export interface Whereabouts {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly clientId: ClientOrderId;
}

/**
 * What became of a key's orders, from whatever the venue answers, and so what of them goes on counting: what was filled. Nothing counts less before it is certain, and what was found to be filled counts from then on.
 */
export class OrderEnds {
  constructor(private readonly parts: EndsParts) {}

  /** The answer to the order itself. One that is unknown or open leaves it as it is. */
  answered(clientId: ClientOrderId, answer: PlaceAnswer): void {
    if (answer.kind === 'unknown' || (answer.kind === 'accepted' && answer.order.state === 'open')) return;
    this.end(clientId, answer.kind === 'accepted' ? answer.order.filled : (0n as ContractsE18));
  }

  /** An answer to a question for it. It counts where it was asked for under the account and the instrument that it was sent with: any other knows nothing of it. */
  lookedUp({ account, instrument, clientId }: Whereabouts, lookup: OrderLookup): void {
    const order = this.orders().get(clientId);
    if (order?.sent?.asked === undefined || order.sent.instrument !== instrument || order.sent.asked.account !== account) return;
    if (lookup.kind === 'found') {
      if (lookup.order.state !== 'open') this.end(clientId, lookup.order.filled);
    } else if (lookup.searched === 'history' && this.neverArrived(clientId, order, lookup.observedAt)) this.end(clientId, 0n as ContractsE18);
  }

  /** Those that count although nobody knows of them, and of which it would count now that the venue does not know them; the first before the last. */
  unsettled(): readonly Whereabouts[] {
    const now = this.parts.now();
    return [...this.orders()].flatMap(([clientId, order]) =>
      order.sent?.asked === undefined || !this.neverArrived(clientId, order, now) ? [] : { account: order.sent.asked.account, instrument: order.sent.instrument, clientId });
  }

  /** Whether one that the venue does not know at this time, in milliseconds, can no longer arrive, and would still be known if it had. */
  private neverArrived(clientId: ClientOrderId, { at, sent, ended }: CountedOrder, observedAt: number): boolean {
    if (ended || sent?.asked === undefined || this.parts.underWay.has(clientId)) return false;
    const last = lastArrival({ sentAt: at, validUntil: sent.asked.validUntil }, VENUE_ORDER_RULES[this.parts.venue]);
    return observedAt > last && observedAt <= last + FORGOTTEN_AFTER_MS;
  }

  /** What was not executed stops counting; what was found later counts again. Where that cannot be written it counts on after a restart, which is the safe side. */
  private end(clientId: ClientOrderId, filled: ContractsE18): void {
    const { id, log, turnover, now, tell } = this.parts;
    const order = this.orders().get(clientId);
    if (order?.sent?.asked === undefined) return;
    const worthUsdE8 = shareUp(order.sent.worthUsdE8, filled, order.sent.asked.contracts);
    if (order.ended && worthUsdE8 <= order.worthUsdE8) return;
    const entry: LogEntry = { kind: 'ended', at: now(), key: id, clientId, worthUsdE8 };
    turnover.count(entry);
    log.append(entry).catch((error: Error) => tell(error.message));
  }

  private orders(): ReadonlyMap<ClientOrderId, CountedOrder> {
    return this.parts.turnover.orders(this.parts.id, this.parts.now());
  }
}

/** What so many of the contracts are worth, rounded up; all of it where nothing was asked for. */
const shareUp = (worthUsdE8: UsdE8, filled: ContractsE18, contracts: ContractsE18): UsdE8 => (filled === 0n ? 0n : contracts === 0n ? worthUsdE8 : mulDivUp(worthUsdE8, filled, contracts)) as UsdE8;
