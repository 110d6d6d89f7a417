import { WAD, mulDivDown, mulDivUp, rawAmount, type Address, type Hash32, type RawAmount, type Wad } from '@ballast/units';
import type { Asset } from './asset.js';
import type { HealthFactor } from './lending.js';
import type { Provenance } from './provenance.js';

/** A market of Morpho Blue: one collateral against one loan token, for ever. */
export interface MorphoMarketTerms {
  readonly id: Hash32;
  readonly loan: Asset;
  readonly collateral: Asset;
  readonly oracle: Address;
  readonly irm: Address;
  /** Share of the collateral's value that may be owed before anybody may liquidate. */
  readonly lltv: Wad;
}

/** A market's sums at the moment `lastUpdate` (chain seconds); `fee` is the share of interest that its owner takes. */
export interface MorphoMarketSums {
  readonly supplyAssets: bigint;
  readonly supplyShares: bigint;
  readonly borrowAssets: bigint;
  readonly borrowShares: bigint;
  readonly lastUpdate: bigint;
  readonly fee: bigint;
}

/** What the market's oracle says of one collateral unit in loan units, scaled by 1e36; `no-price` where it reverts or says 0. */
export type MorphoPrice = { readonly kind: 'price'; readonly scaled: bigint } | { readonly kind: 'no-price' };

/** One account in one market at one block, interest up to that block included. */
export interface MorphoLoan {
  readonly account: Address;
  readonly morpho: Address;
  readonly terms: MorphoMarketTerms;
  readonly provenance: Provenance;
  readonly sums: MorphoMarketSums;
  readonly price: MorphoPrice;
  readonly collateral: RawAmount;
  readonly borrowShares: bigint;
}

const PRICE_SCALE = 10n ** 36n;
/** Shares and assets that every market has besides those of its users (SharesMathLib). */
const VIRTUAL_SHARES = 10n ** 6n;
const VIRTUAL_ASSETS = 1n;
const LIQUIDATION_CURSOR = 300_000_000_000_000_000n;
const MOST_INCENTIVE = 1_150_000_000_000_000_000n;

const assetsUp = (shares: bigint, { borrowAssets, borrowShares }: MorphoMarketSums): bigint => mulDivUp(shares, borrowAssets + VIRTUAL_ASSETS, borrowShares + VIRTUAL_SHARES);
const assetsDown = (shares: bigint, { borrowAssets, borrowShares }: MorphoMarketSums): bigint => mulDivDown(shares, borrowAssets + VIRTUAL_ASSETS, borrowShares + VIRTUAL_SHARES);
const sharesUp = (assets: bigint, { borrowAssets, borrowShares }: MorphoMarketSums): bigint => mulDivUp(assets, borrowShares + VIRTUAL_SHARES, borrowAssets + VIRTUAL_ASSETS);

/**
 * The sums with interest up to `at` (chain seconds), as Morpho's accrueInterest leaves them: the rate of the interest model over the whole time, per second and scaled by 1e18,
 * compounded by the first three terms of its series. A time before the last update changes nothing.
 */
export function accrueMorpho(sums: MorphoMarketSums, ratePerSecond: bigint, at: bigint): MorphoMarketSums {
  const elapsed = at - sums.lastUpdate;
  if (elapsed <= 0n) return sums;
  const first = ratePerSecond * elapsed;
  const second = mulDivDown(first, first, 2n * WAD);
  const third = mulDivDown(second, first, 3n * WAD);
  const interest = mulDivDown(sums.borrowAssets, first + second + third, WAD);
  const supplyAssets = sums.supplyAssets + interest;
  const fee = mulDivDown(interest, sums.fee, WAD);
  const feeShares = fee === 0n ? 0n : mulDivDown(fee, sums.supplyShares + VIRTUAL_SHARES, supplyAssets - fee + VIRTUAL_ASSETS);
  return { ...sums, supplyAssets, supplyShares: sums.supplyShares + feeShares, borrowAssets: sums.borrowAssets + interest, lastUpdate: at };
}

