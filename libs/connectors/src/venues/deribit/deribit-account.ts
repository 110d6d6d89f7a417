import {
  instrumentId, known, notionalUp, unknown, venuePositionId,
  type ContractSize, type DerivativeAccount, type OptionPosition, type PerpetualPosition, type VenueAccountId, type VenueOrder, type VenuePlace, type VenuePosition,
} from '@ballast/positions';
import { mulDivUp, USD_E8, WAD, type CoinE18, type SettlementE18 } from '@ballast/units';
import type { z } from 'zod';
import { estimatedAdl } from '../accounts.js';
import { contracts, settlementDown, settlementUp, usdNearest } from '../wire/wire-numbers.js';
import type { POSITION, SUMMARY, TICKER } from './deribit-schemas.js';
import { fundingOf, greeksOf, isCoinQuotedName, quoteOf, settlementOf, volatilityOf } from './deribit-values.js';

type WirePosition = z.output<typeof POSITION>;

/** All that was read of an account of one currency at one moment. */
export interface DeribitReading {
  readonly summary: z.output<typeof SUMMARY>;
  readonly positions: readonly WirePosition[];
  /** By instrument, of what is held. */
  readonly tickers: ReadonlyMap<string, z.output<typeof TICKER>>;
  readonly openOrders: readonly VenueOrder[];
  /** The venue's clock, where it told it. */
  readonly venueTime: number | null;
}

/** The account of one currency. Sizes are signed, dollars of inverse perpetuals and coins of everything else; margins and profits are in the currency. */
export function accountOf(place: VenuePlace, id: VenueAccountId, { summary, positions, tickers, openOrders, venueTime }: DeribitReading, now: number): DerivativeAccount {
  const equity = settlementDown(summary.equity);
  const shared = summary.portfolio_margining_enabled || summary.cross_collateral_enabled === true;
  return {
    ...place, id, settlement: settlementOf(summary.currency), openOrders, equity, free: settlementDown(summary.available_funds),
    provenance: { observedAt: now, venueTime: venueTime === null ? unknown('not told') : known(venueTime, now), source: 'Deribit REST' },
    marginMode: shared ? 'portfolio' : 'cross', positionMode: known('one-way', now),
    maintenanceMargin: known(settlementUp(summary.maintenance_margin), now), initialMargin: known(settlementUp(summary.initial_margin), now),
    positions: positions.filter(({ size }) => contracts(size) !== 0n).map((position) => positionOf({ place, id, equity, now }, position, tickers.get(position.instrument_name))),
  };
}

interface Held {
  readonly place: VenuePlace;
  readonly id: VenueAccountId;
  readonly equity: SettlementE18;
  readonly now: number;
}

function positionOf(held: Held, wire: WirePosition, ticker: z.output<typeof TICKER> | undefined): VenuePosition {
  return wire.kind === 'option' ? optionOf(held, wire, ticker) : perpetualOf(held, wire, ticker);
}

function perpetualOf({ place, id, equity, now }: Held, wire: WirePosition, ticker: z.output<typeof TICKER> | undefined): PerpetualPosition {
  const instrument = instrumentId(place, wire.instrument_name);
  const size = contracts(wire.size);
  const unrealised = wire.total_profit_loss === null ? null : settlementDown(wire.total_profit_loss);
  const mark = wire.mark_price === null ? null : usdNearest(wire.mark_price);
  const inverse = !wire.instrument_name.includes('_');
  const contract: ContractSize = inverse ? { kind: 'inverse', usdE8: USD_E8 } : { kind: 'linear', coinE18: WAD as bigint as CoinE18 };
  const liquidation = wire.estimated_liquidation_price === null ? 0n : usdNearest(wire.estimated_liquidation_price);
  return {
    kind: 'perpetual', id: venuePositionId(id, instrument), instrument, contracts: size, margin: { kind: 'cross' },
    entryUsdE8: wire.average_price === null ? unknown('not told') : known(usdNearest(wire.average_price), now),
    markUsdE8: mark === null ? unknown('not told') : known(mark, now),
    indexUsdE8: wire.index_price === null ? unknown('not told') : known(usdNearest(wire.index_price), now),
    // Nothing, or zero, is what it says both where no price would liquidate and where it does not work one out.
    liquidation: liquidation > 0n ? { kind: 'price', usdE8: usdNearest(wire.estimated_liquidation_price ?? '0') } : { kind: 'unknown', why: 'Deribit names no price' },
    leverage: unknown('Deribit has no leverage to set'),
    unrealised: unrealised === null ? unknown('not told') : known(unrealised, now),
    funding: ticker === undefined ? unknown('the market was not told') : fundingOf(ticker, now),
    adl: unrealised === null || mark === null || mark <= 0n ? { kind: 'unknown', why: 'no price or profit is told' } : estimatedAdl(unrealised, inSettlement(notionalUp(size, { contract }, mark), inverse ? mark : null), equity),
  };
}

/** Dollars in the currency of the account, with 18 decimals. */
const inSettlement = (usdE8: bigint, priceE8: bigint | null): bigint => (priceE8 === null ? usdE8 * 10_000_000_000n : mulDivUp(usdE8, WAD, priceE8));

function optionOf({ place, id, now }: Held, wire: WirePosition, ticker: z.output<typeof TICKER> | undefined): OptionPosition {
  const instrument = instrumentId(place, wire.instrument_name);
  const inCoins = isCoinQuotedName(wire.instrument_name);
  const quoted = (text: string | null): OptionPosition['mark'] => (text === null ? unknown('not told') : known(quoteOf(inCoins, text), now));
  const [forward, iv, greeks] = [ticker?.underlying_price ?? null, ticker?.mark_iv ?? null, ticker?.greeks];
  return {
    kind: 'option', id: venuePositionId(id, instrument), instrument, contracts: contracts(wire.size), entry: quoted(wire.average_price), mark: quoted(wire.mark_price),
    forwardUsdE8: forward === null ? unknown('not told') : known(usdNearest(forward), now),
    markVolatility: iv === null ? unknown('not told') : known(volatilityOf(iv), now),
    ownGreeks: unknown('worked out by whoever has the models, from the forward and the volatility'),
    // The ticker's are of one coin; a position's are already multiplied by its size.
    venueGreeks: greeks === undefined ? unknown('not told') : known(greeksOf(greeks), now),
  };
}
