import type { Position } from '../api/types.js';

const FULL = 30;

/** Where a number of typical daily moves stands on the shared strip, from 0 (liquidation) to 1 (30 moves and more). */
export const placeOnStrip = (dailyMoves: number): number => Math.min(1, Math.log1p(Math.max(0, dailyMoves)) / Math.log1p(FULL));

/** The strip's numbered ticks. */
export const STRIP_TICKS = [0, 1, 3, 10, 30] as const;

/**
 * Typical daily moves between liquidation and the point where Ballast acts: ln(health) / (σ / √365).
 * Null when there is no such point or no volatility to measure it with.
 */
export function movesWhereBallastActs(position: Position): number | null {
  const acts = position.protection.actsAtHealth === null ? Number.NaN : Number(position.protection.actsAtHealth);
  const daily = position.volatility.annualPercent / 100 / Math.sqrt(365);
  if (!(acts > 1) || !(daily > 0)) return null;
  return Math.log(acts) / daily;
}

type Protocol = Position['protocol'];
export const protocolName = (protocol: Protocol): string => ({ 'aave-v3': 'Aave v3', 'morpho-blue': 'Morpho Blue', venus: 'Venus', 'compound-v3': 'Compound III' })[protocol];
/** Its name in running text, and where its own page is. */
export const venueOf = (protocol: Protocol): { name: string; site: string } =>
  ({ 'aave-v3': { name: 'Aave', site: 'https://app.aave.com/' }, 'morpho-blue': { name: 'Morpho', site: 'https://app.morpho.org/' }, venus: { name: 'Venus', site: 'https://app.venus.io/' }, 'compound-v3': { name: 'Compound', site: 'https://app.compound.finance/' } })[protocol];
/** Every protocol that is looked at, as a list in words. */
export const PROTOCOLS_IN_WORDS = 'Aave v3, Morpho Blue and Venus';

const COINS: Readonly<Record<string, string>> = { WETH: 'ETH', WBTC: 'BTC' };
/** What people call the coin that moves the liquidation price; without one, the first collateral's. */
export const coinOf = (position: Position): string => {
  const symbol = position.liquidationAsset ?? position.collaterals[0]?.asset.symbol;
  return symbol === undefined ? 'The price' : (COINS[symbol] ?? symbol);
};
/** The signed distance: a loan is liquidated by a fall, a short by a rise, which carries its plus. */
export const distanceSign = (position: Position): string => (position.distanceDirection === 'rise' ? '+' : '');
/** Which way the owner's danger rounds a liquidation price: towards the price of today. */
export const liquidationSide = (position: Position): 'up' | 'down' => (position.distanceDirection === 'rise' ? 'down' : 'up');
