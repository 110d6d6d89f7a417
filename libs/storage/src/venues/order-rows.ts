import { InvalidInput, type Address, type ChainId, type CoinE18, type UsdE8 } from '@ballast/units';
import { partsOfVenueAccount, type ClientOrderId, type InstrumentId, type OrderRequest, type Quote, type Underlying, type VenueAccountId, type VenueEnvironment, type VenueFill } from '@ballast/positions';
import { isTerminalVenueState, type MarginMove, type VenueIntent, type VenueIntentState, type VenueOwner } from '@ballast/policy';
import { toDecimal, whole } from '../amount.js';
import type { Prisma } from '../generated/prisma/client.js';
import { fromJson, toJson } from '../json/encode.js';
import { orderWhy } from '../json/hedge-shape.js';

/** One transition of an order, as it was written. */
export interface VenueOrderStep {
  readonly seq: number;
  readonly from: VenueIntentState;
  readonly event: string;
  readonly to: VenueIntentState;
  readonly detail: unknown;
  readonly at: Date;
}

/** An order with its whole record, for pages and auditors. */
export interface VenueOrderRecord extends VenueOwner {
  readonly intent: VenueIntent;
  readonly environment: VenueEnvironment;
  readonly decisionId: string;
  /** Null where it protects a guarded account. */
  readonly planId: string | null;
  readonly version: number;
  readonly slice: number;
  readonly notionalUsdE8: UsdE8;
  readonly steps: readonly VenueOrderStep[];
  readonly createdAt: Date;
  readonly closedAt: Date | null;
}

export type OrderRow = Prisma.VenueOrderGetPayload<object>;
export const orderParts = { steps: { orderBy: { seq: 'asc' } } } as const satisfies Prisma.VenueOrderInclude;

export const quoteFrom = (unit: string, value: Prisma.Decimal): Quote => (unit === 'coin' ? { unit, coinE18: whole<CoinE18>(value) } : { unit: 'usd', usdE8: whole<UsdE8>(value) });
export const quoteColumns = (quote: Quote): { unit: string; value: string } => (quote.unit === 'coin' ? { unit: 'coin', value: toDecimal(quote.coinE18) } : { unit: 'usd', value: toDecimal(quote.usdE8) });

export function intentFromRow(row: OrderRow): VenueIntent {
  return {
    order: {
      account: row.account as VenueAccountId, instrument: row.instrument as InstrumentId, clientId: row.clientId as ClientOrderId, side: row.side as OrderRequest['side'], contracts: whole(row.contracts),
      priceCap: quoteFrom(row.priceUnit, row.priceCap), reduceOnly: row.reduceOnly, validUntil: row.validUntil.getTime(),
    },
    underlying: row.underlying as Underlying,
    state: row.state as VenueIntentState,
    sent: row.sentAt === null ? { kind: 'never' } : { kind: 'sent', times: row.timesSent, lastAt: row.sentAt.getTime() },
    filled: whole(row.filled),
    why: fromJson(orderWhy, row.why, `VenueOrder ${row.clientId} why`),
  };
}

export const orderRecordFromRow = (row: Prisma.VenueOrderGetPayload<{ include: typeof orderParts }>): VenueOrderRecord => ({
  intent: intentFromRow(row), environment: row.environment as VenueEnvironment, chainId: row.chainId as ChainId, owner: row.owner as Address, decisionId: row.decisionId, planId: row.planId, version: row.version, slice: row.slice,
  notionalUsdE8: whole(row.notionalUsdE8), createdAt: row.createdAt, closedAt: row.closedAt,
  steps: row.steps.map(({ seq, from, event, to, detail, at }) => ({ seq, from: from as VenueIntentState, event, to: to as VenueIntentState, detail, at })),
});

/** What is asked for, as columns. */
export function orderColumns({ account, instrument, clientId, side, contracts, priceCap, reduceOnly, validUntil }: OrderRequest) {
  const { unit, value } = quoteColumns(priceCap);
  return { clientId, environment: partsOfVenueAccount(account).environment, account, instrument, side, contracts: toDecimal(contracts), priceUnit: unit, priceCap: value, reduceOnly, validUntil: new Date(validUntil) };
}

/** What changes in an order's life, as columns; when it was sent is written by who sends alone. */
export const lifeColumns = ({ state, filled, why }: VenueIntent) => ({
  state, filled: toDecimal(filled), why: toJson(why, 'VenueOrder.why'), open: !isTerminalVenueState(state), closedAt: isTerminalVenueState(state) ? new Date() : null,
});

/** Whether a stored order is the one that is asked for; until when it is valid is the stored one's own. */
export function isSameOrder(row: OrderRow, { order, underlying }: VenueIntent): boolean {
  const asked = orderColumns(order);
  return row.account === asked.account && row.instrument === asked.instrument && row.underlying === underlying && row.side === asked.side && row.reduceOnly === asked.reduceOnly && row.priceUnit === asked.priceUnit
    && whole(row.contracts) === order.contracts && row.priceCap.toFixed(0) === asked.priceCap;
}

/** The row of an intent as it was read: what a write is compared with. */
export const asItWas = ({ order: { clientId, account, instrument }, state, sent, filled }: VenueIntent) => ({
  clientId, account, instrument, environment: partsOfVenueAccount(account).environment, state, filled: toDecimal(filled), ...(sent.kind === 'never' ? { timesSent: 0, sentAt: null } : { timesSent: sent.times, sentAt: new Date(sent.lastAt) }),
}) satisfies Prisma.VenueOrderWhereInput;

/** @throws InvalidInput where `next` is another order, or has less filled */
export function requireLater(from: VenueIntent, next: VenueIntent): void {
  const [a, b] = [from.order, next.order];
  if (a.clientId !== b.clientId || a.account !== b.account || a.instrument !== b.instrument) throw new InvalidInput('venue order', b.clientId, `order ${a.clientId} of ${a.account} a step later`);
  if (next.filled < from.filled) throw new InvalidInput(`venue order ${a.clientId}, filled`, String(next.filled), `${from.filled} or more`);
}

export const moveFromRow = (row: Prisma.VenueMarginMoveGetPayload<object>): MarginMove => ({
  id: row.id, account: row.account as VenueAccountId, instrument: row.instrument as InstrumentId, amount: whole(row.amount), marginBefore: whole(row.marginBefore), state: row.state as MarginMove['state'], sentAt: row.sentAt?.getTime() ?? null, why: row.why,
});

export const fillFromRow = (row: Prisma.VenueFillGetPayload<object>): VenueFill => ({
  account: row.account as VenueAccountId, instrument: row.instrument as InstrumentId, fillId: row.fillId, venueOrderId: row.venueOrderId, clientId: row.clientId === null ? { kind: 'foreign' } : { kind: 'ours', id: row.clientId as ClientOrderId },
  cause: row.cause as VenueFill['cause'], side: row.side as VenueFill['side'], contracts: whole(row.contracts), price: quoteFrom(row.priceUnit, row.price), fee: whole(row.fee), at: row.at.getTime(),
});
