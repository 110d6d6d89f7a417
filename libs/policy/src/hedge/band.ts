import { BPS, WAD, magnitude, mulDivUp, wadFromNumberDown, wadFromNumberUp, type CoinE18, type UsdE8, type Wad } from '@ballast/units';
import { coinsCeil, usdInCoinsUp, type Perpetual } from '@ballast/positions';
import { noTradeHalfWidth, type DeltaInterval, type HigherGreeks } from '@ballast/risk';
import type { HedgePolicy } from './hedge-policy.js';

/** Half-widths around the target in coins, each rounded up; the band is the largest of them. */
export interface Band {
  /** Whalley and Wilmott: where there is gamma. 0 for a book of loans. */
  readonly gamma: CoinE18;
  readonly lot: CoinE18;
  readonly minNotional: CoinE18;
  /** What a day's move, as one day in a hundred has it, would cost less than trading does. */
  readonly cost: CoinE18;
  readonly noise: CoinE18;
  readonly half: CoinE18;
}

/** A day's move that one day in a hundred exceeds, in standard deviations. */
const MOVE_99 = 2.326;

export interface BandFacts {
  readonly policy: HedgePolicy;
  readonly target: CoinE18;
  readonly priceUsdE8: UsdE8;
  readonly hourlyVolatility: number;
  readonly higher: HigherGreeks;
  /** Of the instrument that would be traded first. */
  readonly instrument: Perpetual;
  /** One way, as a share of the notional: fee, half the spread, impact. */
  readonly tradeCost: Wad;
}

/** hedging.md section 4.2: the largest of five. For loans gamma is none, and Whalley and Wilmott alone would leave no band. */
export function bandOf({ policy, target, priceUsdE8, hourlyVolatility, higher, instrument, tradeCost }: BandFacts): Band {
  const gammaHalf = higher.gammaPerUsd === 0 ? 0 : noTradeHalfWidth({ costShare: Number(tradeCost) / 1e18, priceUsd: Number(priceUsdE8) / 1e8, gammaPerUsd: higher.gammaPerUsd, rate: 0, years: policy.horizonDays / 365, riskAversion: policy.riskAversion });
  const lot = coinsCeil(instrument.lot, instrument, priceUsdE8);
  const minimum = coinsCeil(instrument.minContracts, instrument, priceUsdE8);
  const minNotional = usdInCoinsUp(instrument.minNotionalUsdE8, priceUsdE8);
  const dayMove = wadFromNumberDown(Math.max(1e-6, MOVE_99 * hourlyVolatility * Math.sqrt(24)));
  const roundTrip = mulDivUp(tradeCost * 2n, policy.costMultiple, WAD);
  const cost = mulDivUp(magnitude(target), roundTrip, dayMove);
  const noise = mulDivUp(magnitude(target), policy.oracleNoise, BPS);
  const gamma = gammaHalf > 9_000 ? (mulDivUp(WAD, BigInt(Math.ceil(gammaHalf)), 1n) as CoinE18) : (wadFromNumberUp(gammaHalf) as bigint as CoinE18);
  const half = [gamma, lot, minimum, minNotional, cost, noise].reduce((most, each) => (each > most ? each : most), 0n) as CoinE18;
  return { gamma, lot, minNotional: (minNotional > minimum ? minNotional : minimum) as CoinE18, cost: cost as CoinE18, noise: noise as CoinE18, half };
}

/**
 * Coins to trade so that what is held comes to the band around the target, `hysteresis` of the half-width inside its edge; none while the band around anything that the target
 * may be holds it. Above zero bought.
 */
export function toBand(held: CoinE18, target: Extract<DeltaInterval, { kind: 'interval' }>, { half }: Pick<Band, 'half'>, hysteresis: bigint): CoinE18 {
  const inner = half - mulDivUp(half, hysteresis, BPS);
  if (held > target.hi + half) return (target.hi + inner - held) as CoinE18;
  return (held < target.lo - half ? target.lo - inner - held : 0n) as CoinE18;
}
