import type { CoinE18, ContractsE18, SettlementE18, SignedWad, UsdE8, Wad } from '@ballast/units';
import { marginUse, type MarginUse } from './contracts.js';
import type { Quote, Settlement } from './instrument.js';
import type { OptionGreeks } from './option-greeks.js';
import type { Reading } from './reading.js';
import type { InstrumentId, VenueAccountId, VenuePlace, VenuePositionId } from './venue.js';
import type { FundingRate, VenueOrder } from './venue-order.js';

/** Where and when an account was read. */
export interface VenueProvenance {
  /** Our wall clock when the answer came, in milliseconds. */
  readonly observedAt: number;
  /** The venue's own clock in milliseconds, where it tells it. */
  readonly venueTime: Reading<number>;
  /** The reader that read it, for people. */
  readonly source: string;
}

/** The price at which the venue says that it would liquidate. `none`: no price above zero would. */
export type LiquidationPrice = { readonly kind: 'price'; readonly usdE8: UsdE8 } | { readonly kind: 'none' } | { readonly kind: 'unknown'; readonly why: string };

/**
 * How near the position is to the front of the queue of automatic deleveraging. `told`: the venue's rank, 0 the last, `of` the first. `estimated`: profit as a share of
 * the notional x effective leverage, scaled by 1e18; for comparing, no more.
 */
export type AdlRank =
  | { readonly kind: 'told'; readonly rank: number; readonly of: number }
  | { readonly kind: 'estimated'; readonly score: SignedWad }
  | { readonly kind: 'unknown'; readonly why: string };

/** Where a position's margin is: its own (the deposit with the profit that is not realised: the position's own equity, rounded down), or the whole account. */
export type PositionMargin = { readonly kind: 'isolated'; readonly margin: SettlementE18; /** Maintenance margin of this position alone, rounded up. */ readonly maintenance: Reading<SettlementE18> } | { readonly kind: 'cross' };

export interface PerpetualPosition {
  readonly kind: 'perpetual';
  readonly id: VenuePositionId;
  readonly instrument: InstrumentId;
  /** Below zero: short. */
  readonly contracts: ContractsE18;
  /** Of an inverse perpetual the harmonic mean of what was paid. */
  readonly entryUsdE8: Reading<UsdE8>;
  readonly markUsdE8: Reading<UsdE8>;
  readonly indexUsdE8: Reading<UsdE8>;
  readonly liquidation: LiquidationPrice;
  readonly margin: PositionMargin;
  readonly leverage: Reading<Wad>;
  readonly unrealised: Reading<SettlementE18>;
  readonly funding: Reading<FundingRate>;
  readonly adl: AdlRank;
}

export interface OptionPosition {
  readonly kind: 'option';
  readonly id: VenuePositionId;
  readonly instrument: InstrumentId;
  /** Below zero: written. */
  readonly contracts: ContractsE18;
  readonly entry: Reading<Quote>;
  readonly mark: Reading<Quote>;
  /** The forward of the option's own expiry (Deribit's `underlying_price`), not the index: what Greeks are worked out on. */
  readonly forwardUsdE8: Reading<UsdE8>;
  /** Implied volatility of the mark, per year: 0.62 for 62%. A statistic, and so a float. */
  readonly markVolatility: Reading<number>;
  /** Worked out by Ballast from the forward and the mark's volatility. */
  readonly ownGreeks: Reading<OptionGreeks>;
  /** As the venue tells them, per coin; to check ours against. */
  readonly venueGreeks: Reading<OptionGreeks>;
}

export type VenuePosition = PerpetualPosition | OptionPosition;

/**
 * One account at one venue as read at one moment: everything that shares one margin. Equity counts profits that are not realised. Amounts are in the
 * settlement currency with 18 decimals.
 */
