import {
  clientIdFrom, BS_USD, instrumentId, known, PA_COIN, unknown, usdQuote, venuePositionId,
  type ContractSize, type DerivativeAccount, type FillCause, type FundingRate, type MarginTiers, type OptionGreeks, type OptionPosition, type Perpetual, type PerpetualPosition, type Quote, type Settlement, type Underlying, type VenueAccountId,
  type VenueFill, type VenueOrder, type VenuePlace, type VenuePosition,
} from '@ballast/positions';
import { mulDivDown, WAD, type CoinE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import type { z } from 'zod';
import { coinNearest, contracts, settlementDown, settlementUp, signedWad, usdNearest, wadDown, wadUp } from '../wire/wire-numbers.js';
import type { BALANCE, CONFIG, FILL, INSTRUMENT, ORDER, POSITION, RATE, TIER } from './okx-schemas.js';

const UNDERLYINGS: ReadonlySet<string> = new Set(['ETH', 'BTC']);
const HIGHEST_ADL = 5;
const ZERO = '0';
type WireInstrument = z.output<typeof INSTRUMENT>;
type WirePosition = z.output<typeof POSITION>;

/** `ETH` of `ETH-USDT-SWAP`. */
const baseOf = (instId: string): string => instId.split('-')[0] ?? '';
/** Perpetuals of ETH and BTC in USDT, and those in coins. */
export const isOffered = ({ instId, settleCcy }: WireInstrument): boolean => UNDERLYINGS.has(baseOf(instId)) && (settleCcy === 'USDT' || settleCcy === baseOf(instId));
export const settlementOf = (currency: string): Settlement => (UNDERLYINGS.has(currency) ? { kind: 'coin', underlying: currency as Underlying } : { kind: 'usd', token: currency });

/** One contract: 0.1 ETH of ETH-USDT-SWAP, 10 dollars of ETH-USD-SWAP. */
export function contractOf({ ctType, ctVal, ctMult }: Pick<WireInstrument, 'ctType' | 'ctVal' | 'ctMult'>): ContractSize {
  const times = coinNearest(ctMult ?? '1');
  return ctType === 'inverse' ? { kind: 'inverse', usdE8: mulDivDown(usdNearest(ctVal), times, WAD) as UsdE8 } : { kind: 'linear', coinE18: mulDivDown(coinNearest(ctVal), times, WAD) as CoinE18 };
}

export interface OkxListing {
  readonly tiers: readonly z.output<typeof TIER>[];
  readonly rate: z.output<typeof RATE>;
  /** Below zero where a taker pays. */
  readonly takerFee: string;
}

export function perpetualOf(place: VenuePlace, wire: WireInstrument, { tiers, rate, takerFee }: OkxListing): Perpetual {
  const contract = contractOf(wire);
  const fee = signedWad(takerFee);
  return {
    kind: 'perpetual', id: instrumentId(place, wire.instId), underlying: baseOf(wire.instId) as Underlying, settlement: settlementOf(wire.settleCcy), contract, lot: contracts(wire.lotSz), minContracts: contracts(wire.minSz),
    minNotionalUsdE8: usdNearest(ZERO), minNotionalExemptsReduceOnly: false, tick: { kind: 'fixed', step: usdQuote(usdNearest(wire.tickSz)) }, takerFee: (fee < 0n ? -fee : 0n) as Wad,
    state: wire.state === 'live' ? 'open' : wire.state === 'expired' ? 'gone' : 'closed', tiers: tiersOf(contract, tiers), maxLeverage: wadDown(wire.lever ?? '1'), fundingIntervalSeconds: intervalOf(rate),
  };
}

/** Bounds are told in contracts; a rate is of the whole position, so that nothing is deducted. */
function tiersOf(contract: ContractSize, tiers: OkxListing['tiers']): MarginTiers {
  if (tiers.length === 0) return { kind: 'unknown', why: 'no margin table was told' };
  const unit = contract.kind === 'linear' ? 'coin' : 'usd';
  const size = contract.kind === 'linear' ? contract.coinE18 : contract.usdE8;
  const rows = tiers.map(({ minSz, mmr, imr }) => ({ from: mulDivDown(contracts(minSz), size, WAD), maintenanceRate: wadUp(mmr), initialRate: wadUp(imr), deduction: 0n }));
  return { kind: 'tiers', unit, rows: rows.sort((a, b) => (a.from < b.from ? -1 : 1)) };
}

/** Of the interval that runs: paid when it ends. */
export const fundingOf = (rate: z.output<typeof RATE>): FundingRate => ({ perInterval: signedWad(rate.fundingRate), intervalSeconds: intervalOf(rate), basis: 'predicted' });

export const intervalOf = ({ fundingTime, nextFundingTime }: z.output<typeof RATE>): number => Math.round((nextFundingTime - fundingTime) / 1_000);

export const orderOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof ORDER>, now: number): VenueOrder => ({
  account, instrument: instrumentId(place, wire.instId), venueId: wire.ordId, clientId: clientIdFrom(place.venue, wire.clOrdId), side: wire.side, reduceOnly: wire.reduceOnly, requested: contracts(wire.sz), filled: contracts(wire.accFillSz ?? ZERO),
  state: wire.state === 'live' || wire.state === 'partially_filled' ? 'open' : 'done', observedAt: now,
});

