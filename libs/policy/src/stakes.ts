import { BPS, WAD, mulDivDown, mulDivUp, wadFromNumberDown, wadFromNumberUp, wadToNumber, type Bps, type UsdE8, type Wad } from '@ballast/units';
import type { CollateralLeg, LendingPosition } from '@ballast/positions';
import { HOURS_PER_YEAR, countedCollaterals, healthFactor, hitProbability, liveChances, logDistanceOf, lossIfLiquidated, owesNothing, riskDriver, totalDebt } from '@ballast/risk';
import { DEFAULT_LIMITS, type DecideInput } from './decide-input.js';
import type { Stakes } from './decision.js';
import { mostOut } from './fill-sizing.js';

/**
 * What a rescue is weighed against looks this far ahead. policy.md section 2 tried one to fourteen days for the cost of not acting: three are best, a
 * week and more is too cautious.
 */
export const STAKES_HORIZON_HOURS = 72;
/** The move that the price of a large coin exceeds in one hour in a hundred, in hourly standard deviations (policy.md section 2). */
export const HOURLY_MOVE_99 = 4.3;
/** Where Aave lets a liquidator repay the whole debt; it is what a price that jumps past the threshold brings. */
const WHOLE_DEBT_HEALTH = 950_000_000_000_000_000n as Wad;

/** What the market tells beside the protocol's prices; the same for the position before and after an action. */
export interface MarketSigns {
  /** Share of its worth that a sale of the collateral loses, scaled by 1e18, for the largest sale that was priced; null where none was. */
  readonly saleShare: bigint | null;
  readonly isThin: boolean;
  /** By how much the protocol's prices may still move against the loan to reach the market's, as a share scaled by 1e18. */
  readonly gap: bigint;
}

/** The signs for a mandate that may sell this collateral; without it only the gap is told. */
export function marketSigns({ position, report, fill }: DecideInput, sold: CollateralLeg | undefined): MarketSigns {
  const against = (report.market ?? []).flatMap((fact) => {
    const isCollateral = countedCollaterals(position).some(({ asset }) => asset.address === fact.asset.address);
    const isDebt = position.debts.some(({ asset, amount }) => amount > 0n && asset.address === fact.asset.address);
    const counts = (isCollateral && fact.protocolIs === 'above') || (isDebt && fact.protocolIs === 'below');
    return counts && fact.gapBps !== null ? [fact.gapBps] : [];
  });
  const gap = mulDivUp(against.reduce<bigint>((most, each) => (each > most ? each : most), 0n), WAD, BPS);
  const [largest] = typeof fill === 'object' && fill !== null ? [...fill.quotes].sort((a, b) => (a.sold > b.sold ? -1 : 1)) : [];
  const debt = position.debts.find(({ amount }) => amount > 0n);
  if (largest === undefined || sold === undefined || debt === undefined || largest.sold === 0n) return { saleShare: null, isThin: false, gap };
  const worth = mostOut(debt, sold, largest.bought, 0n as Bps);
  const saleShare = worth >= largest.sold ? 0n : mulDivUp(largest.sold - worth, WAD, largest.sold);
  return { saleShare, isThin: saleShare * BPS >= sold.liquidationBonus * WAD && sold.liquidationBonus > 0n, gap };
}

/**
 * What is at stake for the position, which may be the one that was read or what an action would make of it. Nothing where nothing is owed. What is
 * not known counts against waiting: an unknown chance is taken as certain.
 */
export function stakesOf(input: DecideInput, position: LendingPosition, signs: MarketSigns): Stakes {
  const health = healthFactor(position);
  if (owesNothing(position) || health.kind === 'no-debt') return { ...NOTHING, horizonHours: STAKES_HORIZON_HOURS };
  const chance = chanceOf(input, position, signs);
  const { lossUsdE8, because } = lossOf(input, position, health.wad, signs);
  const equity = equityOf(position);
  return {
    horizonHours: STAKES_HORIZON_HOURS, chance: chance ?? WAD, chanceKnown: chance !== null, lossUsdE8, because,
    worstUsdE8: (equity > lossUsdE8 ? equity : lossUsdE8) as UsdE8,
    expectedUsdE8: mulDivUp(lossUsdE8, chance ?? WAD, WAD) as UsdE8,
  };
}

