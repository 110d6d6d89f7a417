import {
  clientIdFrom, BS_USD, instrumentId, known, unknown, usdQuote,
  type ContractSize, type FillCause, type FundingRate, type Instrument, type OptionGreeks, type OptionMarket, type Quote, type Reading, type Settlement, type TickRule, type Underlying, type VenueAccountId, type VenueFill, type VenueOrder, type VenuePlace,
} from '@ballast/positions';
import { USD_E8, WAD, type CoinE18 } from '@ballast/units';
import type { z } from 'zod';
import { coinNearest, contracts, settlementUp, signedWad, usdNearest, wadDown, wadUp } from '../wire/wire-numbers.js';
import { inverseTiers } from './deribit-margin.js';
import type { BOOK, GREEKS, INSTRUMENT, ORDER, TICKER, TRADE } from './deribit-schemas.js';

type WireInstrument = z.output<typeof INSTRUMENT>;

const UNDERLYINGS: ReadonlySet<string> = new Set(['ETH', 'BTC']);
/** Deribit averages the index over the last half hour before expiry. */
const SETTLEMENT_WINDOW_S = 1_800;
/** Funding accrues all the time and is booked with the settlement, every eight hours. */
export const FUNDING_INTERVAL_S = 28_800;
const ZERO = '0';

/** Options of the coin-settled kind are quoted in coins, everything else in dollars. */
export const isCoinQuoted = ({ kind, instrument_type: type }: Pick<WireInstrument, 'kind' | 'instrument_type'>): boolean => kind === 'option' && type === 'reversed';
/** By its name alone: `ETH-27MAR26-2500-P` is quoted in coins, `ETH_USDC-...` in dollars. */
export const isCoinQuotedName = (name: string): boolean => /^[A-Z]+-\d{1,2}[A-Z]{3}\d{2}-.+-[CP]$/.test(name);
/** The same of either kind. */
export const isOptionName = (name: string): boolean => /^[A-Z_]+-\d{1,2}[A-Z]{3}\d{2}-.+-[CP]$/.test(name);

export const quoteOf = (inCoins: boolean, text: string): Quote => (inCoins ? { unit: 'coin', coinE18: coinNearest(text) } : usdQuote(usdNearest(text)));

/** Coins settle in themselves, everything else is a dollar token. */
export const settlementOf = (currency: string): Settlement => (UNDERLYINGS.has(currency) ? { kind: 'coin', underlying: currency as Underlying } : { kind: 'usd', token: currency });

/** A perpetual or an option of ETH or BTC; null of anything else (futures that expire, combinations, other coins). */
export function instrumentOf(place: VenuePlace, wire: WireInstrument): Instrument | null {
  const { base_currency: base, kind, settlement_period: period } = wire;
  const perpetual = kind === 'future' && period === 'perpetual';
  if (!UNDERLYINGS.has(base) || (!perpetual && kind !== 'option')) return null;
  const inverse = wire.instrument_type === 'reversed';
  const contract: ContractSize = perpetual && inverse ? { kind: 'inverse', usdE8: USD_E8 } : { kind: 'linear', coinE18: WAD as bigint as CoinE18 };
  const traded = {
    id: instrumentId(place, wire.instrument_name), underlying: base as Underlying, settlement: settlementOf(wire.settlement_currency ?? base), contract,
    // A perpetual trades in whole contracts, an option in steps of its least amount.
    lot: contracts(perpetual ? wire.contract_size : wire.min_trade_amount), minContracts: contracts(wire.min_trade_amount), minNotionalUsdE8: usdNearest(ZERO), minNotionalExemptsReduceOnly: false,
    tick: tickOf(wire), takerFee: wadUp(wire.taker_commission), state: wire.is_active ? ('open' as const) : ('gone' as const),
  };
  if (perpetual) {
    return { ...traded, kind: 'perpetual', tiers: inverse ? inverseTiers(traded.underlying) : { kind: 'unknown', why: 'Deribit tells no margin table for it' }, maxLeverage: wadDown(wire.max_leverage ?? '1'), fundingIntervalSeconds: FUNDING_INTERVAL_S };
  }
  const { option_type: type, strike, expiration_timestamp: expiresAt } = wire;
  if (type === undefined || strike === undefined || typeof expiresAt !== 'number') return null;
  return { ...traded, kind: 'option', type, strikeUsdE8: usdNearest(strike), expiresAt, settlementWindowSeconds: SETTLEMENT_WINDOW_S, feeCapOfPremium: wadUp('0.125') };
}