/** Options of the coin-settled kind are quoted in coins. */
const quoteOf = (instId: string, text: string): Quote => (/-[CP]$/.test(instId) ? { unit: 'coin', coinE18: coinNearest(text) } : usdQuote(usdNearest(text)));

/** A fee is told below zero where it was paid. */
export const fillOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof FILL>): VenueFill => ({
  account, instrument: instrumentId(place, wire.instId), fillId: wire.billId, venueOrderId: wire.ordId, clientId: clientIdFrom(place.venue, wire.clOrdId), cause: causeOf(Number(wire.subType ?? ZERO)), side: wire.side, contracts: contracts(wire.fillSz),
  price: quoteOf(wire.instId, wire.fillPx), fee: -settlementDown(wire.fee) as SettlementE18, at: wire.ts,
});

function causeOf(subType: number): FillCause {
  if (subType >= 100 && subType <= 107) return 'liquidation';
  if (subType >= 125 && subType <= 128) return 'adl';
  return subType === 112 || subType === 113 || (subType >= 170 && subType <= 172) ? 'settlement' : 'order';
}

export interface OkxReading {
  readonly currency: string;
  readonly config: z.output<typeof CONFIG>;
  readonly balance: z.output<typeof BALANCE>;
  readonly positions: readonly WirePosition[];
  /** Of the swaps that are held, by name. */
  readonly rates: ReadonlyMap<string, z.output<typeof RATE>>;
  readonly openOrders: readonly VenueOrder[];
}

/** One currency's margin where currencies stand apart; where they stand together the venue's totals in dollars, and no model of ours. */
export function accountOf(place: VenuePlace, id: VenueAccountId, { currency, config, balance, positions, rates, openOrders }: OkxReading, now: number): DerivativeAccount {
  const together = config.acctLv === '3' || config.acctLv === '4';
  const own = balance.details.find(({ ccy }) => ccy === currency);
  const told = together ? { eq: balance.adjEq, free: balance.availEq, imr: balance.imr, mmr: balance.mmr } : { eq: own?.eq ?? ZERO, free: own?.availEq ?? ZERO, imr: own?.imr ?? null, mmr: own?.mmr ?? null };
  const held = positions.filter((position) => contracts(position.pos) !== 0n && (together || position.ccy === currency));
  // Equity of a currency counts what isolated positions hold apart.
  const apart = together ? 0n : settlementDown(own?.isoEq ?? ZERO);
  const margin = (text: string | null): DerivativeAccount['maintenanceMargin'] => (text === null ? (own === undefined && !together ? known(0n as SettlementE18, now) : unknown('not told')) : known(settlementUp(text), now));
  return {
    ...place, id, settlement: together ? { kind: 'usd', token: 'USD' } : settlementOf(currency), openOrders, equity: (settlementDown(told.eq ?? ZERO) - apart) as SettlementE18, free: settlementDown(told.free ?? ZERO),
    provenance: { observedAt: now, venueTime: unknown('not told'), source: 'OKX REST' },
    marginMode: together ? 'portfolio' : held.length > 0 && held.every(({ mgnMode }) => mgnMode === 'isolated') ? 'isolated' : 'cross', positionMode: known(config.posMode === 'net_mode' ? 'one-way' : 'hedge', now),
    maintenanceMargin: margin(told.mmr), initialMargin: margin(told.imr), positions: held.map((position) => positionOf(place, id, position, rates.get(position.instId), now)),
  };
}

