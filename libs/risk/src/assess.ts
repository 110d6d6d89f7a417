import { InvalidInput, mulDivDown, type Bps, type UsdE8, type Wad } from '@ballast/units';
import type { HealthFactor, LendingPosition, PriceTick } from '@ballast/positions';
import { aaveHealth, healthAgrees, owesNothing, totalDebt, weightedCollateral } from './health-factor.js';
import { lossIfLiquidated } from './liquidation-loss.js';
import { chanceModel, liveChances } from './live-chance.js';
import { STABLE_SYMBOLS, exactPriceAtHealth, priceAtHealth, riskDriver, type RiskDriver } from './liquidation-price.js';
import { riskState } from './risk-state.js';
import { assumedVolatility, realisedVolatility } from './volatility.js';
import type { RiskReport, Volatility } from './report.js';

const ONE = 1_000_000_000_000_000_000n as Wad;

export interface AssessInput {
  readonly position: LendingPosition;
  /** Known prices, in any order and of any assets; only those of the position's risky asset are used. */
  readonly ticks: readonly PriceTick[];
  /** Chain seconds; the block's own time when left out. */
  readonly now?: bigint;
  /** Symbols taken as fixed in dollars; `STABLE_SYMBOLS` when left out. */
  readonly stableSymbols?: readonly string[];
  /** The health below which Ballast acts, where a rule is in force; moves the state's thresholds. */
  readonly actsAt?: Wad | null;
}

/**
 * Everything that is known of one position's risk at its block: drift 0, no interest, the driving asset's realised volatility.
 * Figures round towards danger. Where the health depends on several prices or a price is missing, distance and chances are not told
 * and `liquidationPrice.why` says why.
 */
export function assess(input: AssessInput): RiskReport {
  const { position } = input;
  const now = input.now ?? position.provenance.blockTimestamp;
  const health = cautiousHealth(position);
  const driver = readableDriver(position, input.stableSymbols ?? STABLE_SYMBOLS);
  const volatility = volatilityOf(driver, input.ticks, now);
  const measures = owesNothing(position) ? NOTHING_OWED : measure(position, driver, volatility);
  const report: Omit<RiskReport, 'state'> = {
    positionId: position.id,
    provenance: position.provenance,
    health,
    collateralUsdE8: position.reported.collateralUsdE8,
    debtUsdE8: position.reported.debtUsdE8,
    ...measures,
    volatility,
    lossIfLiquidatedUsdE8: lossIfLiquidated(position, health.kind === 'ratio' ? health.wad : null),
    oldestPriceAgeSeconds: oldestPriceAge(position, now),
    model: chanceModel(driver, volatility),
  };
  // A debt without a price counts as none in the protocol's own sum; it is not therefore nothing.
  const unvalued = health.kind === 'no-debt' && !owesNothing(position);
  return { ...report, state: unvalued ? 'unknown' : riskState(report, input.actsAt ?? null) };
}

/** The same report with the state it has when Ballast acts below `actsAt` (null: no rule in force). */
export const withRule = (report: RiskReport, actsAt: Wad | null): RiskReport =>
  report.health.kind === 'no-debt' ? report : { ...report, state: riskState(report, actsAt) };

type Measures = Pick<RiskReport, 'distance' | 'liquidationPrice' | 'chances'>;

const NOTHING_OWED: Measures = { distance: { kind: 'none' }, liquidationPrice: { kind: 'none', why: 'Nothing is borrowed.' }, chances: [] };

/** The protocol's own figure, or ours where it is lower and every price is known. */
function cautiousHealth(position: LendingPosition): HealthFactor {
  const reported = position.reported.health;
  const ours = aaveHealth(weightedCollateral(position), totalDebt(position));
  if (reported.kind === 'no-debt' || ours.kind === 'no-debt') return reported;
  const priced = [...position.collaterals, ...position.debts].every((leg) => leg.price.kind === 'price');
  return priced && ours.wad < reported.wad ? ours : reported;
}

function readableDriver(position: LendingPosition, stableSymbols: readonly string[]): RiskDriver {
  const driver = riskDriver(position, stableSymbols);
  if (driver.kind === 'none' || healthAgrees(position)) return driver;
  return { kind: 'none', why: 'What was read leg by leg does not add up to the health that the protocol reports.' };
}

function volatilityOf(driver: RiskDriver, ticks: readonly PriceTick[], now: bigint): Volatility {
  if (driver.kind === 'none') return assumedVolatility(driver.why);
  return realisedVolatility(ticks.filter((tick) => tick.asset === driver.leg.asset.address), now);
}

function measure(position: LendingPosition, driver: RiskDriver, volatility: Volatility): Measures {
  if (driver.kind === 'none') return { distance: { kind: 'none' }, liquidationPrice: { kind: 'none', why: driver.why }, chances: [] };
  const usdE8 = priceAtHealth(position, driver, ONE);
  const logDistance = logDistanceOf(position, driver);
  const chances = liveChances(driver, logDistance, volatility);
  const asset = driver.leg.asset;
  if (usdE8 === null) {
    return { distance: { kind: 'none' }, liquidationPrice: { kind: 'none', why: `No price of ${asset.symbol} alone makes this loan liquidatable.` }, chances };
  }
  const dailyMoves = typicalDailyMoves(logDistance, volatility.hourly);
  const distance = driver.kind === 'collateral'
    ? ({ kind: 'fall', share: shareBetween(usdE8, driver.price, driver.price), dailyMoves } as const)
    : ({ kind: 'rise', share: shareBetween(driver.price, usdE8, driver.price), dailyMoves } as const);
  return { distance, liquidationPrice: { kind: 'price', asset, usdE8 }, chances };
}

/** ln(price / liquidation price), or its inverse for a debt; from exact integers, so that it keeps its digits near 0. */
export function logDistanceOf(position: LendingPosition, driver: Exclude<RiskDriver, { kind: 'none' }>): number {
  const exact = exactPriceAtHealth(position, driver, ONE);
  if (exact === null) return driver.kind === 'collateral' ? Infinity : -Infinity;
  const now = driver.price * exact.denominator;
  const excess = driver.kind === 'collateral' ? now - exact.numerator : exact.numerator - now;
  return Math.log1p(Number(excess) / Number(driver.kind === 'collateral' ? exact.numerator : now));
}

/** (higher - lower) / base in hundredths of a percent, rounded down; 0 when the barrier is already passed. */
function shareBetween(lower: UsdE8, higher: UsdE8, base: UsdE8): Bps {
  return (higher <= lower ? 0n : mulDivDown(higher - lower, 10_000n, base)) as Bps;
}

const FLOAT_NOISE = 1e-9;

/** Log distance in standard deviations of one day, with 1 decimal, rounded down; 0 when the barrier is already passed. */
export function typicalDailyMoves(logDistance: number, hourlyVolatility: number): number {
  if (!(hourlyVolatility > 0)) throw new InvalidInput('hourly volatility', String(hourlyVolatility), 'a number above zero');
  const moves = logDistance / (hourlyVolatility * Math.sqrt(24));
  return moves <= 0 ? 0 : Math.floor(moves * 10 + FLOAT_NOISE) / 10;
}

function oldestPriceAge(position: LendingPosition, now: bigint): number | null {
  let oldest = 0;
  for (const leg of [...position.collaterals, ...position.debts]) {
    if (leg.amount === 0n) continue;
    if (leg.price.kind === 'no-price' || leg.price.updatedAt === null) return null;
    oldest = Math.max(oldest, Number(now - leg.price.updatedAt));
  }
  return oldest;
}
