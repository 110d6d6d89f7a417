import { fillSizes, planTrigger, FLASH_LENDERS, type DecideInput, type FillFacts, type FillQuote, type Mandate } from '@ballast/policy';
import type { LendingPosition } from '@ballast/positions';
import { bps, rawAmount, usdE8, type RawAmount } from '@ballast/units';
import { anAddress } from './lending-position.js';

export const FILLER = anAddress(0xf1);
export const ROUTER = anAddress(0x20);

/** A market for the position's first collateral in its first debt: a fee, a price beside the protocol's, and a depth in collateral units at which half of the price is gone. */
export interface Market {
  readonly feeBps?: bigint;
  /** The market's price as a share of the protocol's: 10,000 = the same. */
  readonly priceBps?: bigint;
  readonly depth?: bigint;
  readonly gasUsdE8?: bigint;
}

/** Debt units that a sale of collateral brings: less for each unit the more are sold. */
export function broughtBy(position: LendingPosition, sold: bigint, { feeBps = 5n, priceBps = 10_000n, depth = 10n ** 30n }: Market): bigint {
  const [collateral, debt] = [position.collaterals[0], position.debts[0]];
  if (collateral?.price.kind !== 'price' || debt?.price.kind !== 'price') return 0n;
  const ideal = (sold * collateral.price.usdE8 * 10n ** BigInt(debt.asset.decimals) * priceBps * (10_000n - feeBps)) / (debt.price.usdE8 * 10n ** BigInt(collateral.asset.decimals) * 10_000n * 10_000n);
  return (ideal * depth) / (depth + sold);
}

export const aQuote = (position: LendingPosition, sold: bigint, market: Market): FillQuote => ({
  router: ROUTER, path: '0x00', sold: rawAmount(sold), bought: rawAmount(broughtBy(position, sold, market)), gasUsdE8: usdE8(market.gasUsdE8 ?? 6_750_000_000n),
});

/** What a worker would find out for this input: every size priced in the market, Morpho lending without a premium, a full budget. */
export function fillFacts(input: DecideInput, market: Market = {}, given: Partial<FillFacts> = {}): FillFacts {
  const { terms } = input.mandate as Mandate;
  const plan = planTrigger({
    terms, hourlyVolatility: input.report.volatility.hourly, rescueCostUsdE8: input.rescueCostUsdE8, debtUsdE8: input.position.reported.debtUsdE8, latencySeconds: input.latencySeconds,
  });
  const sizes = fillSizes(input, terms, plan);
  const [spot] = sizes;
  return {
    obstacle: null, budgetLeft: terms.fillPerDay as RawAmount, withdrawable: rawAmount(10n ** 40n), filler: FILLER,
    lenders: [{ lender: FLASH_LENDERS.MORPHO, available: rawAmount(10n ** 40n), premiumBps: bps(0n) }, { lender: FLASH_LENDERS.AAVE, available: rawAmount(10n ** 40n), premiumBps: bps(5n) }],
    quotes: sizes.map((size) => aQuote(input.position, size, market)),
    spot: spot === undefined ? null : aQuote(input.position, spot, market),
    ...given,
  };
}