function positionOf(place: VenuePlace, id: VenueAccountId, wire: WirePosition, rate: z.output<typeof RATE> | undefined, now: number): VenuePosition {
  const instrument = instrumentId(place, wire.instId);
  const told = <T>(text: string | null, value: (text: string) => T) => (text === null ? unknown('not told') : known(value(text), now));
  // With longs and shorts apart both are told above zero.
  const size = contracts(wire.pos);
  const held = { id: venuePositionId(id, instrument), instrument, contracts: (wire.posSide === 'short' && size > 0n ? -size : size) as typeof size };
  if (wire.instType === 'OPTION') {
    return {
      ...held, kind: 'option', entry: told(wire.avgPx, (text) => quoteOf(wire.instId, text)), mark: told(wire.markPx, (text) => quoteOf(wire.instId, text)), forwardUsdE8: unknown('OKX tells the index alone with a position'),
      markVolatility: unknown('not told with a position'), ownGreeks: unknown('worked out by whoever has the models, from the forward and the volatility'), venueGreeks: unknown('told of the whole position, not of one coin'),
    } satisfies OptionPosition;
  }
  // Its margin is told without the profit.
  const liquidation = wire.liqPx === null ? 0n : usdNearest(wire.liqPx);
  return {
    ...held, kind: 'perpetual', entryUsdE8: told(wire.avgPx, usdNearest), markUsdE8: told(wire.markPx, usdNearest), indexUsdE8: told(wire.idxPx, usdNearest),
    liquidation: liquidation > 0n ? { kind: 'price', usdE8: usdNearest(wire.liqPx ?? ZERO) } : { kind: 'unknown', why: 'OKX names no price' },
    margin: wire.mgnMode === 'isolated' ? { kind: 'isolated', margin: (settlementDown(wire.margin ?? ZERO) + settlementDown(wire.upl ?? ZERO)) as SettlementE18, maintenance: told(wire.mmr, settlementUp) } : { kind: 'cross' }, leverage: told(wire.lever, wadDown), unrealised: told(wire.upl, settlementDown),
    funding: rate === undefined ? unknown('not told') : known(fundingOf(rate), now),
    adl: wire.adl === null ? { kind: 'unknown', why: 'no rank was told' } : { kind: 'told', rank: Math.min(HIGHEST_ADL, Math.max(0, Math.trunc(Number(wire.adl)))), of: HIGHEST_ADL },
  } satisfies PerpetualPosition;
}

/** Both sets that OKX tells: `BS` as Black and Scholes have them in dollars, `PA` premium-adjusted in coins; what client libraries call delta is `PA`. Null where one is not told. */
export function greeksOf(wire: Pick<WirePosition, 'deltaBS' | 'gammaBS' | 'thetaBS' | 'vegaBS' | 'deltaPA' | 'gammaPA' | 'thetaPA' | 'vegaPA'>): { readonly bs: OptionGreeks | null; readonly pa: OptionGreeks | null } {
  const set = (convention: OptionGreeks['convention'], delta: string | null, gamma: string | null, vega: string | null, theta: string | null): OptionGreeks | null =>
    delta === null || gamma === null || vega === null || theta === null ? null : { convention, delta: Number(delta), gamma: Number(gamma), vega: Number(vega), theta: Number(theta) };
  return { bs: set(BS_USD, wire.deltaBS, wire.gammaBS, wire.vegaBS, wire.thetaBS), pa: set(PA_COIN, wire.deltaPA, wire.gammaPA, wire.vegaPA, wire.thetaPA) };
}
