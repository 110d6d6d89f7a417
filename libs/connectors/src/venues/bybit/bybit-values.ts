import {
  accountWorth, clientIdFrom, instrumentId, known, unknown, usdQuote, venuePositionId,
  type DerivativeAccount, type FillCause, type FundingRate, type MarginTiers, type Perpetual, type PerpetualPosition, type Reading, type Underlying, type VenueAccountId, type VenueFill, type VenueOrder, type VenuePlace,
} from '@ballast/positions';
import { WAD, type CoinE18, type SettlementE18 } from '@ballast/units';
import type { z } from 'zod';
import { sideOf } from '../order-checks.js';
import { contracts, scaled, settlementDown, settlementUp, signedWad, usdNearest, usdUp, wadDown, wadUp } from '../wire/wire-numbers.js';
import type { EXECUTION, INFO, INSTRUMENT, ORDER, POSITION, RISK_LIMIT, TICKER, WALLET } from './bybit-schemas.js';

const UNDERLYINGS: ReadonlySet<string> = new Set(['ETH', 'BTC']);
export const TOKEN = 'USDT';
const HIGHEST_ADL = 5;
const ZERO = '0';

type WireInstrument = z.output<typeof INSTRUMENT>;
export const isOffered = ({ contractType, baseCoin, settleCoin }: WireInstrument): boolean => contractType === 'LinearPerpetual' && UNDERLYINGS.has(baseCoin) && settleCoin === TOKEN;

export function perpetualOf(place: VenuePlace, wire: WireInstrument, { limits, takerFee }: { readonly limits: readonly z.output<typeof RISK_LIMIT>[]; readonly takerFee: string }): Perpetual {
  const { lotSizeFilter: lot } = wire;
  return {
    kind: 'perpetual', id: instrumentId(place, wire.symbol), underlying: wire.baseCoin as Underlying, settlement: { kind: 'usd', token: TOKEN }, contract: { kind: 'linear', coinE18: WAD as bigint as CoinE18 },
    lot: contracts(lot.qtyStep), minContracts: contracts(lot.minOrderQty), minNotionalUsdE8: usdUp(lot.minNotionalValue ?? ZERO), minNotionalExemptsReduceOnly: true, tick: { kind: 'fixed', step: usdQuote(usdNearest(wire.priceFilter.tickSize)) },
    takerFee: wadUp(takerFee), state: wire.status === 'Trading' ? 'open' : wire.status === 'Closed' ? 'gone' : 'closed', tiers: tiersOf(limits), maxLeverage: wadDown(wire.leverageFilter.maxLeverage), fundingIntervalSeconds: wire.fundingInterval * 60,
  };
}

/** Told by where a row ends: it begins where the one below ends. */
function tiersOf(limits: readonly z.output<typeof RISK_LIMIT>[]): MarginTiers {
  if (limits.length === 0) return { kind: 'unknown', why: 'no margin table was told' };
  const sorted = [...limits].sort((a, b) => Number(a.riskLimitValue) - Number(b.riskLimitValue));
  return { kind: 'tiers', unit: 'usd', rows: sorted.map((row, place) => ({ from: usdNearest(sorted[place - 1]?.riskLimitValue ?? ZERO), maintenanceRate: wadUp(row.maintenanceMargin), initialRate: wadUp(row.initialMargin), deduction: scaled(row.mmDeduction ?? ZERO, 8, 'down') })) };
}

const OPEN: ReadonlySet<string> = new Set(['New', 'PartiallyFilled', 'Untriggered', 'Triggered']);
export const orderOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof ORDER>, now: number): VenueOrder => ({
  account, instrument: instrumentId(place, wire.symbol), venueId: wire.orderId, clientId: clientIdFrom(place.venue, wire.orderLinkId), side: sideOf(wire.side), reduceOnly: wire.reduceOnly, requested: contracts(wire.qty), filled: contracts(wire.cumExecQty ?? ZERO),
  state: wire.orderStatus === 'Rejected' ? 'rejected' : OPEN.has(wire.orderStatus) ? 'open' : 'done', observedAt: now,
});

const CAUSES: Readonly<Record<string, FillCause>> = { AdlTrade: 'adl', BustTrade: 'liquidation', Settle: 'settlement', Delivery: 'settlement' };
export const fillOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof EXECUTION>): VenueFill => ({
  account, instrument: instrumentId(place, wire.symbol), fillId: wire.execId, venueOrderId: wire.orderId, clientId: clientIdFrom(place.venue, wire.orderLinkId), cause: CAUSES[wire.execType] ?? 'order', side: sideOf(wire.side), contracts: contracts(wire.execQty),
  price: usdQuote(usdNearest(wire.execPrice)), fee: settlementUp(wire.execFee), at: wire.execTime,
});

