import { BPS, WAD, mulDivDown, mulDivUp, type Bps, type RawAmount, type Wad } from '@ballast/units';

/** `units x above / below`: what units of a token are worth, or count for, in the venue's own unit of value. */
export interface PerUnit {
  readonly above: bigint;
  readonly below: bigint;
}

/**
 * A loan as its venue counts it, in the venue's own unit of value: on Morpho units of the loan token, on Compound III the currency of its
 * feeds, on Venus USD with 18 decimals. Each sum is rounded as the venue rounds it, so the health is the guard's to the last digit.
 */
export interface VenueLoan {
  /** All of the account's collateral, each at what the venue liquidates by. */
  readonly counted: bigint;
  /** All that the account owes. */
  readonly owed: bigint;
  /** Owed in the pair, in units of the debt token. */
  readonly debt: RawAmount;
  readonly debtWorth: PerUnit;
  readonly collateralWorth: PerUnit;
  readonly collateralCounts: PerUnit;
}

/** What Morpho Blue holds of a position and its market, with interest up to the block. */
export interface MorphoFacts {
  readonly collateral: bigint;
  readonly borrowShares: bigint;
  readonly totalBorrowAssets: bigint;
  readonly totalBorrowShares: bigint;
  /** The oracle's: loan units for a collateral unit, scaled by 1e36. */
  readonly price: bigint;
  /** Scaled by 1e18. */
  readonly lltv: bigint;
}

const ORACLE_SCALE = 10n ** 36n;
const VIRTUAL_SHARES = 1_000_000n;
const VIRTUAL_ASSETS = 1n;

/** The debt is rounded up, what the collateral counts for down: as Morpho's own check does. */
export function morphoLoan({ collateral, borrowShares, totalBorrowAssets, totalBorrowShares, price, lltv }: MorphoFacts): VenueLoan {
  const debt = mulDivUp(borrowShares, totalBorrowAssets + VIRTUAL_ASSETS, totalBorrowShares + VIRTUAL_SHARES);
  return {
    counted: mulDivDown(mulDivDown(collateral, price, ORACLE_SCALE), lltv, WAD),
    owed: debt,
    debt: debt as RawAmount,
    debtWorth: { above: 1n, below: 1n },
    collateralWorth: { above: price, below: ORACLE_SCALE },
    collateralCounts: { above: price * lltv, below: ORACLE_SCALE * WAD },
  };
}

/** What a Comet says of one collateral of an account. */
export interface CometCollateral {
  readonly asset: string;
  readonly held: bigint;
  readonly price: bigint;
  readonly scale: bigint;
  /** Scaled by 1e18. */
  readonly liquidateCollateralFactor: bigint;
}

export interface CometFacts {
  /** `borrowBalanceOf`: with interest up to the block. */
  readonly debt: bigint;
  readonly basePrice: bigint;
  readonly baseScale: bigint;
  /** Those that the account holds, and the mandate's own. */
  readonly collaterals: readonly CometCollateral[];
  /** The mandate's collateral, in the spelling of `collaterals`. */
  readonly collateral: string;
}

/** @throws RangeError when the mandate's collateral is not among the collaterals */
export function cometLoan({ debt, basePrice, baseScale, collaterals, collateral }: CometFacts): VenueLoan {
  const own = collaterals.find(({ asset }) => asset === collateral);
  if (own === undefined) throw new RangeError(`collateral ${collateral}: expected one of ${collaterals.map(({ asset }) => asset).join(', ')}`);
  return {
    counted: collaterals.reduce((sum, { held, price, scale, liquidateCollateralFactor }) => sum + mulDivDown(mulDivDown(held, price, scale), liquidateCollateralFactor, WAD), 0n),
    owed: mulDivDown(debt, basePrice, baseScale),
    debt: debt as RawAmount,
    debtWorth: { above: basePrice, below: baseScale },
    collateralWorth: { above: own.price, below: own.scale },
    collateralCounts: { above: own.price * own.liquidateCollateralFactor, below: own.scale * WAD },
  };
}

/** What Venus says of one market that the account is in, as of the market's last accrual. */
export interface VenusMarket {
  readonly vToken: string;
  readonly vTokens: bigint;
  readonly borrowed: bigint;
  readonly totalBorrows: bigint;
  /** Token units for a unit of the vToken, scaled by 1e18. */
  readonly exchangeRate: bigint;
  /** price x token units / 1e18 is in USD with 18 decimals. */
  readonly price: bigint;
  /** Scaled by 1e18. */
  readonly collateralFactor: bigint;
}

