import { formatReserves, formatUserSummary } from '@aave/math-utils';
import { MarketUtils, ORACLE_PRICE_SCALE } from '@morpho-org/blue-sdk';
import * as quantlib from '@quantlib/ql';
import { ASSETS, PRICES, THRESHOLDS, type Holding, type Motions } from './population.js';

const DECIMALS = 18;
const RAY = (10n ** 27n).toString();
const DAY_MS = 86_400_000;

/** Tokens with 12 decimals kept, in units of 1e-18. */
const scaled = (units: number): string => (BigInt(Math.round(units * 1e12)) * 10n ** 6n).toString();

/** QuantLib's digital barrier that pays at once: with no interest its value is the chance, and a yield makes its drift the motion's. Five values for four bumped Greeks. */
export class QuantlibBarrier {
  private readonly spot = new quantlib.SimpleQuote(100);
  private readonly carry = new quantlib.SimpleQuote(0);
  private readonly volatility = new quantlib.SimpleQuote(0.5);
  private readonly options = new Map<number, quantlib.VanillaOption>();
  private readonly process: quantlib.BlackScholesMertonProcess;
  private readonly today = quantlib.DateExt.UTC('18,January,2026');
  private readonly counter = new quantlib.Actual365Fixed();

  constructor() {
    quantlib.Settings.evaluationDate.set(this.today);
    // Its types lack a method that its curves have.
    const curve = (quote: quantlib.SimpleQuote) => new quantlib.Handle(new quantlib.FlatForward().ffInit1(this.today, new quantlib.Handle(quote), this.counter)) as never;
    const surface = new quantlib.BlackConstantVol().bcvInit2(this.today, new quantlib.TARGET(), new quantlib.Handle(this.volatility), this.counter);
    this.process = new quantlib.BlackScholesMertonProcess(new quantlib.Handle(this.spot), curve(this.carry), curve(new quantlib.SimpleQuote(0)), new quantlib.Handle(surface) as never);
  }

  /** The chance alone. */
  chance({ columns, days }: Motions, index: number): number {
    this.place(columns, index);
    return this.option(days[index] as number).NPV();
  }

  /** The chance, then both bumps of the spot, one of the volatility and one of the time: what four Greeks take. */
  chanceAndGreeks(motions: Motions, index: number): number {
    const day = motions.days[index] as number;
    let sum = this.chance(motions, index);
    const spot = this.spot.value();
    for (const bumped of [spot * 1.001, spot * 0.999]) {
      this.spot.setValue(bumped);
      sum += this.option(day).NPV();
    }
    this.spot.setValue(spot);
    this.volatility.setValue(this.volatility.value() + 0.001);
    sum += this.option(day).NPV();
    this.volatility.setValue(this.volatility.value() - 0.001);
    return sum + this.option(day + 1).NPV();
  }

  private place({ logDistance, drift, volatility }: Motions['columns'], index: number): void {
    const sigma = volatility[index] as number;
    this.spot.setValue(100 * Math.exp(logDistance[index] as number));
    this.volatility.setValue(sigma);
    this.carry.setValue(-(drift[index] as number) - sigma ** 2 / 2);
  }

  private option(days: number): quantlib.VanillaOption {
    const known = this.options.get(days);
    if (known !== undefined) return known;
    const exercise = new quantlib.AmericanExercise().aeInit1(this.today, new Date(this.today.getTime() + days * DAY_MS), false);
    const option = new quantlib.VanillaOption(new quantlib.CashOrNothingPayoff(quantlib.Option.Type.Put, 100, 1), exercise);
    option.setPricingEngine(new quantlib.AnalyticDigitalAmericanEngine(this.process));
    this.options.set(days, option);
    return option;
  }
}

/** What Aave's own library takes for these positions: the reserves once a tick, then a summary of each user. */
export function aaveUsers(holdings: readonly Holding[], count: number): { readonly healthFactor: (index: number) => number } {
  const reserves = ASSETS.map((symbol, asset) => ({
    originalId: asset, id: symbol, symbol, name: symbol, decimals: DECIMALS, underlyingAsset: symbol, usageAsCollateralEnabled: true, reserveFactor: '1000', baseLTVasCollateral: '7000',
    liquidityIndex: RAY, reserveLiquidationThreshold: String(Math.round((THRESHOLDS[asset] as number) * 10_000)), reserveLiquidationBonus: '10500', variableBorrowIndex: RAY, variableBorrowRate: '0',
    availableLiquidity: '0', liquidityRate: '0', totalScaledVariableDebt: '0', lastUpdateTimestamp: 0, borrowCap: '0', supplyCap: '0', debtCeiling: '0', debtCeilingDecimals: 2,
    isolationModeTotalDebt: '0', virtualUnderlyingBalance: '0', deficit: '0', priceInMarketReferenceCurrency: String((PRICES[asset] as number) * 1e8),
  }));
  const market = { currentTimestamp: 0, marketReferencePriceInUsd: '100000000', marketReferenceCurrencyDecimals: 8 };
  const formattedReserves = formatReserves({ reserves, ...market });
  const users = Array.from({ length: count }, (_, index) => {
    const { collateral, debt } = holdings[index % holdings.length] as Holding;
    return ASSETS.map((underlyingAsset, asset) => ({
      underlyingAsset, scaledATokenBalance: scaled(collateral[asset] as number), usageAsCollateralEnabledOnUser: true, scaledVariableDebt: scaled(debt[asset] as number),
    }));
  });
  return { healthFactor: (index) => Number(formatUserSummary({ ...market, userReserves: users[index] ?? [], formattedReserves, userEmodeCategoryId: 0 }).healthFactor) };
}

/** Morpho's own health factor, of one collateral against one debt: a quarter of the work that the book does for each position. */
export function morphoPositions(count: number): { readonly healthFactor: (index: number) => number; readonly expected: (index: number) => number } {
  const market = { totalBorrowAssets: 10n ** 24n, totalBorrowShares: 10n ** 30n, price: 3_000n * ORACLE_PRICE_SCALE };
  const params = { lltv: 860_000_000_000_000_000n };
  const positions = Array.from({ length: count }, (_, index) => ({ collateral: 10n ** 18n + BigInt(index) * 10n ** 15n, borrowShares: 2_000n * 10n ** 24n }));
  return {
    healthFactor: (index) => Number(MarketUtils.getHealthFactor(positions[index] as (typeof positions)[number], market, params)) / 1e18,
    expected: (index) => (0.86 * 3_000 * (1 + index / 1_000)) / 2_000,
  };
}
