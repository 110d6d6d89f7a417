import type { Order, VenueFill, VenueState } from '../../kernel/index.js';
import { decimalOf, rateText } from '../wire-numbers.js';
import type { HyperliquidDesk } from './desk.js';

/** Nothing here is on a chain. */
const NO_HASH = `0x${'0'.repeat(64)}`;
const MOST_FILLS = 2_000;
const MOST_PAYMENTS = 500;
const TIFS = { 'good-til-cancelled': 'Gtc', 'immediate-or-cancel': 'Ioc', 'fill-or-kill': 'Ioc' } as const;
const STATUSES = { open: 'open', filled: 'filled', cancelled: 'canceled' } as const;

const sideOf = ({ side }: { readonly side: 'buy' | 'sell' }): 'A' | 'B' => (side === 'buy' ? 'B' : 'A');

const briefly = (order: Order) => ({
  coin: order.instrument, side: sideOf(order), limitPx: decimalOf(order.priceE8), sz: decimalOf(order.sizeE8 - order.filledE8), oid: order.id, timestamp: order.placedAtMs,
  origSz: decimalOf(order.sizeE8), cloid: order.clientId, reduceOnly: order.reduceOnly,
});

const fully = (order: Order) => ({
  ...briefly(order), triggerCondition: 'N/A', isTrigger: false, triggerPx: '0.0', children: [], isPositionTpsl: false, orderType: 'Limit', tif: order.postOnly ? 'Alo' : TIFS[order.timeInForce],
});

const ofUser = (state: VenueState, user: string, which: (order: Order) => boolean): readonly Order[] => Object.values(state.orders).filter((order) => order.account === user && which(order)).sort((a, b) => b.id - a.id);

export const openOrders = ({ running }: HyperliquidDesk, user: string) => ofUser(running.state, user, ({ status }) => status === 'open').map(briefly);
export const frontendOpenOrders = ({ running }: HyperliquidDesk, user: string) => ofUser(running.state, user, ({ status }) => status === 'open').map(fully);

const withStatus = (order: Order) => ({ order: fully(order), status: STATUSES[order.status], statusTimestamp: order.changedAtMs });

/** By the venue's id or the client's; another account's order is unknown. */
export function orderStatus({ running }: HyperliquidDesk, user: string, oid: number | string) {
  const { orders, clientIds } = running.state;
  const order = orders[typeof oid === 'number' ? oid : (clientIds[`${user}/${oid}`] ?? -1)];
  return order === undefined || order.account !== user ? { status: 'unknownOid' } : { status: 'order', order: withStatus(order) };
}

export const historicalOrders = ({ running }: HyperliquidDesk, user: string) => ofUser(running.state, user, () => true).slice(0, MOST_FILLS).map(withStatus);

/** The newest fills first, at most two thousand. */
export function userFills({ running }: HyperliquidDesk, user: string) {
  const { fills, markets } = running.state;
  return fills.filter(({ account }) => account === user).slice(-MOST_FILLS).reverse().map((fill) => fillOf(fill, decimalOf(markets[fill.instrument]?.markE8 ?? 0n)));
}

/** Fills within the times, the oldest first, at most two thousand. */
export function userFillsByTime({ running }: HyperliquidDesk, user: string, startMs: number, endMs: number) {
  const { fills, markets } = running.state;
  return fills
    .filter(({ account, atMs }) => account === user && atMs >= startMs && atMs <= endMs)
    .slice(0, MOST_FILLS)
    .map((fill) => fillOf(fill, decimalOf(markets[fill.instrument]?.markE8 ?? 0n)));
}

/** As a socket tells a change of it: briefly. */
export const orderUpdate = (order: Order) => ({ order: briefly(order), status: STATUSES[order.status], statusTimestamp: order.changedAtMs });

export function fillOf(fill: VenueFill, markPx: string) {
  const liquidation = fill.reason === 'liquidation' || fill.reason === 'takeover' ? { liquidation: { liquidatedUser: fill.account, markPx, method: fill.reason === 'takeover' ? 'backstop' : 'market' } } : {};
  return {
    coin: fill.instrument, px: decimalOf(fill.priceE8), sz: decimalOf(fill.sizeE8), side: sideOf(fill), time: fill.atMs, startPosition: decimalOf(fill.startSizeE8), dir: directionOf(fill),
    closedPnl: decimalOf(fill.realisedE8), hash: NO_HASH, oid: fill.orderId ?? fill.id, crossed: fill.liquidity === 'taker', fee: decimalOf(fill.feeE8), tid: fill.id,
    ...(fill.clientId === null ? {} : { cloid: fill.clientId }), ...liquidation, feeToken: 'USDC', twapId: null,
  };
}

function directionOf({ reason, startSizeE8, sizeE8, side }: VenueFill): string {
  if (reason === 'adl') return 'Auto-Deleveraging';
  const end = startSizeE8 + (side === 'buy' ? sizeE8 : -sizeE8);
  if (startSizeE8 !== 0n && end !== 0n && startSizeE8 > 0n !== end > 0n) return startSizeE8 > 0n ? 'Long > Short' : 'Short > Long';
  const opens = startSizeE8 === 0n || startSizeE8 > 0n === (side === 'buy');
  const long = opens ? side === 'buy' : startSizeE8 > 0n;
  return `${opens ? 'Open' : 'Close'} ${long ? 'Long' : 'Short'}`;
}

/** The account's own funding payments within the times, the oldest first: above zero when received. */
export function userFunding({ running }: HyperliquidDesk, user: string, startMs: number, endMs: number) {
  return running.state.funding
    .filter(({ account, atMs }) => account === user && atMs >= startMs && atMs <= endMs)
    .slice(0, MOST_PAYMENTS)
    .map(({ instrument, amountE8, sizeE8, rateE12, atMs }) => ({
      time: atMs, hash: NO_HASH, delta: { type: 'funding', coin: instrument, usdc: decimalOf(amountE8), szi: decimalOf(sizeE8), fundingRate: rateText(rateE12), nSamples: null },
    }));
}