export interface DerivativeAccount extends VenuePlace {
  readonly id: VenueAccountId;
  readonly provenance: VenueProvenance;
  readonly settlement: Settlement;
  /** `portfolio` is margin by scenarios: its own numbers are shown, and no model of ours is believed. */
  readonly marginMode: 'cross' | 'isolated' | 'portfolio';
  /** `hedge` holds a long and a short of one instrument apart; Ballast trades in `one-way` accounts alone. */
  readonly positionMode: Reading<'one-way' | 'hedge'>;
  /** What shares the account's margin, rounded down: without what isolated positions have apart (`accountWorth` counts both). */
  readonly equity: SettlementE18;
  /** What could be used as further margin now, rounded down. */
  readonly free: SettlementE18;
  /** Of what shares the account's margin, rounded up. */
  readonly maintenanceMargin: Reading<SettlementE18>;
  /** Rounded up. */
  readonly initialMargin: Reading<SettlementE18>;
  readonly positions: readonly VenuePosition[];
  /** Ours and others', as the venue lists them. */
  readonly openOrders: readonly VenueOrder[];
}

/** What the account lists of a perpetual, also where it holds none of it now; undefined where it lists nothing. */
export const perpetualIn = ({ positions }: Pick<DerivativeAccount, 'positions'>, instrument: InstrumentId): PerpetualPosition | undefined =>
  positions.find((one): one is PerpetualPosition => one.kind === 'perpetual' && one.instrument === instrument);

/** What the account holds of a perpetual; undefined where it holds none. */
export const heldPerpetual = ({ positions }: Pick<DerivativeAccount, 'positions'>, instrument: InstrumentId): PerpetualPosition | undefined =>
  perpetualIn({ positions: positions.filter(({ contracts }) => contracts !== 0n) }, instrument);

/** All that the account holds: what shares its margin, and what isolated positions have apart. In its settlement currency, rounded down. */
export const accountWorth = ({ equity, positions }: Pick<DerivativeAccount, 'equity' | 'positions'>): SettlementE18 =>
  isolatedMargins(positions).reduce((sum, { margin }) => (sum + margin) as SettlementE18, equity);

/** The worst use of any margin of the account: the one that is shared, and each isolated position's. `unknown` where one of them is and none is exhausted. */
export function worstMarginUse({ equity, maintenanceMargin, marginMode, positions }: Pick<DerivativeAccount, 'equity' | 'maintenanceMargin' | 'marginMode' | 'positions'>): MarginUse {
  const apart = isolatedMargins(positions).map(({ margin, maintenance }) => useOf(maintenance, margin));
  // Where every position has a margin of its own, nothing shares the account's.
  const shared = marginMode === 'isolated' && maintenanceMargin.kind === 'unknown' ? [] : [useOf(maintenanceMargin, equity)];
  return [...shared, ...apart].reduce<MarginUse>((worst, one) => (badness(one) > badness(worst) ? one : worst), { kind: 'none' });
}

const isolatedMargins = (positions: DerivativeAccount['positions']) => positions.flatMap((one) => (one.kind === 'perpetual' && one.margin.kind === 'isolated' ? [one.margin] : []));
const useOf = (maintenance: Reading<SettlementE18>, equity: SettlementE18): MarginUse => (maintenance.kind === 'unknown' ? { kind: 'unknown', why: maintenance.why } : marginUse(maintenance.value, equity));

function badness(use: MarginUse): bigint {
  if (use.kind === 'none') return -1n;
  return use.kind === 'share' ? use.wad : use.kind === 'unknown' ? MORE_THAN_ANY_SHARE : MORE_THAN_ANY_SHARE + 1n;
}

const MORE_THAN_ANY_SHARE = 1n << 256n;

/** Coins that stand for the account itself: all that it holds where it settles in the coin, nothing where it settles in dollars. */
export const coinEquity = (account: Pick<DerivativeAccount, 'settlement' | 'equity' | 'positions'>): CoinE18 => (account.settlement.kind === 'coin' ? accountWorth(account) : 0n) as bigint as CoinE18;
