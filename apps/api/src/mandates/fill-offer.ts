import { RouteQuotes, coinPrice, type BlockRef, type ChainBook, type ReadClient, type RouteQuote } from '@ballast/connectors';
import type { CollateralLeg, DebtLeg } from '@ballast/positions';
import { mostOut, type FillOffer, type MandatePlace } from '@ballast/policy';
import { BPS, mulDivDown, mulDivUp, oneToken, rawAmount, type Bps, type RawAmount } from '@ballast/units';
import { fillDeviation } from './guards.js';

/** The highest cost that is suggested: a sale is counted as possible when the market moves by no more. */
const WITHIN_BPS = 100n as Bps;
/** Shares of the debt that are tried, in parts of 64. */
const PARTS = [64n, 48n, 32n, 24n, 16n, 12n, 8n, 6n, 4n, 3n, 2n, 1n];
const SPOT_USD_E8 = 10_000_000_000n;

/** Whether the pair is one that collateral may be sold for, and how much of the debt one sale could repay now. */
export async function readFillOffer(client: ReadClient, book: ChainBook, block: BlockRef, place: MandatePlace, collateral: CollateralLeg, debt: DebtLeg): Promise<FillOffer> {
  const deviationBps = fillDeviation(book, place, { collateral: collateral.asset.address, debt: debt.asset.address });
  if (deviationBps === null || book.uniswapV3 === undefined) return { deviationBps: null, coinUsdE8: null, swappable: null };
  const quotes = new RouteQuotes(client, book.uniswapV3, book.tokens.map((token) => token.address));
  const [coinUsdE8, swappable] = await Promise.all([coinPrice(client, book, block), readSwappable(quotes, block, collateral, debt)]);
  return { deviationBps, coinUsdE8, swappable };
}

/** The largest tried share of the debt for which one sale moves the market by no more than the cost; 0 where none is. */
async function readSwappable(quotes: RouteQuotes, block: BlockRef, collateral: CollateralLeg, debt: DebtLeg): Promise<RawAmount> {
  if (collateral.price.kind === 'no-price') return rawAmount(0n);
  const repaid = PARTS.map((part) => mulDivUp(debt.amount, part, PARTS[0] ?? 1n));
  const sold = repaid.map((amount) => mostOut(debt, collateral, amount, WITHIN_BPS));
  const spot = rawAmount(mulDivUp(SPOT_USD_E8, oneToken(collateral.asset.decimals), collateral.price.usdE8));
  const [spots = [], ...answers] = await quotes.quotes(block, collateral.asset.address, debt.asset.address, [spot, ...sold]);
  return swappableOf(spots, answers, repaid);
}

/** The first amount whose best quote gives for each unit no less than the best small one, less the cost. Exact: no price of ours is compared. */
export function swappableOf(spots: readonly RouteQuote[], answers: readonly (readonly RouteQuote[])[], amounts: readonly bigint[]): RawAmount {
  const spot = best(spots);
  if (spot === null) return rawAmount(0n);
  const found = amounts.find((_, index) => {
    const quote = best(answers[index] ?? []);
    return quote !== null && quote.amountOut >= mulDivDown(mulDivUp(quote.amountIn, spot.amountOut, spot.amountIn), BPS - WITHIN_BPS, BPS);
  });
  return rawAmount(found ?? 0n);
}

const best = (quotes: readonly RouteQuote[]): RouteQuote | null => quotes.reduce<RouteQuote | null>((most, quote) => (most === null || quote.amountOut > most.amountOut ? quote : most), null);
