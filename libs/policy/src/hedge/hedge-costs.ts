import { BPS, WAD, mulDivUp, wadFromNumberUp, type CoinE18, type SignedUsdE8, type UsdE8, type Wad } from '@ballast/units';
import { coinsInUsdCeil, coinsInUsdFloor, type Instrument, type VenueMarket } from '@ballast/positions';
import { fundingCost, roundTripCost, type FundingView } from './funding-budget.js';

/** What one way of hedging may be expected to cost over the horizon, in dollars with 8 decimals; below zero it is received. */
export interface HedgeCosts {
  /** Fees, spread and impact, in and out; of an option its fee. Rounded up. */
  readonly tradeUsdE8: UsdE8;
  /** Expected funding, above zero paid; of an option its premium at the ask. Rounded up. */
  readonly carryUsdE8: SignedUsdE8;
  /** What margin costs that lies at a venue. Rounded up. */
  readonly capitalUsdE8: UsdE8;
  /** Chance of the hedge's own liquidation x what that takes; what the stress of funding adds. Rounded up. */
  readonly tailUsdE8: UsdE8;
}

export const totalHedgeCost = ({ tradeUsdE8, carryUsdE8, capitalUsdE8, tailUsdE8 }: HedgeCosts): SignedUsdE8 => (tradeUsdE8 + carryUsdE8 + capitalUsdE8 + tailUsdE8) as bigint as SignedUsdE8;

/** One way through the book at this price: the taker's fee and half the spread. A share of the notional, rounded up. */
export function oneWayCost({ takerFee }: Pick<Instrument, 'takerFee'>, { bids, asks }: VenueMarket): Wad {
  const [bid, ask] = [bids[0]?.price, asks[0]?.price];
  if (bid?.unit !== 'usd' || ask?.unit !== 'usd' || bid.usdE8 <= 0n || ask.usdE8 < bid.usdE8) return (takerFee + UNKNOWN_SPREAD) as Wad;
  return (takerFee + mulDivUp(ask.usdE8 - bid.usdE8, WAD, ask.usdE8 + bid.usdE8)) as Wad;
}

/** Half the spread of a book that shows none: 20 hundredths of a percent. */
const UNKNOWN_SPREAD = 2_000_000_000_000_000n;

export interface PerpCostFacts {
  readonly side: 'long' | 'short';
  readonly notionalUsdE8: UsdE8;
  readonly oneWay: Wad;
  readonly funding: FundingView;
  readonly days: number;
  /** Margin that lies there, in dollars, and what it costs a year. */
  readonly marginUsdE8: UsdE8;
  readonly capitalRate: Wad;
  /** Of the hedge's own liquidation within the horizon, and what it takes. */
  readonly chanceOfLiquidation: Wad;
  readonly liquidationLossUsdE8: UsdE8;
}

/** hedging.md section 4.4: expected funding, spread and fees, capital, and the chance of the hedge's own liquidation. A twentieth of the stress of funding counts as its tail. */
export function perpCost(facts: PerpCostFacts): HedgeCosts {
  const { expectedUsdE8, stressUsdE8 } = fundingCost(facts.side, facts.notionalUsdE8, facts.funding, facts.days);
  const above = stressUsdE8 > expectedUsdE8 ? stressUsdE8 - (expectedUsdE8 > 0n ? expectedUsdE8 : 0n) : 0n;
  return {
    tradeUsdE8: roundTripCost(facts.notionalUsdE8, facts.oneWay), carryUsdE8: expectedUsdE8,
    capitalUsdE8: mulDivUp(facts.marginUsdE8 * BigInt(Math.ceil(facts.days)), facts.capitalRate, WAD * 365n) as UsdE8,
    tailUsdE8: (mulDivUp(facts.liquidationLossUsdE8, facts.chanceOfLiquidation, WAD) + mulDivUp(above, 500n, BPS)) as UsdE8,
  };
}

/** A put as it is offered. */
export interface PutOffer {
  readonly coins: CoinE18;
  readonly indexUsdE8: UsdE8;
  /** What one coin's worth costs at the ask, in dollars; rounded up. */
  readonly askUsdE8: UsdE8;
  readonly takerFee: Wad;
  /** Most that the fee may be of the premium. */
  readonly feeCapOfPremium: Wad;
}

/** A put at what it is offered for, never at its mark; the fee is of the index, at most a share of the premium. Rounded up. */
export function putCost({ coins, indexUsdE8, askUsdE8, takerFee, feeCapOfPremium }: PutOffer): HedgeCosts {
  const premium = coinsInUsdCeil(coins, askUsdE8);
  const [ofIndex, ofPremium] = [mulDivUp(coinsInUsdCeil(coins, indexUsdE8), takerFee, WAD), mulDivUp(premium, feeCapOfPremium, WAD)];
  return { tradeUsdE8: (ofIndex < ofPremium ? ofIndex : ofPremium) as UsdE8, carryUsdE8: premium as SignedUsdE8, capitalUsdE8: 0n as UsdE8, tailUsdE8: 0n as UsdE8 };
}

/** Dollars that so many puts pay at a price, rounded down. */
export const putPayoff = (coins: CoinE18, strikeUsdE8: UsdE8, priceUsdE8: UsdE8): bigint => (priceUsdE8 >= strikeUsdE8 ? 0n : coinsInUsdFloor(coins, (strikeUsdE8 - priceUsdE8) as UsdE8));

/** A chance as a share, rounded up. */
export const chanceUp = (chance: number): Wad => wadFromNumberUp(Math.min(1, Math.max(0, chance)));

