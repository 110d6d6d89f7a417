import { BPS, mulDivUp, type CoinE18, type ContractsE18, type UsdE8 } from '@ballast/units';
import { coinsFloor, notionalUp, onTickUp, quoteInUsdUp, quoteValue, type Quote } from '@ballast/positions';
import type { HedgeActReason, PlannedOrder, UnwindReason } from './hedge-decision.js';
import type { HeldPut, HedgeInput } from './hedge-input.js';
import type { HedgeOutcome } from './hedge-outcome.js';
import { isTurnedDown, sentCounts } from './sent-orders.js';

/**
 * Sells what the plan itself bought of these, one order at a time, at the best bid less what a reduction may lose; null where it has none of them. One that nobody bids for is left to expire: it costs nothing more, and what
 * it pays arrives by itself.
 */
export function sellPuts(input: HedgeInput, puts: readonly HeldPut[], reason: HedgeActReason, unwinding: UnwindReason | 'no' = 'no'): HedgeOutcome | null {
  const { putAccount, policy: { caps }, ledger, now } = input;
  const own = puts.filter((put) => ownOf(put) > 0n);
  if (putAccount.kind !== 'read' || own.length === 0) return null;
  if (putAccount.stop === 'cancel-all') return { kind: 'cannot', reason: 'stopped' };
  if (putAccount.order.kind === 'open') return { kind: 'hold', reason: 'order-under-way' };
  if (putAccount.order.kind === 'unknown') return { kind: 'cannot', reason: 'order-unknown' };
  if (putAccount.key.kind === 'refused') return { kind: 'cannot', reason: 'key-refused' };
  const sent = sentCounts(ledger.orders, { reduceOnly: true }, now);
  if (sent.ordersLastMinute >= caps.slicesPerMinute) return { kind: 'hold', reason: 'too-soon' };
  if (sent.ordersToday >= caps.ordersPerDay * 2) return { kind: 'cannot', reason: 'day-cap' };
  if (own.some(({ market }) => market.kind === 'unknown')) return { kind: 'cannot', reason: 'puts-unread' };
  const order = own.map((put) => saleOf(put, putAccount.id, input)).find((one) => one !== null);
  if (order === undefined || order === null) return { kind: 'cannot', reason: 'book-thin' };
  if (isTurnedDown(ledger.orders, order, now)) return { kind: 'cannot', reason: 'order-rejected' };
  if (sent.notionalTodayUsdE8 + order.notionalUsdE8 > caps.notionalPerDayUsdE8 * 2n) return { kind: 'cannot', reason: 'day-cap' };
  return { kind: 'act', reason, unwinding, orders: [order] };
}

/** No more than the account holds, and no more than the plan bought. */
export const ownOf = ({ own, contracts }: Pick<HeldPut, 'own' | 'contracts'>): ContractsE18 => (own < contracts ? own : contracts);

function saleOf(put: HeldPut, account: PlannedOrder['account'], { policy }: HedgeInput): PlannedOrder | null {
  const { option, market } = put;
  if (market.kind === 'unknown' || option.state !== 'open') return null;
  const [bid] = market.value.bids;
  const { indexUsdE8: index } = market.value;
  if (bid === undefined || quoteValue(bid.price) <= 0n || (bid.price.unit === 'coin' && index.kind === 'no-price')) return null;
  const wanted = ownOf(put);
  const offered = bid.contracts < wanted ? bid.contracts : wanted;
  const size = (offered - (offered % option.lot)) as ContractsE18;
  if (size < option.minContracts) return null;
  const least = mulDivUp(quoteValue(bid.price), BPS - policy.unwindSlippage, BPS);
  const floor: Quote = bid.price.unit === 'usd' ? { unit: 'usd', usdE8: least as UsdE8 } : { unit: 'coin', coinE18: least as CoinE18 };
  const at = (index.kind === 'price' ? index.usdE8 : 1n) as UsdE8;
  return {
    account, instrument: option.id, side: 'sell', contracts: size, priceCap: onTickUp(option.tick, floor), reduceOnly: true, notionalUsdE8: notionalUp(size, option, quoteInUsdUp(bid.price, at)), isEmergency: false,
    restCoins: -coinsFloor((wanted - size) as ContractsE18, option, at) as CoinE18,
  };
}
