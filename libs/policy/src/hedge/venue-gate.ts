import { BPS, mulDivDown, mulDivUp, type ContractsE18, type UsdE8, type Wad } from '@ballast/units';
import { onTickDown, onTickUp, partsOfInstrument, partsOfVenueAccount, quoteValue, usdQuote, type Instrument, type InstrumentId, type OrderRequest, type Quote, type Reading, type VenueEnvironment } from '@ballast/positions';
import type { HedgeStop } from './hedge-input.js';
import type { HedgePolicy } from './hedge-policy.js';
import type { ReferencePrice } from './reference-price.js';
import { mostReducedToday } from './sent-orders.js';

/** What a key was found to be allowed. */
export interface KeyScopes {
  readonly trade: boolean;
  /** It could take money out. Such a key is refused, whatever it is used for. */
  readonly withdraw: boolean;
}

/** Everything that is looked at once more, freshly, in the moment before an order leaves. */
export interface GateFacts {
  readonly now: number;
  /** Read in the transaction that writes `sending`. */
  readonly stop: HedgeStop;
  /** Of this process: it sends to nothing else. */
  readonly environment: VenueEnvironment;
  readonly scopes: Reading<KeyScopes>;
  readonly allowed: readonly InstrumentId[];
  readonly instrument: Instrument;
  /** Of a perpetual as the decision took it, read again. Of an option the best price of the other side, read again: what is offered to us, or bid. */
  readonly reference: ReferencePrice | { readonly kind: 'offer'; readonly price: Quote };
  readonly policy: HedgePolicy;
  /** What is held of the instrument now. */
  readonly held: Reading<ContractsE18>;
  /** What the order is worth at the reference, and what all legs would be worth after it; rounded up. */
  readonly notionalUsdE8: UsdE8;
  readonly totalAfterUsdE8: UsdE8;
  /** What all legs are worth now. */
  readonly heldUsdE8: UsdE8;
  readonly leverageAfter: { readonly kind: 'known'; readonly wad: Wad } | { readonly kind: 'none' } | { readonly kind: 'unknown' };
  /** As `sentCounts` counts for this order. */
  readonly ordersToday: number;
  readonly ordersLastMinute: number;
  readonly notionalTodayUsdE8: UsdE8;
  readonly grownTodayUsdE8: UsdE8;
  readonly exposureIsFresh: boolean;
  /** Of an option that is bought, with its fee, and what is left of the plan's budget; rounded up. */
  readonly premium: { readonly kind: 'none' } | { readonly kind: 'premium'; readonly costUsdE8: bigint; readonly leftUsdE8: bigint };
  readonly corridor: 'holds' | 'broken' | 'not-checked';
  /** The hedge is inside its band: there is no reason for a further order. */
  readonly isInsideBand: boolean;
  /** Another order of ours for this account and underlying. */
  readonly underWay: 'none' | 'open' | 'unknown';
}

export type GateRefusal =
  | 'stopped' | 'no-growth-allowed' | 'wrong-environment' | 'wrong-instrument' | 'key-scopes-unknown' | 'key-cannot-trade' | 'key-can-withdraw' | 'not-allowed-instrument' | 'market-closed' | 'too-late'
  | 'size-not-whole-lots' | 'price-refused' | 'price-cap' | 'position-unknown' | 'reduces-nothing' | 'reduces-too-much' | 'max-notional' | 'leverage' | 'exposure-stale' | 'corridor' | 'inside-band' | 'order-unknown' | 'order-under-way'
  | 'day-orders' | 'day-notional' | 'minute-orders' | 'option-written' | 'premium-over-budget';

/** Whether the order may leave. Everything that speaks against it is named; what is not known speaks against it. A reduction is held only to what could make it something else. */
export function venueGate(order: OrderRequest, facts: GateFacts): { readonly kind: 'pass' } | { readonly kind: 'refused'; readonly because: readonly GateRefusal[] } {
  const because = [...ofOrder(order, facts), ...(order.reduceOnly ? ofReduction(order, facts) : ofGrowth(facts)), ...ofCaps(order, facts)];
  return because.length === 0 ? { kind: 'pass' } : { kind: 'refused', because };
}

const when = (holds: boolean, refusal: GateRefusal): readonly GateRefusal[] => (holds ? [refusal] : []);

