import { BPS, WAD, magnitude, mulDivDown, mulDivFloor, mulDivUp, type Bps, type ContractsE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { coinsFloor, maintenanceMarginUp, marginUse, notionalUp, settlementInUsdFloor, usdInSettlementUp, type LendingPosition, type MarginUse, type Perpetual } from '@ballast/positions';

/** A loan as far as one price moves it. Collateral in dollars with 8 decimals x its threshold in bps. */
export interface LoanBook {
  readonly id: string;
  readonly movingCollateral: bigint;
  readonly fixedCollateral: bigint;
  readonly movingDebt: bigint;
  readonly fixedDebt: bigint;
}

/**
 * What the price moves of a loan. Everything that is no dollar moves with it: in a crash coins fall together. Of what nobody asked the underlying, collateral moves and debt stays, which is the worse on the way
 * down. Collateral that is off does not count.
 */
export function loanBook(position: LendingPosition): LoanBook {
  const isDollar = ({ rate }: LendingPosition['debts'][number] | LendingPosition['collaterals'][number]): boolean => rate?.kind === 'rate' && rate.underlying === 'USD';
  const counted = position.collaterals.filter(({ enabled }) => enabled);
  const weighed = (moving: boolean): bigint => counted.filter((leg) => isDollar(leg) !== moving).reduce((sum, leg) => sum + leg.valueUsdE8 * leg.liquidationThreshold, 0n);
  const owed = (moving: boolean): bigint => position.debts.filter((leg) => (isDollar(leg) || leg.rate === undefined) !== moving).reduce((sum, leg) => sum + leg.valueUsdE8, 0n);
  return { id: position.id, movingCollateral: weighed(true), fixedCollateral: weighed(false), movingDebt: owed(true), fixedDebt: owed(false) };
}

/** A perpetual with the margin that it has to itself, or shares with others whose own needs stay as they are. */
export interface VenueBook {
  readonly id: string;
  readonly instrument: Perpetual;
  readonly contracts: ContractsE18;
  readonly equity: SettlementE18;
  readonly otherMaintenance: SettlementE18;
  readonly markUsdE8: UsdE8;
}

/** One thing that may happen, in hundredths of a percent: of the price, of the notional paid as funding meanwhile, of the price by which the mark is above the market. */
export interface Shock {
  readonly priceBps: bigint;
  readonly fundingBps: bigint;
  readonly basisBps: bigint;
}

export interface GridShape {
  readonly downBps: bigint;
  readonly upBps: bigint;
  readonly stepBps: bigint;
  readonly fundingBps: readonly bigint[];
  readonly basisBps: readonly bigint[];
}

/** hedging.md section 4.3: from 60% down to 150% up, in steps of 1%; up to 1% of the notional paid in funding; the mark up to 1% to either side. */
export const JOINT_GRID: GridShape = { downBps: 6_000n, upBps: 15_000n, stepBps: 100n, fundingBps: [0n, 100n], basisBps: [-100n, 0n, 100n] };

export type NearestLiquidation = { readonly kind: 'none' } | { readonly kind: 'at'; readonly priceBps: bigint; readonly of: string; readonly what: 'loan' | 'venue' };

/** The first step on each side at which a loan or a venue's position is liquidated, under the worst funding and basis; `none` where the grid's end is reached. */
export interface JointGrid {
  readonly down: NearestLiquidation;
  readonly up: NearestLiquidation;
}

/** Health of the loan after a move of the price, rounded down; `none` where nothing is owed. */
export function loanHealthAfter(loan: LoanBook, priceBps: bigint): { readonly kind: 'none' } | { readonly kind: 'ratio'; readonly wad: Wad } {
  const debt = mulDivUp(loan.movingDebt, BPS + priceBps, BPS) + loan.fixedDebt;
  if (debt === 0n) return { kind: 'none' };
  return { kind: 'ratio', wad: mulDivDown(mulDivDown(loan.movingCollateral, BPS + priceBps, BPS) + loan.fixedCollateral, WAD, debt * BPS) as Wad };
}

/** How far the price falls, as a share of today's, until the loan's health is 1; rounded up, and above 1 where it is below 1 already. `none` where no fall does it. */
export function fallUntilLiquidated({ movingCollateral, fixedCollateral, movingDebt, fixedDebt }: LoanBook): { readonly kind: 'none' } | { readonly kind: 'at'; readonly share: Wad } {
  const [slope, level] = [movingCollateral - movingDebt * BPS, fixedDebt * BPS - fixedCollateral];
  return slope <= 0n || level <= 0n ? { kind: 'none' } : { kind: 'at', share: mulDivUp(level, WAD, slope) as Wad };
}

/** Dollars to repay at a share of today's price so that the loan's health is `health` there; rounded up, 0 where it is that much already. */
export function repaymentAt({ movingCollateral, fixedCollateral, movingDebt, fixedDebt }: LoanBook, share: Wad, health: Wad): UsdE8 {
  const debt = mulDivUp(movingDebt, share, WAD) + fixedDebt;
  const carried = mulDivDown(mulDivDown(movingCollateral, share, WAD) + fixedCollateral, WAD, health * BPS);
  return (debt > carried ? debt - carried : 0n) as UsdE8;
}

/** Equity of the venue's position after the shock, rounded down, and what of it margin takes. */
export function venueAfter(book: VenueBook, { priceBps, fundingBps, basisBps }: Shock): { readonly equity: SettlementE18; readonly use: MarginUse } {
  const { instrument, contracts, markUsdE8 } = book;
  const mark = mulDivDown(markUsdE8, (BPS + priceBps) * (BPS + basisBps), BPS * BPS) as UsdE8;
  const at = (mark > 0n ? mark : 1n) as UsdE8;
  const inUsd = instrument.settlement.kind === 'usd';
  // Linear: coins x (mark' - mark). Inverse: what the same dollars are in coins before, less what they are after.
  const profitUsd = mulDivFloor(coinsFloor(contracts, instrument, markUsdE8), at - markUsdE8, WAD);
  const profit = instrument.contract.kind === 'inverse'
    ? coinsFloor(contracts, instrument, markUsdE8) - coinsFloor(contracts, instrument, at) - 1n
    : inUsd ? profitUsd * 10_000_000_000n : profitUsd < 0n ? -usdInSettlementUp(-profitUsd, instrument, at) : mulDivFloor(profitUsd, WAD, at);
  const funding = usdInSettlementUp(mulDivUp(notionalUp(contracts, instrument, at), magnitude(fundingBps), BPS), instrument, at);
  const equity = (book.equity + profit - (fundingBps < 0n ? 0n : funding)) as SettlementE18;
  const own = maintenanceMarginUp(contracts, instrument, at);
  if (own.kind === 'unknown') return { equity, use: own };
  return { equity, use: contracts === 0n ? { kind: 'none' } : marginUse((own.amount + book.otherMaintenance) as SettlementE18, equity) };
}

const isLiquidated = (use: MarginUse): boolean => use.kind === 'exhausted' || use.kind === 'unknown' || (use.kind === 'share' && use.wad >= WAD);

/** Looks outwards to both sides until something is liquidated. What margin nobody can tell counts as liquidated. */
export function jointGrid(loans: readonly LoanBook[], venues: readonly VenueBook[], shape: GridShape = JOINT_GRID): JointGrid {
  return { down: nearest(loans, venues, shape, -1n, shape.downBps), up: nearest(loans, venues, shape, 1n, shape.upBps) };
}

function nearest(loans: readonly LoanBook[], venues: readonly VenueBook[], shape: GridShape, side: 1n | -1n, most: bigint): NearestLiquidation {
  // The last step is the end itself, whatever the steps.
  for (let step = 0n; ; step = step + shape.stepBps < most ? step + shape.stepBps : most) {
    const priceBps = side * step;
    const loan = loans.find((one) => {
      const health = loanHealthAfter(one, priceBps);
      return health.kind === 'ratio' && health.wad < WAD;
    });
    if (loan !== undefined) return { kind: 'at', priceBps, of: loan.id, what: 'loan' };
    const venue = venues.find((one) => one.contracts !== 0n && shape.basisBps.some((basisBps) => shape.fundingBps.some((fundingBps) => isLiquidated(venueAfter(one, { priceBps, fundingBps, basisBps }).use))));
    if (venue !== undefined) return { kind: 'at', priceBps, of: venue.id, what: 'venue' };
    if (step >= most) return { kind: 'none' };
  }
}

/** The moves that nothing may be liquidated within: both as sizes. */
export interface ShockCorridor {
  readonly downBps: Bps;
  readonly upBps: Bps;
}

/** What is liquidated inside the corridor; `none` where nothing is. */
export function brokenInside({ down, up }: JointGrid, { downBps, upBps }: ShockCorridor): NearestLiquidation {
  if (up.kind === 'at' && up.priceBps <= upBps) return up;
  return down.kind === 'at' && -down.priceBps <= downBps ? down : { kind: 'none' };
}

/** One point in full, for the report: each loan's health, each venue's margin use, and what the owner would have in all, in dollars, rounded down, after what liquidations take of him. */
export function gridPoint(loans: readonly (LoanBook & { /** Owned less owed of what moves, and of what does not. */ readonly movingEquity: bigint; readonly fixedEquity: bigint; /** What a liquidation takes of the owner. */ readonly penaltyUsdE8: bigint })[], venues: readonly VenueBook[], shock: Shock) {
  const after = venues.map((book) => ({ id: book.id, ...venueAfter(book, shock), mark: mulDivDown(book.markUsdE8, BPS + shock.priceBps, BPS) as UsdE8, instrument: book.instrument }));
  const healths = loans.map((loan) => ({ id: loan.id, health: loanHealthAfter(loan, shock.priceBps), loan }));
  const ofLoans = healths.reduce((sum, { loan, health }) => sum + mulDivFloor(loan.movingEquity, BPS + shock.priceBps, BPS) + loan.fixedEquity - (health.kind === 'ratio' && health.wad < WAD ? loan.penaltyUsdE8 : 0n), 0n);
  // A venue takes no more than what lies there.
  const ofVenues = after.reduce((sum, { equity, use, mark, instrument }) => sum + (isLiquidated(use) || mark <= 0n ? 0n : settlementInUsdFloor(equity, { settlement: instrument.settlement }, mark)), 0n);
  return { shock, loans: healths.map(({ id, health }) => ({ id, health })), venues: after.map(({ id, use, equity }) => ({ id, use, equity })), totalUsdE8: ofLoans + ofVenues };
}

/** Hours until a move of this size, as one time in a hundred the price makes it: (ln / (2.33 s))^2. A statistic, for people. */
export function hoursTo(priceBps: bigint, hourlyVolatility: number): number {
  const logMove = Math.abs(Math.log(Number(BPS + priceBps) / Number(BPS)));
  return hourlyVolatility > 0 ? (logMove / (2.326 * hourlyVolatility)) ** 2 : Infinity;
}

