import {
  clientIdFrom, instrumentId, known, unknown, usdQuote, VenueAnswerInvalid, venuePositionId,
  type DerivativeAccount, type FillCause, type FundingRate, type Perpetual, type PerpetualPosition, type Reading, type Underlying, type VenueAccountId, type VenueFill, type VenueOrder, type VenuePlace,
} from '@ballast/positions';
import { mulDivUp, WAD, type CoinE18, type SettlementE18, type Wad } from '@ballast/units';
import type { z } from 'zod';
import { sideOf } from '../order-checks.js';
import { contracts, scaled, settlementDown, settlementUp, signedWad, usdNearest, usdUp, wadUp } from '../wire/wire-numbers.js';
import type { ACCOUNT, BRACKETS, EXCHANGE_INFO, ORDER, PREMIUM, RISKS, SYMBOL_CONFIG, TRADES } from './binance-schemas.js';

const UNDERLYINGS: ReadonlySet<string> = new Set(['ETH', 'BTC']);
/** What the account settles in; perpetuals in other dollar tokens are not traded. */
export const TOKEN = 'USDT';
const USUAL_FUNDING_HOURS = 8;
const HIGHEST_ADL = 4;

type WireSymbol = z.output<typeof EXCHANGE_INFO>['symbols'][number];

export const isOffered = ({ contractType, baseAsset, quoteAsset, marginAsset }: WireSymbol): boolean => contractType === 'PERPETUAL' && UNDERLYINGS.has(baseAsset) && quoteAsset === TOKEN && marginAsset === TOKEN;

/** @throws VenueAnswerInvalid where a rule that orders need is missing */
export function perpetualOf(place: VenuePlace, wire: WireSymbol, { brackets, takerFee, fundingHours }: { readonly brackets: z.output<typeof BRACKETS>; readonly takerFee: string; readonly fundingHours: number | undefined }): Perpetual {
  const rule = (type: string, field: 'tickSize' | 'stepSize' | 'minQty' | 'notional'): string => {
    const found = wire.filters.find(({ filterType }) => filterType === type)?.[field];
    if (found === undefined) throw new VenueAnswerInvalid(place.venue, 'exchangeInfo', `${wire.symbol}: got no ${type}, expected its ${field}`);
    return found;
  };
  const rows = [...(brackets.find(({ symbol }) => symbol === wire.symbol)?.brackets ?? [])].sort((a, b) => Number(a.notionalFloor) - Number(b.notionalFloor));
  const most = Math.max(1, ...rows.map(({ initialLeverage }) => initialLeverage));
  return {
    kind: 'perpetual', id: instrumentId(place, wire.symbol), underlying: wire.baseAsset as Underlying, settlement: { kind: 'usd', token: TOKEN }, contract: { kind: 'linear', coinE18: WAD as bigint as CoinE18 },
    lot: contracts(rule('LOT_SIZE', 'stepSize')), minContracts: contracts(rule('LOT_SIZE', 'minQty')), minNotionalUsdE8: usdUp(rule('MIN_NOTIONAL', 'notional')), minNotionalExemptsReduceOnly: true,
    tick: { kind: 'fixed', step: usdQuote(usdNearest(rule('PRICE_FILTER', 'tickSize'))) }, takerFee: wadUp(takerFee), state: wire.status === 'TRADING' ? 'open' : wire.status === 'SETTLING' || wire.status === 'CLOSE' ? 'gone' : 'closed',
    tiers: rows.length === 0 ? { kind: 'unknown', why: 'no margin table was told' } : {
      kind: 'tiers', unit: 'usd',
      rows: rows.map(({ notionalFloor, maintMarginRatio, initialLeverage, cum }) => ({ from: usdNearest(notionalFloor), maintenanceRate: wadUp(maintMarginRatio), initialRate: mulDivUp(WAD, 1n, BigInt(initialLeverage)) as Wad, deduction: scaled(cum, 8, 'down') })),
    },
    maxLeverage: (BigInt(most) * WAD) as Wad, fundingIntervalSeconds: Math.round((fundingHours ?? USUAL_FUNDING_HOURS) * 3_600),
  };
}

export const orderOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof ORDER>, now: number): VenueOrder => ({
  account, instrument: instrumentId(place, wire.symbol), venueId: wire.orderId, clientId: clientIdFrom(place.venue, wire.clientOrderId), side: sideOf(wire.side), reduceOnly: wire.reduceOnly, requested: contracts(wire.origQty), filled: contracts(wire.executedQty),
  state: wire.status === 'REJECTED' ? 'rejected' : wire.status === 'NEW' || wire.status === 'PARTIALLY_FILLED' ? 'open' : 'done', observedAt: now,
});

/** @param clientId what the order of the fill was called; the venue's own orders have names of a kind. @throws VenueAnswerInvalid where the fee was taken in another asset */
export function fillOf(place: VenuePlace, account: VenueAccountId, wire: z.output<typeof TRADES>[number], clientId: string | undefined): VenueFill {
  if (wire.commissionAsset !== TOKEN) throw new VenueAnswerInvalid(place.venue, 'userTrades', `got a fee in ${wire.commissionAsset}, expected ${TOKEN}: paying fees in another asset has to be switched off`);
  return {
    account, instrument: instrumentId(place, wire.symbol), fillId: `${wire.symbol}-${wire.id}`, venueOrderId: wire.orderId, clientId: clientIdFrom(place.venue, clientId), cause: causeOf(clientId ?? ''), side: sideOf(wire.side),
    contracts: contracts(wire.qty), price: usdQuote(usdNearest(wire.price)), fee: settlementUp(wire.commission), at: wire.time,
  };
}

