import { InvalidInput, WAD, mulDivDown, mulDivUp, type Bps, type CoinE18, type UsdE8, type Wad, BPS } from '@ballast/units';

/** How a hedge is to outlive the move against it. */
export interface Survival {
  /** The move that it must live through without further margin: 5,000 is 50%. */
  readonly adverse: Bps;
  /** Maintenance margin as a share of the notional. */
  readonly maintenance: Wad;
  /** What closing costs, as a share of the notional: fees, slippage, the venue's own charge. */
  readonly closing: Wad;
}

/**
 * Most notional over margin with which a linear position lives through the move: 1 / (u + (mmr + c)(1 + u)), from M >= N S (u + mmr (1+u) + c (1+u)) (hedging.md section 4.3).
 * Rounded down. For a short; of a long it is a little stricter than need be.
 */
export function leverageSurviving({ adverse, maintenance, closing }: Survival): Wad {
  const needed = (adverse * WAD) / BPS + mulDivUp(maintenance + closing, BPS + adverse, BPS);
  if (needed <= 0n) throw new InvalidInput('survival', `${adverse} bps`, 'a move, a margin or a cost above 0');
  return mulDivDown(WAD, WAD, needed) as Wad;
}

/**
 * Most coins that may be short, or long, in an inverse perpetual so that an account with so many coins of equity lives through the move. Short: C (1+u) / (u + k), of which C hedge only the
 * account's own coins; long: C (1-u) / (u + k), where k is maintenance and closing. Rounded down.
 */
export function inverseCoinsSurviving(side: 'short' | 'long', equity: CoinE18, { adverse, maintenance, closing }: Survival): CoinE18 {
  if (equity <= 0n || (side === 'long' && adverse >= BPS)) return 0n as CoinE18;
  const away = side === 'short' ? BPS + adverse : BPS - adverse;
  const needed = adverse * WAD + (maintenance + closing) * BPS;
  if (needed <= 0n) throw new InvalidInput('survival', `${adverse} bps`, 'a move, a margin or a cost above 0');
  return mulDivDown(equity * away, WAD, needed) as CoinE18;
}

/** Where a linear short of so many coins with this much margin is liquidated: (M + N S) / (N (1 + mmr)); dollars with 8 decimals, rounded down. @throws InvalidInput when there is no short */
export function shortLiquidationPriceDown(coins: CoinE18, marginUsdE8: bigint, priceUsdE8: UsdE8, maintenance: Wad): UsdE8 {
  if (coins <= 0n) throw new InvalidInput('short', coins.toString(), 'coins above 0');
  const value = marginUsdE8 * WAD + coins * priceUsdE8;
  return mulDivDown(value, WAD, coins * (WAD + maintenance)) as UsdE8;
}

/**
 * The share of the equity that maintenance margin takes just as a move of `adverse` would end in liquidation: mmr / (u + mmr (1 + u)). More margin use than this does not live through it.
 * Rounded down.
 */
export function marginUseBefore(adverse: Bps, maintenance: Wad): Wad {
  const needed = (adverse * WAD) / BPS + mulDivUp(maintenance, BPS + adverse, BPS);
  return (needed <= 0n ? WAD : mulDivDown(maintenance, WAD, needed)) as Wad;
}
