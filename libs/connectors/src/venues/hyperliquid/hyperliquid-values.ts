import { clientIdFrom, instrumentId, usdQuote, type FillCause, type FundingRate, type MarginTiers, type Perpetual, type Underlying, type VenueAccountId, type VenueFill, type VenueOrder, type VenuePlace } from '@ballast/positions';
import { WAD, type CoinE18, type ContractsE18, type Wad } from '@ballast/units';
import type { z } from 'zod';
import { ratesOfLeverage, withDeductions } from '../accounts.js';
import { contracts, settlementUp, signedWad, usdNearest, wadUp } from '../wire/wire-numbers.js';
import type { CONTEXT, FILL, META, ORDER } from './hyperliquid-schemas.js';

const UNDERLYINGS: ReadonlySet<string> = new Set(['ETH', 'BTC']);
const PRICE_FIGURES = 5;
/** Decimals that size and price of a perpetual have together. */
const DECIMALS_TOGETHER = 6;
export const FUNDING_INTERVAL_S = 3_600;
/** An order is worth this many dollars at least, unless it only reduces. */
const LEAST_USD = '10';

type Meta = z.output<typeof META>;

/** Of the hour that runs. */
export const fundingOf = ({ funding }: z.output<typeof CONTEXT>): FundingRate => ({ perInterval: signedWad(funding), intervalSeconds: FUNDING_INTERVAL_S, basis: 'predicted' });

/** Perpetuals of ETH and BTC, in the order of the venue's list: the place in the whole list is the number that orders name. */
export function instrumentsOf(place: VenuePlace, meta: Meta, takerFee: string): readonly Perpetual[] {
  return meta.universe.filter(({ name }) => UNDERLYINGS.has(name)).map((wire): Perpetual => {
    const lot = (10n ** BigInt(18 - wire.szDecimals)) as ContractsE18;
    return {
      kind: 'perpetual', id: instrumentId(place, wire.name), underlying: wire.name as Underlying, settlement: { kind: 'usd', token: 'USDC' }, contract: { kind: 'linear', coinE18: WAD as bigint as CoinE18 },
      lot, minContracts: lot, minNotionalUsdE8: usdNearest(LEAST_USD), minNotionalExemptsReduceOnly: true,
      tick: { kind: 'significant', figures: PRICE_FIGURES, maxDecimals: DECIMALS_TOGETHER - wire.szDecimals }, takerFee: wadUp(takerFee), state: wire.isDelisted === true ? 'gone' : 'open',
      tiers: tiersOf(meta, wire), maxLeverage: (BigInt(wire.maxLeverage) * WAD) as Wad, fundingIntervalSeconds: FUNDING_INTERVAL_S,
    };
  });
}

/** Maintenance margin is half of the initial one at the highest leverage of the row, each row for what is above its bound. */
function tiersOf({ marginTables }: Meta, { marginTableId, maxLeverage }: Meta['universe'][number]): MarginTiers {
  const table = marginTables?.find(([id]) => id === marginTableId)?.[1].marginTiers;
  const rows = table ?? [{ lowerBound: '0', maxLeverage }];
  return { kind: 'tiers', unit: 'usd', rows: withDeductions(rows.map(({ lowerBound, maxLeverage: most }) => ({ from: usdNearest(lowerBound), ...ratesOfLeverage(BigInt(most)) }))) };
}

const sideOf = (side: 'A' | 'B') => (side === 'B' ? 'buy' : 'sell');

/** What the venue calls an order's end: `...Rejected` never was an order, every other word (`filled`, `marginCanceled`, `scheduledCancel`) is the end of one. */
export function stateOf(status: string): VenueOrder['state'] {
  if (status === 'open' || status === 'triggered') return 'open';
  return /rejected$/i.test(status) ? 'rejected' : 'done';
}

/** `sz` is what is left of it: what was filled is the difference. */
export const orderOf = (place: VenuePlace, account: VenueAccountId, wire: z.output<typeof ORDER>, state: VenueOrder['state'], now: number): VenueOrder => ({
  account, instrument: instrumentId(place, wire.coin), venueId: wire.oid, clientId: clientIdFrom(place.venue, wire.cloid ?? undefined), side: sideOf(wire.side), reduceOnly: wire.reduceOnly === true,
  requested: contracts(wire.origSz), filled: (contracts(wire.origSz) - contracts(wire.sz)) as ContractsE18, state, observedAt: now,
});

export const fillOf = (place: VenuePlace, account: VenueAccountId, owner: string, wire: z.output<typeof FILL>): VenueFill => ({
  account, instrument: instrumentId(place, wire.coin), fillId: wire.tid, venueOrderId: wire.oid, clientId: clientIdFrom(place.venue, wire.cloid ?? undefined), cause: causeOf(owner, wire), side: sideOf(wire.side), contracts: contracts(wire.sz),
  price: usdQuote(usdNearest(wire.px)), fee: settlementUp(wire.fee), at: wire.time,
});

/** A fill against somebody who was liquidated carries `liquidation` as well: it is ours only where it names us. */
function causeOf(owner: string, { dir, liquidation }: z.output<typeof FILL>): FillCause {
  if (/auto-deleveraging/i.test(dir)) return 'adl';
  if (/settlement/i.test(dir)) return 'settlement';
  return liquidation?.liquidatedUser.toLowerCase() === owner ? 'liquidation' : 'order';
}