function ofOrder(order: OrderRequest, facts: GateFacts): readonly GateRefusal[] {
  const [account, traded] = [partsOfVenueAccount(order.account), partsOfInstrument(order.instrument)];
  const { scopes, instrument, reference, policy } = facts;
  return [
    ...when(facts.stop === 'cancel-all', 'stopped'), ...when(account.environment !== facts.environment || traded.environment !== facts.environment, 'wrong-environment'),
    ...when(account.venue !== traded.venue || instrument.id !== order.instrument, 'wrong-instrument'),
    ...when(scopes.kind !== 'known', 'key-scopes-unknown'), ...when(scopes.kind === 'known' && !scopes.value.trade, 'key-cannot-trade'), ...when(scopes.kind === 'known' && scopes.value.withdraw, 'key-can-withdraw'),
    ...when(!facts.allowed.includes(order.instrument), 'not-allowed-instrument'), ...when(instrument.state !== 'open', 'market-closed'), ...when(facts.now > order.validUntil, 'too-late'),
    ...when(order.contracts <= 0n || order.contracts % instrument.lot !== 0n, 'size-not-whole-lots'),
    ...when(instrument.kind === 'option' && order.side === 'sell' && !order.reduceOnly, 'option-written'),
    ...when(facts.underWay === 'unknown', 'order-unknown'), ...when(facts.underWay === 'open', 'order-under-way'),
    ...when(isBeyondCap(order, instrument, reference, order.reduceOnly ? policy.unwindSlippage : policy.slippage), 'price-cap'),
  ];
}

/**
 * Whether the cap is worse than the reference allows by a tick or more: a price can only be on one, and the reference has moved on by less than that since. An offer is on a tick itself, of which some are dear: beyond it nothing
 * is allowed but the slippage. A cap without a reference to hold it against is beyond it; so is one in another unit.
 */
function isBeyondCap({ side, priceCap }: OrderRequest, { tick }: Instrument, reference: GateFacts['reference'], slippage: bigint): boolean {
  if (reference.kind === 'offer') return priceCap.unit !== reference.price.unit || isWorse(side, quoteValue(priceCap), quoteValue(reference.price), slippage);
  const price = reference.kind === 'agreed' ? reference.usdE8 : reference.fallback.kind === 'price' ? reference.fallback.usdE8 : null;
  if (price === null || priceCap.unit !== 'usd') return true;
  const cap = quoteValue(priceCap);
  if (side === 'buy') return cap > quoteValue(onTickUp(tick, usdQuote(mulDivDown(price, BPS + slippage, BPS) as UsdE8)));
  return slippage < BPS && cap < quoteValue(onTickDown(tick, usdQuote(mulDivUp(price, BPS - slippage, BPS) as UsdE8)));
}

const isWorse = (side: OrderRequest['side'], cap: bigint, price: bigint, slippage: bigint): boolean => (side === 'buy' ? cap * BPS > price * (BPS + slippage) : cap * BPS < price * (BPS - slippage));

function ofReduction(order: OrderRequest, { held }: GateFacts): readonly GateRefusal[] {
  if (held.kind === 'unknown') return ['position-unknown'];
  const reducible = order.side === 'buy' ? -held.value : held.value;
  return [...when(reducible <= 0n, 'reduces-nothing'), ...when(reducible > 0n && order.contracts > reducible, 'reduces-too-much')];
}

function ofGrowth({ stop, reference, exposureIsFresh, corridor, leverageAfter, policy, totalAfterUsdE8, isInsideBand, instrument, premium }: GateFacts): readonly GateRefusal[] {
  return [
    ...when(stop === 'no-grow' || stop === 'flatten', 'no-growth-allowed'), ...when(reference.kind === 'refused', 'price-refused'), ...when(!exposureIsFresh, 'exposure-stale'), ...when(corridor !== 'holds', 'corridor'),
    ...when(leverageAfter.kind === 'unknown' || (leverageAfter.kind === 'known' && leverageAfter.wad > policy.maxLeverage), 'leverage'),
    ...when(totalAfterUsdE8 > policy.maxNotionalUsdE8, 'max-notional'), ...when(isInsideBand, 'inside-band'),
    // Of an option whose premium nobody worked out it is not known that the budget carries it.
    ...when(premium.kind === 'premium' ? premium.costUsdE8 > premium.leftUsdE8 : instrument.kind === 'option', 'premium-over-budget'),
  ];
}

/** Reductions, which are counted by themselves, have twice as many orders in a day, and are bounded by what may be held. */
function ofCaps({ reduceOnly }: OrderRequest, facts: GateFacts): readonly GateRefusal[] {
  const { policy: { caps, maxNotionalUsdE8 }, ordersToday, ordersLastMinute, notionalTodayUsdE8, notionalUsdE8, heldUsdE8 } = facts;
  const times = reduceOnly ? 2 : 1;
  return [
    ...when(ordersToday >= caps.ordersPerDay * times, 'day-orders'), ...when(ordersLastMinute >= caps.slicesPerMinute, 'minute-orders'),
    ...when(notionalTodayUsdE8 + notionalUsdE8 > (reduceOnly ? mostReducedToday(maxNotionalUsdE8, heldUsdE8, facts) : caps.notionalPerDayUsdE8), 'day-notional'),
  ];
}