function causeOf(clientId: string): FillCause {
  if (clientId.startsWith('adl_autoclose')) return 'adl';
  if (clientId.startsWith('autoclose-')) return 'liquidation';
  return clientId.startsWith('settlement_autoclose-') ? 'settlement' : 'order';
}

export interface BinanceReading {
  readonly account: z.output<typeof ACCOUNT>;
  readonly risks: z.output<typeof RISKS>;
  readonly configs: z.output<typeof SYMBOL_CONFIG>;
  readonly premiums: ReadonlyMap<string, z.output<typeof PREMIUM>>;
  /** Rank by symbol and side. */
  readonly quantiles: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly fundingHours: ReadonlyMap<string, number>;
  readonly hedgeMode: boolean;
  readonly multiAssets: boolean;
  readonly openOrders: readonly VenueOrder[];
}

/** What shares the cross margin; isolated positions have their own beside it, and what they keep is taken off. With several assets as margin the venue's totals in dollars are shown. */
export function accountOf(place: VenuePlace, id: VenueAccountId, reading: BinanceReading, now: number): DerivativeAccount {
  const { account, multiAssets, configs } = reading;
  const isolated = new Set(configs.filter(({ marginType }) => marginType === 'ISOLATED').map(({ symbol }) => symbol));
  const held = reading.risks.filter(({ positionAmt }) => contracts(positionAmt) !== 0n);
  const apart = held.filter(({ symbol }) => isolated.has(symbol));
  const own = account.assets.find(({ asset }) => asset === TOKEN);
  const less = (total: string, field: 'maintMargin' | 'initialMargin'): SettlementE18 => {
    const rest = settlementUp(total) - apart.reduce((sum, one) => sum + settlementDown(one[field]), 0n);
    return (rest > 0n ? rest : 0n) as SettlementE18;
  };
  const single = { equity: (settlementDown(own?.crossWalletBalance ?? '0') + settlementDown(own?.crossUnPnl ?? '0')) as SettlementE18, free: settlementDown(own?.availableBalance ?? '0'), maintenance: less(own?.maintMargin ?? '0', 'maintMargin'), initial: less(own?.initialMargin ?? '0', 'initialMargin') };
  const several = { equity: settlementDown(account.totalMarginBalance), free: settlementDown(account.availableBalance), maintenance: settlementUp(account.totalMaintMargin), initial: settlementUp(account.totalInitialMargin) };
  const { equity, free, maintenance, initial } = multiAssets ? several : single;
  return {
    ...place, id, settlement: { kind: 'usd', token: multiAssets ? 'USD' : TOKEN }, equity, free, openOrders: reading.openOrders,
    provenance: { observedAt: now, venueTime: unknown('not told'), source: 'Binance USD-M REST' },
    marginMode: multiAssets ? 'portfolio' : held.length > 0 && apart.length === held.length ? 'isolated' : 'cross', positionMode: known(reading.hedgeMode ? 'hedge' : 'one-way', now),
    maintenanceMargin: known(maintenance, now), initialMargin: known(initial, now),
    positions: held.map((risk) => positionOf(place, id, risk, reading, isolated.has(risk.symbol), now)),
  };
}

/** Its name notwithstanding, the last rate is the one that is paid next. `hours` between payments, undefined where they are the usual eight. */
export const fundingOf = (rate: string | null, hours: number | undefined, now: number): Reading<FundingRate> =>
  rate === null ? unknown('Binance tells no rate') : known({ perInterval: signedWad(rate), intervalSeconds: Math.round((hours ?? USUAL_FUNDING_HOURS) * 3_600), basis: 'predicted' }, now);

function positionOf(place: VenuePlace, id: VenueAccountId, wire: z.output<typeof RISKS>[number], reading: BinanceReading, isolated: boolean, now: number): PerpetualPosition {
  const instrument = instrumentId(place, wire.symbol);
  const premium = reading.premiums.get(wire.symbol);
  const size = contracts(wire.positionAmt);
  const config = reading.configs.find(({ symbol }) => symbol === wire.symbol);
  const ranks = reading.quantiles.get(wire.symbol);
  const rank = ranks?.['BOTH'] ?? ranks?.[size < 0n ? 'SHORT' : 'LONG'];
  const liquidation = wire.liquidationPrice === null ? 0n : usdNearest(wire.liquidationPrice);
  return {
    kind: 'perpetual', id: venuePositionId(id, instrument), instrument, contracts: size, entryUsdE8: known(usdNearest(wire.entryPrice), now), markUsdE8: known(usdNearest(wire.markPrice), now),
    indexUsdE8: premium === undefined ? unknown('the market was not told') : known(usdNearest(premium.indexPrice), now),
    liquidation: liquidation > 0n ? { kind: 'price', usdE8: usdNearest(wire.liquidationPrice ?? '0') } : { kind: 'none' },
    margin: isolated ? { kind: 'isolated', margin: settlementDown(wire.isolatedMargin), maintenance: known(settlementUp(wire.maintMargin), now) } : { kind: 'cross' },
    leverage: config === undefined ? unknown('not told') : known((BigInt(config.leverage) * WAD) as Wad, now), unrealised: known(settlementDown(wire.unRealizedProfit), now),
    funding: fundingOf(premium?.lastFundingRate ?? null, reading.fundingHours.get(wire.symbol), now),
    adl: rank === undefined ? { kind: 'unknown', why: 'no rank was told' } : { kind: 'told', rank, of: HIGHEST_ADL },
  };
}