function tickOf(wire: WireInstrument): TickRule {
  const quote = (text: string): Quote => quoteOf(isCoinQuoted(wire), text);
  const steps = wire.tick_size_steps ?? [];
  if (steps.length === 0) return { kind: 'fixed', step: quote(wire.tick_size) };
  const rows = [{ from: quote(ZERO), step: quote(wire.tick_size) }, ...steps.map(({ above_price: from, tick_size: step }) => ({ from: quote(from), step: quote(step) }))];
  return { kind: 'stepped', rows: rows.sort((a, b) => (valueOf(a.from) < valueOf(b.from) ? -1 : 1)) };
}
const valueOf = (quote: Quote): bigint => (quote.unit === 'usd' ? quote.usdE8 : quote.coinE18);

/** What accrued over the last eight hours, not a forecast; an option has none. */
export const fundingOf = ({ funding_8h: rate }: Pick<z.output<typeof TICKER>, 'funding_8h'>, now: number): Reading<FundingRate> =>
  rate === null ? unknown('Deribit tells funding of perpetuals alone') : known({ perInterval: signedWad(rate), intervalSeconds: FUNDING_INTERVAL_S, basis: 'realised' }, now);

/** As the ticker tells them: of one coin, delta as Black and Scholes have it, the others in dollars. */
export const greeksOf = (wire: z.output<typeof GREEKS>): OptionGreeks => ({ convention: BS_USD, ...wire });

/** Deribit tells volatilities in percent. */
export const volatilityOf = (percent: number): number => percent / 100;

/** What is told of an option beside its book. */
export function optionMarketOf({ underlying_price: forward, mark_iv: mark, bid_iv: bid, ask_iv: ask, greeks }: Pick<z.output<typeof BOOK>, 'underlying_price' | 'mark_iv' | 'bid_iv' | 'ask_iv' | 'greeks'>, now: number): OptionMarket {
  const volatility = (percent: number | null | undefined, of: string): Reading<number> => (typeof percent === 'number' && percent > 0 ? known(volatilityOf(percent), now) : unknown(`Deribit tells no volatility of the ${of}`));
  return {
    forwardUsdE8: forward === null ? unknown('Deribit tells no forward') : known(usdNearest(forward), now), markVolatility: volatility(mark, 'mark'), bidVolatility: volatility(bid, 'best bid'), askVolatility: volatility(ask, 'best offer'),
    venueGreeks: greeks === undefined ? unknown('Deribit tells no Greeks') : known(greeksOf(greeks), now),
  };
}

export const orderOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof ORDER>, now: number): VenueOrder => ({
  account, instrument: instrumentId(place, wire.instrument_name), venueId: wire.order_id, clientId: clientIdFrom(place.venue, wire.label), side: wire.direction, reduceOnly: wire.reduce_only,
  requested: contracts(wire.amount), filled: contracts(wire.filled_amount ?? ZERO), observedAt: now,
  state: wire.order_state === 'rejected' ? 'rejected' : wire.order_state === 'filled' || wire.order_state === 'cancelled' ? 'done' : 'open',
});

export const fillOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof TRADE>): VenueFill => ({
  account, instrument: instrumentId(place, wire.instrument_name), fillId: wire.trade_id, venueOrderId: wire.order_id, clientId: clientIdFrom(place.venue, wire.label), cause: causeOf(wire), side: wire.direction,
  contracts: contracts(wire.amount), price: quoteOf(isCoinQuotedName(wire.instrument_name), wire.price), fee: settlementUp(wire.fee), at: wire.timestamp,
});

/** `liquidation` names the side that was liquidated: M the maker, T the taker, MT both. */
function causeOf({ liquidation, liquidity, order_type: type }: z.output<typeof TRADE>): FillCause {
  if (type === 'liquidation') return 'liquidation';
  return liquidation !== undefined && liquidation !== 'none' && liquidation.includes(liquidity ?? 'T') ? 'liquidation' : 'order';
}

