import type { z } from 'zod';
import { BPS, WAD, magnitude, mulDivDown, mulDivFloor, type ContractsE18, type UsdE8 } from '@ballast/units';
import { coinsFloor, partsOfInstrument, type AdlRank, type DerivativeAccount, type Instrument, type LiquidationPrice, type OptionGreeks, type OptionPosition, type PerpetualPosition, type Quote, type Reading, type VenuePosition } from '@ballast/positions';
import { fundingPerYear } from '@ballast/policy';
import { decimalText } from '@ballast/units';
import type * as contract from '../../contract/hedging-schemas.js';
import { priceText } from '../text.js';
import { coinText, percentText } from './figures.js';

export type VenuePositionView = z.infer<typeof contract.venuePosition>;

export const valueOf = <T>(reading: Reading<T>): T | null => (reading.kind === 'unknown' ? null : reading.value);

/** How far the mark is from where the venue liquidates, rounded down; null where one of the two is not known. */
export function liquidationView(liquidation: LiquidationPrice, markUsdE8: UsdE8 | null): VenuePositionView['liquidation'] {
  if (liquidation.kind !== 'price') return { kind: liquidation.kind, usd: null, distancePercent: null };
  const distance = markUsdE8 === null || markUsdE8 <= 0n ? null : mulDivDown(magnitude(liquidation.usdE8 - markUsdE8), BPS * 100n, markUsdE8);
  return { kind: 'price', usd: priceText(liquidation.usdE8), distancePercent: distance === null ? null : decimalText(distance, 4, 1, 'down') };
}

/** Equity over maintenance margin, 1 decimal, rounded down; null where nothing needs margin or it is not told. */
export const marginRatioText = (equity: bigint, maintenance: bigint | null): string | null => (maintenance === null || maintenance <= 0n ? null : decimalText(mulDivFloor(equity, WAD, maintenance), 18, 1, 'down'));

/** Coins of the position at its mark; null where it needs a price and there is none, or nobody knows what a contract is. */
export function coinsOf(position: VenuePosition, instrument: Instrument | undefined): bigint | null {
  if (instrument === undefined) return null;
  if (position.contracts === 0n) return 0n;
  const at = position.kind === 'perpetual' ? valueOf(position.markUsdE8) : instrument.kind === 'option' ? instrument.strikeUsdE8 : null;
  if (instrument.contract.kind === 'inverse' && (at === null || at <= 0n)) return null;
  return coinsFloor(position.contracts as ContractsE18, instrument, at ?? (1n as UsdE8));
}

function adlWords(adl: AdlRank): string | null {
  switch (adl.kind) {
    case 'told': return adl.rank === 0 ? 'Last in the queue of automatic deleveraging.' : adl.rank >= adl.of ? 'At the front of the queue of automatic deleveraging: its profit may be closed out.' : `${adl.rank} of ${adl.of} steps to the front of the queue of automatic deleveraging.`;
    case 'estimated': return 'The venue tells no place in the queue of automatic deleveraging; more profit and more leverage are nearer to its front.';
    case 'unknown': return null;
  }
}

const greeksView = (reading: Reading<OptionGreeks>) => {
  const greeks = valueOf(reading);
  return greeks === null ? null : { delta: greeks.delta, gamma: greeks.gamma, vega: greeks.vega, theta: greeks.theta };
};

/** A price as far as it is one in dollars: an option's in coins is told as none. */
const inDollars = (quote: Quote | null): string | null => (quote?.unit === 'usd' ? priceText(quote.usdE8) : null);

/** `instrument`: undefined where it is not known here. */
export function venuePositionView(position: VenuePosition, account: DerivativeAccount, instrument: Instrument | undefined): VenuePositionView {
  const coins = coinsOf(position, instrument);
  const common = {
    id: position.id, instrument: partsOfInstrument(position.instrument).symbol, kind: position.kind, underlying: instrument?.underlying ?? '?', side: position.contracts < 0n ? ('short' as const) : ('long' as const),
    contracts: coinText(magnitude(position.contracts)), coins: coins === null ? null : coinText(magnitude(coins)),
  };
  return position.kind === 'perpetual' ? { ...common, ...perpetualParts(position, account) } : { ...common, ...optionParts(position) };
}

function perpetualParts(position: PerpetualPosition, account: DerivativeAccount) {
  const { margin, funding } = position;
  const [entry, mark, unrealised, rate] = [valueOf(position.entryUsdE8), valueOf(position.markUsdE8), valueOf(position.unrealised), valueOf(funding)];
  const isolated = margin.kind === 'isolated';
  // Longs pay where the rate is above zero: then it is below zero for them.
  const received = rate === null ? null : fundingPerYear(rate.perInterval, rate.intervalSeconds) * (position.contracts < 0n ? 1n : -1n);
  return {
    entryUsd: entry === null ? null : priceText(entry), markUsd: mark === null ? null : priceText(mark), unrealised: unrealised === null ? null : coinText(unrealised), liquidation: liquidationView(position.liquidation, mark), isolated,
    marginRatio: isolated ? marginRatioText(margin.margin, valueOf(margin.maintenance)) : marginRatioText(account.equity, valueOf(account.maintenanceMargin)), fundingPercentAYear: received === null ? null : percentText(received, 'down'),
    adl: adlWords(position.adl), ownGreeks: null, venueGreeks: null,
  };
}

const optionParts = (position: OptionPosition) => ({
  entryUsd: inDollars(valueOf(position.entry)), markUsd: inDollars(valueOf(position.mark)), unrealised: null, liquidation: { kind: 'none' as const, usd: null, distancePercent: null }, isolated: false, marginRatio: null, fundingPercentAYear: null, adl: null,
  ownGreeks: greeksView(position.ownGreeks), venueGreeks: greeksView(position.venueGreeks),
});
