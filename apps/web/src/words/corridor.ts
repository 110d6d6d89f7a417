import type { Hedge, Position, UnderlyingExposure } from '../api/types.js';
import { dollars, percentDown } from './numbers.js';
import { coinOf, liquidationSide, venueOf } from './distance.js';

/** Where a price may go before something is liquidated. */
export interface Ends {
  readonly name: string;
  /** Of the underlying; empty where the liquidation price is told of another coin. */
  readonly price: string;
  readonly distance: string;
  /** Signed move of the price as a share: −0.193, 0.279. */
  readonly move: number;
}

const coinIn = (symbol: string, underlying: string): boolean => symbol.toUpperCase().includes(underlying);

/**
 * What a fall and what a rise of the underlying liquidates first, of the loans and of the hedge's legs; null on a side where nothing is near or known. A loan that owes the same coin is left out: it is liquidated by a ratio, not
 * by this price.
 */
export function corridorOf(exposure: UnderlyingExposure, hedge: Hedge | null, positions: readonly Position[]): { readonly down: Ends | null; readonly up: Ends | null } {
  const { underlying } = exposure;
  const held = new Set(exposure.parts.map(({ of }) => of));
  const loans = positions
    .filter((position) => held.has(position.id) && position.distancePercent !== null && !isRatio(position, underlying))
    .map((position): Ends => {
      const rises = position.distanceDirection === 'rise';
      return { name: `${venueOf(position.protocol).name} loan`, price: coinOf(position) === underlying ? dollars(position.liquidationPriceUsd, liquidationSide(position)) : '', distance: `${rises ? '+' : '−'}${percentDown(position.distancePercent)}`, move: (Number(position.distancePercent) / 100) * (rises ? 1 : -1) };
    });
  const legs = (hedge?.legs ?? [])
    .filter(({ liquidation, side }) => liquidation.kind === 'price' && liquidation.distancePercent !== null && side !== 'flat')
    .map((leg): Ends => {
      const rises = leg.side === 'short';
      return { name: `Hedge on ${leg.venueName}`, price: dollars(leg.liquidation.usd, rises ? 'down' : 'up'), distance: `${rises ? '+' : '−'}${percentDown(leg.liquidation.distancePercent)}`, move: (Number(leg.liquidation.distancePercent) / 100) * (rises ? 1 : -1) };
    });
  const nearest = (side: readonly Ends[]): Ends | null => side.reduce<Ends | null>((near, end) => (near === null || Math.abs(end.move) < Math.abs(near.move) ? end : near), null);
  const all = [...loans, ...legs];
  return { down: nearest(all.filter(({ move }) => move < 0)), up: nearest(all.filter(({ move }) => move > 0)) };
}

const isRatio = (position: Position, underlying: string): boolean =>
  position.collaterals.some(({ asset }) => coinIn(asset.symbol, underlying)) && position.debts.some(({ asset }) => coinIn(asset.symbol, underlying));

/** Where a move stands on the corridor's line, from 0 to 1, by its logarithm: now is 0.5, and both ends have the same scale. `reach` is the logarithm at an end. */
export const placeInCorridor = (move: number, reach: number): number => Math.min(1, Math.max(0, 0.5 + Math.log1p(Math.max(-0.99, move)) / (2 * reach)));

/** How far the line reaches: past the farther of both liquidations, and at least a move of a fifth. */
export const reachOf = ({ down, up }: { readonly down: Ends | null; readonly up: Ends | null }): number => 1.18 * Math.max(Math.log(1.2), ...[down, up].map((end) => (end === null ? 0 : Math.abs(Math.log1p(Math.max(-0.99, end.move))))));
