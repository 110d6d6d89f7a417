import { InvalidInput } from '@ballast/units';
import { blackScholes, type OptionType } from '../options/black-scholes.js';

/** A linear perpetual: size in units, negative for short. */
export interface PerpLeg {
  readonly asset: string;
  readonly size: number;
  readonly entryUsd: number;
  /** Maintenance margin rate of the tier that the size is in, and what that tier deducts. */
  readonly maintenanceRate: number;
  readonly tierDeductionUsd?: number;
  /** Paid by longs a day, as a share of the notional. */
  readonly fundingRatePerDay?: number;
}

export interface OptionLeg {
  readonly asset: string;
  readonly type: OptionType;
  readonly strikeUsd: number;
  readonly years: number;
  readonly volatility: number;
  readonly rate: number;
  /** Negative: written. */
  readonly quantity: number;
  /** Margin of a written option, as a share of the underlying's price. */
  readonly maintenanceRateShort: number;
}

export interface SpotLeg {
  readonly asset: string;
  readonly units: number;
  /** Share that does not count as margin. */
  readonly haircut: number;
}

/** A lending position held beside the account: it adds to what is owned, not to the margin. Interest per year. */
export interface LendingLeg {
  readonly asset: string;
  readonly suppliedUnits: number;
  readonly owedUnits: number;
  readonly supplyRate: number;
  readonly borrowRate: number;
}

export interface MarginAccount {
  readonly cashUsd: number;
  readonly accruedFundingUsd?: number;
  readonly perps?: readonly PerpLeg[];
  readonly options?: readonly OptionLeg[];
  readonly spot?: readonly SpotLeg[];
  readonly lending?: readonly LendingLeg[];
}

export type Prices = Readonly<Record<string, number>>;

/** What the venue counts: dollars, and M / MM (Infinity where nothing must be kept). */
export interface MarginState {
  /** All that is owned, without haircuts. */
  readonly equityUsd: number;
  readonly marginEquityUsd: number;
  readonly maintenanceMarginUsd: number;
  readonly marginRatio: number;
  readonly isLiquidatable: boolean;
}

/**
 * The state of an account at these prices (risk-model.md section 11). Margin equity counts cash, spot after its haircut, perpetuals' profit and
 * options at Black and Scholes; liquidation is where it falls under the maintenance margin. Lending legs count in `equityUsd` alone.
 * @throws InvalidInput for a missing price and for numbers that make no account
 */
export function marginState(account: MarginAccount, prices: Prices): MarginState {
  const marginEquityUsd = marginEquity(account, prices);
  const maintenanceMarginUsd = maintenanceMargin(account, prices);
  const beside = (account.lending ?? []).reduce((sum, { asset, suppliedUnits, owedUnits }) => sum + (suppliedUnits - owedUnits) * priceOf(prices, asset), 0);
  const cut = (account.spot ?? []).reduce((sum, { asset, units, haircut }) => sum + units * haircut * priceOf(prices, asset), 0);
  return {
    equityUsd: marginEquityUsd + cut + beside, marginEquityUsd, maintenanceMarginUsd,
    marginRatio: maintenanceMarginUsd === 0 ? Infinity : marginEquityUsd / maintenanceMarginUsd,
    isLiquidatable: marginEquityUsd < maintenanceMarginUsd,
  };
}

/** Margin equity less maintenance margin: what is left before liquidation. */
export const marginSlack = (account: MarginAccount, prices: Prices): number => marginEquity(account, prices) - maintenanceMargin(account, prices);

function marginEquity({ cashUsd, accruedFundingUsd = 0, perps = [], options = [], spot = [] }: MarginAccount, prices: Prices): number {
  let equity = finite('cash', cashUsd) - finite('accrued funding', accruedFundingUsd);
  for (const { asset, units, haircut } of spot) equity += finite('spot units', units) * (1 - shareOf('haircut', haircut)) * priceOf(prices, asset);
  for (const { asset, size, entryUsd } of perps) equity += finite('perp size', size) * (priceOf(prices, asset) - above('entry', entryUsd));
  for (const leg of options) equity += finite('option quantity', leg.quantity) * optionValue(leg, prices).value;
  return equity;
}

function maintenanceMargin({ perps = [], options = [] }: MarginAccount, prices: Prices): number {
  let kept = 0;
  for (const { asset, size, maintenanceRate, tierDeductionUsd = 0 } of perps) kept += Math.max(0, Math.abs(size) * priceOf(prices, asset) * shareOf('maintenance rate', maintenanceRate) - tierDeductionUsd);
  for (const { asset, quantity, maintenanceRateShort } of options) kept += Math.max(0, -quantity) * priceOf(prices, asset) * shareOf('maintenance rate of a written option', maintenanceRateShort);
  return kept;
}

/** The option of a leg at these prices. */
export function optionValue(leg: OptionLeg, prices: Prices) {
  return blackScholes({ type: leg.type, spot: priceOf(prices, leg.asset), strike: leg.strikeUsd, years: leg.years, volatility: leg.volatility, rate: leg.rate, carryYield: 0 });
}

/** @throws InvalidInput where the price is missing or not above 0 */
export function priceOf(prices: Prices, asset: string): number {
  const price = prices[asset];
  if (!(price !== undefined && price > 0 && Number.isFinite(price))) throw new InvalidInput(`price of ${asset}`, String(price), 'dollars above 0');
  return price;
}

function finite(field: string, value: number): number {
  if (!Number.isFinite(value)) throw new InvalidInput(field, String(value), 'a finite number');
  return value;
}

function above(field: string, value: number): number {
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidInput(field, String(value), 'a number above 0');
  return value;
}

function shareOf(field: string, value: number): number {
  if (!(value >= 0 && value < 1)) throw new InvalidInput(field, String(value), 'a share from 0 and under 1');
  return value;
}