export interface VenusFacts {
  readonly markets: readonly VenusMarket[];
  /** Owed in VAI, scaled by 1e18. */
  readonly vai: bigint;
  /** The mandate's two markets, in the spelling of `markets`. */
  readonly collateral: string;
  readonly debt: string;
}

/** @throws RangeError when one of the mandate's markets is not among the markets */
export function venusLoan({ markets, vai, collateral, debt }: VenusFacts): VenueLoan {
  const market = (wanted: string): VenusMarket => {
    const found = markets.find(({ vToken }) => vToken === wanted);
    if (found === undefined) throw new RangeError(`market ${wanted}: expected one that the account is in, ${markets.map(({ vToken }) => vToken).join(', ')}`);
    return found;
  };
  const [held, owes] = [market(collateral), market(debt)];
  const counts = ({ collateralFactor, exchangeRate, price }: VenusMarket): bigint => mulDivDown(mulDivDown(collateralFactor, exchangeRate, WAD), price, WAD);
  return {
    counted: markets.reduce((sum, one) => sum + mulDivDown(counts(one), one.vTokens, WAD), 0n),
    owed: markets.reduce((sum, { price, borrowed }) => sum + mulDivDown(price, borrowed, WAD), vai),
    debt: (owes.borrowed < owes.totalBorrows ? owes.borrowed : owes.totalBorrows) as RawAmount,
    debtWorth: { above: owes.price, below: WAD },
    collateralWorth: { above: held.price, below: WAD },
    collateralCounts: { above: held.price * held.collateralFactor, below: WAD * WAD },
  };
}

/** The guard's health factor, rounded down; null without debt. */
export const healthDown = ({ counted, owed }: Pick<VenueLoan, 'counted' | 'owed'>): Wad | null => (owed === 0n ? null : (mulDivDown(counted, WAD, owed) as Wad));

/** The least repayment after which the health is `goal` or more, rounded up; the pair's whole debt where it takes more; 0 where the health is there. */
export function repayToReachUp({ counted, owed, debt, debtWorth }: VenueLoan, goal: Wad): RawAmount {
  const missing = owed - mulDivDown(counted, WAD, goal);
  if (missing <= 0n) return 0n as RawAmount;
  // One unit of value more: the venue rounds what stays owed on its own.
  const units = mulDivUp(missing + 1n, debtWorth.below, debtWorth.above);
  return (units < debt ? units : debt) as RawAmount;
}

/** The least addition after which the health is `goal` or more, rounded up; 0 where it is there; null where the collateral counts for nothing. */
export function topUpToReachUp({ counted, owed, collateralCounts }: VenueLoan, goal: Wad): RawAmount | null {
  const missing = mulDivUp(goal, owed, WAD) - counted;
  if (missing <= 0n) return 0n as RawAmount;
  if (collateralCounts.above === 0n) return null;
  return mulDivUp(missing + 1n, collateralCounts.below, collateralCounts.above) as RawAmount;
}

/**
 * The least debt to repay with collateral worth `1 + costBps` of it after which the health is `goal` or more, rounded up:
 * x = (T D - LT C) / (T - LT (1 + c)). The pair's whole debt where it takes more; 0 where the health is there; null where such an exchange does not raise it.
 */
export function fillToReachUp(loan: VenueLoan, goal: Wad, costBps: Bps): RawAmount | null {
  const { counted, owed, debt, debtWorth, collateralWorth, collateralCounts } = loan;
  const missing = mulDivUp(goal, owed, WAD) - counted;
  if (missing <= 0n) return 0n as RawAmount;
  if (collateralWorth.above === 0n) return null;
  const threshold = mulDivUp(collateralCounts.above * collateralWorth.below, WAD, collateralCounts.below * collateralWorth.above);
  const taken = mulDivUp(threshold, BPS + costBps, BPS);
  if (taken >= (healthDown(loan) ?? goal) || taken >= goal) return null;
  // A few units of value more: the venue rounds what stays owed, and what stays held twice.
  const units = mulDivUp(mulDivUp(missing + 5n, WAD, goal - taken) + 1n, debtWorth.below, debtWorth.above);
  return (units < debt ? units : debt) as RawAmount;
}

/** The most collateral that may leave for `repaid` debt units, as the guard reckons it: worth `1 + costBps` of them, rounded down once. */
export function mostOutDown({ debtWorth, collateralWorth }: VenueLoan, repaid: bigint, costBps: Bps): RawAmount {
  return mulDivDown(repaid * debtWorth.above * (BPS + costBps), collateralWorth.below, debtWorth.below * collateralWorth.above * BPS) as RawAmount;
}
