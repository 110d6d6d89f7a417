import type { Order, VenueState } from './state.js';

/**
 * The state with at most `most` ended orders, fills and funding payments, the newest. Open orders all stay. The client id of an order that
 * is dropped is forgotten with it, and could be used again. Money is not touched: what accounts hold does not rest on their history.
 */
export function pruned(state: VenueState, most: number): VenueState {
  const ended = Object.values(state.orders).filter(({ status }) => status !== 'open');
  if (ended.length <= most && state.fills.length <= most && state.funding.length <= most) return state;
  const dropped = new Set(ended.sort((a, b) => a.id - b.id).slice(0, Math.max(0, ended.length - most)).map(({ id }) => id));
  const kept = (order: Order): boolean => !dropped.has(order.id);
  return {
    ...state,
    orders: Object.fromEntries(Object.values(state.orders).filter(kept).map((order) => [order.id, order])),
    clientIds: Object.fromEntries(Object.entries(state.clientIds).filter(([, id]) => !dropped.has(id))),
    fills: state.fills.slice(-most),
    funding: state.funding.slice(-most),
  };
}
