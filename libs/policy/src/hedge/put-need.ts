import { WAD, mulDivUp, type CoinE18, type UsdE8, type Wad } from '@ballast/units';
import type { Instrument, ListedOption } from '@ballast/positions';
import { fallUntilLiquidated, repaymentAt, type Exposure, type LoanBook } from '@ballast/risk';
import type { HedgePolicy } from './hedge-policy.js';
import type { SourcePrice } from './reference-price.js';

/** What the puts must pay, and where: the shortfall of the loans at the price at which the first of them is liquidated. */
export interface PutNeed {
  readonly coins: CoinE18;
  readonly liquidationPriceUsdE8: UsdE8;
  /** Dollars to repay there, rounded up. */
  readonly repayUsdE8: UsdE8;
  readonly indexUsdE8: UsdE8;
}

export interface PutNeedFacts {
  readonly exposure: Exposure;
  readonly loans: readonly LoanBook[];
  /** The price that the loans are valued by. */
  readonly oracle: SourcePrice;
  readonly policy: Pick<HedgePolicy, 'emergencyHealth'>;
}

export type FoundPutNeed = { readonly kind: 'need'; readonly need: PutNeed } | { readonly kind: 'not-known'; readonly because: 'exposure-unknown' | 'no-price' } | { readonly kind: 'not-needed' };

/**
 * All coins at risk, and what brings every loan back to the policy's `emergencyHealth` at the price at which the first is liquidated. Not needed where nothing is at risk, or no fall liquidates a loan. Every rounding asks for
 * more: the price is rounded up, and so is the repayment.
 */
export function putNeedOf({ exposure: { delta }, loans, oracle, policy }: PutNeedFacts): FoundPutNeed {
  if (delta.kind === 'unbounded') return { kind: 'not-known', because: 'exposure-unknown' };
  if (oracle.kind === 'no-price' || oracle.usdE8 <= 0n) return { kind: 'not-known', because: 'no-price' };
  const shares = loans.map(fallUntilLiquidated).flatMap((fall) => (fall.kind === 'at' ? [fall.share] : []));
  if (delta.hi <= 0n || shares.length === 0) return { kind: 'not-needed' };
  const share = shares.reduce((worst, one) => (one > worst ? one : worst), 0n as Wad);
  const repay = loans.reduce((sum, loan) => sum + repaymentAt(loan, share, policy.emergencyHealth), 0n);
  return { kind: 'need', need: { coins: delta.hi, liquidationPriceUsdE8: mulDivUp(oracle.usdE8, share, WAD) as UsdE8, repayUsdE8: repay as UsdE8, indexUsdE8: oracle.usdE8 } };
}

const MS_PER_DAY = 86_400_000;
const MOST_EXPIRIES = 2;
const MOST_STRIKES = 2;

/**
 * The listed puts that are worth asking the venue about, eight at most: of the two expiries next after the horizon the two lowest strikes that pay the need with twice the coins, and the two lowest that pay it with the coins
 * themselves. A higher strike costs more and pays no purpose of this hedge; one above the price is none.
 */
export function putsToPrice(listed: readonly Instrument[], need: PutNeed, policy: Pick<HedgePolicy, 'underlying' | 'horizonDays'>, now: number): readonly ListedOption[] {
  const puts = listed.filter((one): one is ListedOption => one.kind === 'option' && one.type === 'put' && one.state === 'open' && one.underlying === policy.underlying && one.strikeUsdE8 <= need.indexUsdE8)
    .filter(({ expiresAt }) => expiresAt - now >= policy.horizonDays * MS_PER_DAY);
  const expiries = [...new Set(puts.map(({ expiresAt }) => expiresAt))].sort((a, b) => a - b).slice(0, MOST_EXPIRIES);
  return expiries.flatMap((expiresAt) => {
    const byStrike = puts.filter((one) => one.expiresAt === expiresAt).sort((a, b) => (a.strikeUsdE8 < b.strikeUsdE8 ? -1 : 1));
    const from = (coins: bigint): readonly ListedOption[] => byStrike.filter(({ strikeUsdE8 }) => strikeUsdE8 > need.liquidationPriceUsdE8 && strikeUsdE8 >= need.liquidationPriceUsdE8 + mulDivUp(need.repayUsdE8, WAD, coins)).slice(0, MOST_STRIKES);
    return [...new Set([...from(need.coins * 2n), ...from(need.coins)])];
  });
}