/** What is owed, in units of the loan token, rounded up as Morpho does. */
export const morphoDebt = ({ borrowShares, sums }: Pick<MorphoLoan, 'borrowShares' | 'sums'>): RawAmount => rawAmount(assetsUp(borrowShares, sums));

/** What may be owed against the collateral, in units of the loan token, rounded down as Morpho does; 0 without a price. */
export function morphoMaxDebt({ collateral, price, terms }: Pick<MorphoLoan, 'collateral' | 'price' | 'terms'>): RawAmount {
  return rawAmount(price.kind === 'no-price' ? 0n : mulDivDown(mulDivDown(collateral, price.scaled, PRICE_SCALE), terms.lltv, WAD));
}

/** What may be owed over what is owed, rounded down: at least 1 exactly when Morpho finds the loan healthy. */
export function morphoHealth(loan: MorphoLoan): HealthFactor {
  const debt = morphoDebt(loan);
  return debt === 0n ? { kind: 'no-debt' } : { kind: 'ratio', wad: mulDivDown(morphoMaxDebt(loan), WAD, debt) as Wad };
}

/** What a liquidator gets for each unit repaid, scaled by 1e18: 1 / (1 - 0.3 (1 - lltv)), at most 1.15. */
export function morphoIncentive(lltv: Wad): Wad {
  const incentive = mulDivDown(WAD, WAD, WAD - mulDivDown(LIQUIDATION_CURSOR, WAD - lltv, WAD));
  return (incentive < MOST_INCENTIVE ? incentive : MOST_INCENTIVE) as Wad;
}

/** What a liquidation takes and gives, in units; `badDebt` is what lenders lose where no collateral is left. */
export interface MorphoLiquidation {
  readonly repaid: RawAmount;
  readonly repaidShares: bigint;
  readonly seized: RawAmount;
  readonly badDebt: RawAmount;
  /** What is then left of the loan, and the sums of its market. */
  readonly after: { readonly collateral: RawAmount; readonly borrowShares: bigint; readonly sums: MorphoMarketSums };
}

/**
 * What Morpho's `liquidate` does with the loan when so much collateral is asked for (`seize`) or so many shares are repaid (`repay`), step by step as it rounds; null where it
 * refuses: the loan is healthy, there is no price, or more is asked for than there is.
 */
export function liquidateMorpho(loan: MorphoLoan, order: { readonly seize: bigint } | { readonly repayShares: bigint }): MorphoLiquidation | null {
  const health = morphoHealth(loan);
  if (loan.price.kind === 'no-price' || health.kind === 'no-debt' || health.wad >= WAD) return null;
  const price = loan.price.scaled;
  const incentive = morphoIncentive(loan.terms.lltv);
  const repaidShares = 'seize' in order ? sharesUp(mulDivUp(mulDivUp(order.seize, price, PRICE_SCALE), WAD, incentive), loan.sums) : order.repayShares;
  const seized = 'seize' in order ? order.seize : mulDivDown(mulDivDown(assetsDown(repaidShares, loan.sums), incentive, WAD), PRICE_SCALE, price);
  if (seized > loan.collateral || repaidShares > loan.borrowShares) return null;
  const repaid = assetsUp(repaidShares, loan.sums);
  const left = { collateral: rawAmount(loan.collateral - seized), borrowShares: loan.borrowShares - repaidShares };
  const sums = { ...loan.sums, borrowShares: loan.sums.borrowShares - repaidShares, borrowAssets: loan.sums.borrowAssets > repaid ? loan.sums.borrowAssets - repaid : 0n };
  const told = { repaid: rawAmount(repaid), repaidShares, seized: rawAmount(seized) };
  if (left.collateral > 0n) return { ...told, badDebt: rawAmount(0n), after: { ...left, sums } };
  const lost = assetsUp(left.borrowShares, sums);
  const badDebt = lost < sums.borrowAssets ? lost : sums.borrowAssets;
  const written = { ...sums, borrowShares: sums.borrowShares - left.borrowShares, borrowAssets: sums.borrowAssets - badDebt, supplyAssets: sums.supplyAssets - badDebt };
  return { ...told, badDebt: rawAmount(badDebt), after: { ...left, borrowShares: 0n, sums: written } };
}