const NOTHING = { chance: 0n as Wad, chanceKnown: true, lossUsdE8: 0n as UsdE8, worstUsdE8: 0n as UsdE8, expectedUsdE8: 0n as UsdE8, because: 'usual' } as const;

/** The price may be driven by one asset alone; otherwise nothing tells the chance. The diffusion's, or where that is more the one that the asset's own days tell for one day. */
function chanceOf(input: DecideInput, position: LendingPosition, signs: MarketSigns): Wad | null {
  const health = healthFactor(position);
  if (health.kind === 'ratio' && health.wad <= WAD) return WAD;
  const driver = riskDriver(position, (input.limits ?? DEFAULT_LIMITS).stableSymbols);
  if (driver.kind === 'none') return null;
  const { volatility } = input.report;
  const read = logDistanceOf(position, driver);
  const distance = driver.kind === 'debt' && read === -Infinity ? Infinity : read + Math.log1p(-wadToNumber(signs.gap as Wad));
  if (Number.isNaN(distance)) return null;
  const halfVariance = volatility.annual ** 2 / 2;
  const drift = driver.kind === 'collateral' ? -halfVariance : halfVariance;
  const { probability } = hitProbability({ logDistance: distance, drift, volatility: volatility.annual, years: STAKES_HORIZON_HOURS / HOURS_PER_YEAR });
  const [day] = liveChances(driver, distance, volatility);
  const ofDay = day === undefined ? 0 : day.kind === 'floor' ? day.below : day.value;
  return wadFromNumberUp(Math.min(1, Math.max(probability, isFinite(distance) ? ofDay : 0)));
}

function lossOf(input: DecideInput, position: LendingPosition, health: Wad, signs: MarketSigns): Pick<Stakes, 'lossUsdE8' | 'because'> {
  const first = lossIfLiquidated(position, health);
  if (signs.isThin) {
    const equity = equityOf(position);
    return { lossUsdE8: equity > first ? (equity as UsdE8) : first, because: 'thin-market' };
  }
  // Close to the threshold the first sale decides; a price that moves further within our own reaction leaves the whole debt to be repaid at once.
  const ahead = mulDivDown(wadFromNumberDown(Math.exp(-moveAhead(input))), signs.gap < WAD ? WAD - signs.gap : 0n, WAD);
  const atWorst = mulDivDown(health < WAD ? health : WAD, ahead, WAD) as Wad;
  const whole = lossIfLiquidated(position, atWorst <= WHOLE_DEBT_HEALTH ? WHOLE_DEBT_HEALTH : health);
  const isJump = whole > first;
  const penalty = isJump ? whole : first;
  return { lossUsdE8: (penalty + buyingBack(position, penalty, signs)) as UsdE8, because: isJump ? 'jump' : 'usual' };
}

/** How far the price moves against the loan while we react, one time in a hundred, as a logarithm. */
export const moveAhead = ({ report, latencySeconds, blockGapSeconds }: Pick<DecideInput, 'report' | 'latencySeconds' | 'blockGapSeconds'>): number =>
  HOURLY_MOVE_99 * report.volatility.hourly * Math.sqrt(Math.max(0, latencySeconds ?? blockGapSeconds) / 3_600);

/** Buying back later what a liquidation sells costs what selling it does: policy.md counts it for a sale of ours, so it counts here as well. */
function buyingBack(position: LendingPosition, penalty: bigint, { saleShare }: MarketSigns): bigint {
  const bonus = countedCollaterals(position).reduce<bigint>((most, leg) => (leg.liquidationBonus > most ? leg.liquidationBonus : most), 0n);
  if (saleShare === null || bonus === 0n) return 0n;
  return mulDivUp(mulDivUp(penalty, BPS + bonus, bonus), saleShare, WAD);
}

function equityOf(position: LendingPosition): bigint {
  const held = countedCollaterals(position).reduce<bigint>((sum, { valueUsdE8 }) => sum + valueUsdE8, 0n);
  const owed = totalDebt(position);
  return held > owed ? held - owed : 0n;
}

/** What an action averts: what is at stake before it less what is after it; never under 0. A chance that nothing tells is certain before it and none after it. */
export function avertedBy(before: Stakes, after: Stakes): UsdE8 {
  const averted = before.expectedUsdE8 - (after.chanceKnown ? after.expectedUsdE8 : 0n);
  return (averted > 0n ? averted : 0n) as UsdE8;
}
