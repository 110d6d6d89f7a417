import type { CoinE18, ContractsE18, UsdE8, Wad } from '@ballast/units';
import type { Underlying } from '../underlying.js';
import type { InstrumentId } from './venue.js';

/** What an account's equity, margin and profits are counted in: a coin that moves with the price, or a dollar token. */
export type Settlement = { readonly kind: 'coin'; readonly underlying: Underlying } | { readonly kind: 'usd'; readonly token: string };

/** The coin's or the dollar token's own name. */
export const currencyOf = (settlement: Settlement): string => (settlement.kind === 'coin' ? settlement.underlying : settlement.token);

/** A price as the venue quotes it: perpetuals in dollars; options in dollars, or in coins (Deribit's inverse ones). */
export type Quote = { readonly unit: 'usd'; readonly usdE8: UsdE8 } | { readonly unit: 'coin'; readonly coinE18: CoinE18 };

/**
 * What one contract is. Contracts are what the venue takes as an order's size. `linear`: so many coins (Deribit's USDC perpetuals and options, Hyperliquid,
 * Binance and Bybit: 1; OKX's ETH-USDT-SWAP: 0.1). `inverse`: so many dollars' worth, and so fewer coins the higher the price (Deribit's ETH-PERPETUAL: 1 dollar,
 * traded in lots of 1).
 */
export type ContractSize = { readonly kind: 'linear'; readonly coinE18: CoinE18 } | { readonly kind: 'inverse'; readonly usdE8: UsdE8 };

/**
 * Which prices an order may name. `fixed`: whole multiples of the step. `stepped`: the step of the last row whose `from` is not above the price (Deribit's
 * options). `significant`: so many significant figures and at most so many decimals (Hyperliquid: 5, and 6 less the decimals of its lot); whole dollars always pass.
 */
export type TickRule =
  | { readonly kind: 'fixed'; readonly step: Quote }
  | { readonly kind: 'stepped'; readonly rows: readonly { readonly from: Quote; readonly step: Quote }[] }
  | { readonly kind: 'significant'; readonly figures: number; readonly maxDecimals: number };

/** One row of a venue's margin table: it holds from `from` on, in the table's unit, until the next row. */
export interface MarginTier {
  /** Size of the position from which the row holds: dollars with 8 decimals, or coins with 18, as `MarginTiers.unit` says. The first is 0. */
  readonly from: bigint;
  /** Maintenance margin as a share of the notional, rounded up. */
  readonly maintenanceRate: Wad;
  readonly initialRate: Wad;
  /** What is taken off notional x maintenanceRate, in the table's unit, so that margin does not jump between rows; 0 where the venue has none. */
  readonly deduction: bigint;
}

/** The venue's table, lowest row first; unknown where it does not tell one. Then its own margin figures are all there is, and no position is grown. */
export type MarginTiers =
  | { readonly kind: 'tiers'; readonly unit: 'usd' | 'coin'; readonly rows: readonly MarginTier[] }
  | { readonly kind: 'unknown'; readonly why: string };

interface Traded {
  readonly id: InstrumentId;
  readonly underlying: Underlying;
  readonly settlement: Settlement;
  readonly contract: ContractSize;
  /** Sizes are whole multiples of it. */
  readonly lot: ContractsE18;
  /** The least size of an order, a multiple of the lot. */
  readonly minContracts: ContractsE18;
  /** The least value of an order, in dollars; 0 where there is none. Closing orders are often exempt: `minNotionalExemptsReduceOnly`. */
  readonly minNotionalUsdE8: UsdE8;
  readonly minNotionalExemptsReduceOnly: boolean;
  readonly tick: TickRule;
  /** What a taker pays, as a share of the notional, rounded up. */
  readonly takerFee: Wad;
  /** `open` trades; `closed` does not for now (settlement, maintenance); `gone` is delisted or expired. */
  readonly state: 'open' | 'closed' | 'gone';
}

export interface Perpetual extends Traded {
  readonly kind: 'perpetual';
  readonly tiers: MarginTiers;
  /** The venue's own ceiling, scaled by 1e18. It says what is allowed, never what is wise. */
  readonly maxLeverage: Wad;
  /** Seconds from one payment of funding to the next: 3,600 on Hyperliquid, 28,800 on most. Never assumed. */
  readonly fundingIntervalSeconds: number;
}

export interface ListedOption extends Traded {
  readonly kind: 'option';
  readonly type: 'call' | 'put';
  readonly strikeUsdE8: UsdE8;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Seconds before expiry over which the settlement price is averaged, and delta decays: 1,800 on Deribit. */
  readonly settlementWindowSeconds: number;
  /** Most that the fee may be of the premium (Deribit: 12.5%), scaled by 1e18. */
  readonly feeCapOfPremium: Wad;
}

export type Instrument = Perpetual | ListedOption;