/** Of the interval that runs. */
export const fundingOf = (rate: string | null, intervalSeconds: number | undefined, now: number): Reading<FundingRate> =>
  rate === null || intervalSeconds === undefined ? unknown('Bybit tells no rate') : known({ perInterval: signedWad(rate), intervalSeconds, basis: 'predicted' }, now);

export interface BybitReading {
  readonly wallet: z.output<typeof WALLET>;
  readonly mode: z.output<typeof INFO>['marginMode'];
  readonly positions: readonly z.output<typeof POSITION>[];
  readonly tickers: ReadonlyMap<string, z.output<typeof TICKER>>;
  /** Seconds between payments, by symbol. */
  readonly intervals: ReadonlyMap<string, number>;
  readonly openOrders: readonly VenueOrder[];
  readonly venueTime: number | null;
}

/** One account for all currencies, counted in dollars. Where each position has its own margin the venue tells no totals of margin. */
export function accountOf(place: VenuePlace, id: VenueAccountId, { wallet, mode, positions, tickers, intervals, openOrders, venueTime }: BybitReading, now: number): DerivativeAccount {
  const told = (text: string | null): DerivativeAccount['maintenanceMargin'] => (text === null ? unknown('not told where each position has its own margin') : known(settlementUp(text), now));
  const isolated = mode === 'ISOLATED_MARGIN';
  const held = positions.filter(({ size }) => contracts(size) !== 0n).map((position) => positionOf({ place, id, now, isolated }, position, tickers.get(position.symbol), intervals.get(position.symbol)));
  // The total counts what isolated positions have apart.
  const apart = accountWorth({ equity: 0n as SettlementE18, positions: held });
  return {
    ...place, id, settlement: { kind: 'usd', token: 'USD' }, openOrders, equity: (settlementDown(wallet.totalMarginBalance ?? wallet.totalEquity ?? ZERO) - apart) as SettlementE18, free: settlementDown(wallet.totalAvailableBalance ?? ZERO),
    provenance: { observedAt: now, venueTime: venueTime === null ? unknown('not told') : known(venueTime, now), source: 'Bybit REST' },
    marginMode: mode === 'PORTFOLIO_MARGIN' ? 'portfolio' : isolated ? 'isolated' : 'cross',
    // Without a position there is nothing to see it by.
    positionMode: positions.length === 0 ? unknown('told with a position alone') : known(positions.some(({ positionIdx }) => positionIdx !== 0) ? 'hedge' : 'one-way', now),
    maintenanceMargin: told(wallet.totalMaintenanceMargin), initialMargin: told(wallet.totalInitialMargin), positions: held,
  };
}

function positionOf({ place, id, now, isolated }: { readonly place: VenuePlace; readonly id: VenueAccountId; readonly now: number; readonly isolated: boolean }, wire: z.output<typeof POSITION>, ticker: z.output<typeof TICKER> | undefined, interval: number | undefined): PerpetualPosition {
  const instrument = instrumentId(place, wire.symbol);
  const told = <T>(text: string | null, value: (text: string) => T) => (text === null ? unknown('not told') : known(value(text), now));
  const size = contracts(wire.size);
  const liquidation = wire.liqPrice === null ? 0n : usdNearest(wire.liqPrice);
  return {
    kind: 'perpetual', id: venuePositionId(id, instrument), instrument, contracts: (wire.side === 'Sell' ? -size : size) as typeof size, entryUsdE8: told(wire.avgPrice, usdNearest), markUsdE8: told(wire.markPrice, usdNearest),
    indexUsdE8: ticker === undefined ? unknown('the market was not told') : known(usdNearest(ticker.indexPrice), now),
    // Its margin is told without the profit. A price is empty also where it would be too far away to be told.
    liquidation: liquidation > 0n ? { kind: 'price', usdE8: usdNearest(wire.liqPrice ?? ZERO) } : { kind: 'unknown', why: 'Bybit names no price' },
    margin: isolated ? { kind: 'isolated', margin: (settlementDown(wire.positionBalance ?? ZERO) + settlementDown(wire.unrealisedPnl ?? ZERO)) as SettlementE18, maintenance: told(wire.positionMM, settlementUp) } : { kind: 'cross' }, leverage: told(wire.leverage, wadDown), unrealised: told(wire.unrealisedPnl, settlementDown),
    funding: fundingOf(ticker?.fundingRate ?? null, interval, now),
    adl: wire.adlRankIndicator === undefined ? { kind: 'unknown', why: 'no rank was told' } : { kind: 'told', rank: wire.adlRankIndicator, of: HIGHEST_ADL },
  };
}

