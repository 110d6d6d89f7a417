import { WAD, formatHealth, formatPercentDown, formatUsd } from '@ballast/units';
import type { LendingPosition, LendingProtocol } from '@ballast/positions';
import type { RiskReport } from '@ballast/risk';

/** What people call the coin that a wrapper of ratio one wraps. */
const UNDERLYING: Readonly<Record<string, string>> = { WETH: 'ETH', WBTC: 'BTC' };
export const coinName = (symbol: string): string => UNDERLYING[symbol] ?? symbol;

/** Protocols in running text. */
const SPOKEN: Readonly<Record<LendingProtocol, string>> = { 'aave-v3': 'Aave', 'morpho-blue': 'Morpho', venus: 'Venus', 'compound-v3': 'Compound' };

/**
 * The plain sentence of a position: "ETH must fall 19.3%, to $2,517, before Aave may liquidate you." The distance rounds down,
 * the price towards the price of today.
 */
export function positionSentence(report: Pick<RiskReport, 'health' | 'distance' | 'liquidationPrice'>, protocol: LendingProtocol = 'aave-v3'): string {
  const venue = SPOKEN[protocol];
  if (report.health.kind === 'no-debt') return 'No debt, so nothing to liquidate.';
  const health = report.health.wad;
  if (health < WAD) return `${venue} may liquidate this loan now: its health is ${formatHealth(health)}, under 1.`;
  const { distance, liquidationPrice } = report;
  if (distance.kind === 'none' || liquidationPrice.kind === 'none') return `${venue} may liquidate this loan once its health, ${formatHealth(health)} now, is under 1.`;
  const price = formatUsd(liquidationPrice.usdE8, distance.kind === 'fall' ? 'up' : 'down');
  return `${coinName(liquidationPrice.asset.symbol)} must ${distance.kind} ${formatPercentDown(distance.share)}, to ${price}, before ${venue} may liquidate you.`;
}

const symbolsByValue = (legs: readonly { readonly asset: { readonly symbol: string }; readonly valueUsdE8: bigint }[]): string =>
  [...legs].sort((a, b) => (a.valueUsdE8 < b.valueUsdE8 ? 1 : -1)).map((leg) => leg.asset.symbol).join(' + ');

/** `WETH → USDC`: what secures the loan and what is owed, the largest first. */
export function pairName(position: Pick<LendingPosition, 'collaterals' | 'debts'>): string {
  const secured = symbolsByValue(position.collaterals.filter((leg) => leg.enabled));
  const owed = symbolsByValue(position.debts);
  if (owed === '') return secured || 'Nothing supplied';
  return `${secured || 'Nothing'} → ${owed}`;
}
