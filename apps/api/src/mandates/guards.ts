import type { ChainBook } from '@ballast/connectors';
import { isAaveGuardCode, isMorphoGuardCode, isVenusGuardCode } from '@ballast/contracts';
import type { MandatePlace, MandateTerms } from '@ballast/policy';
import { bps, type Address, type Bps } from '@ballast/units';
import { MandateRefused } from '../problems/api-errors.js';

/** How the published code of each guard is told. */
export const IS_PUBLISHED: Readonly<Record<MandatePlace['guard'], (code: string) => boolean>> = { AaveGuard: isAaveGuardCode, MorphoGuard: isMorphoGuardCode, VenusGuard: isVenusGuardCode };

/** The guard's address on the chain. @throws MandateRefused where the chain has none */
export function guardAt({ ballast, name }: Pick<ChainBook, 'ballast' | 'name'>, { guard }: MandatePlace): Address {
  const at = { AaveGuard: ballast.aaveGuard, MorphoGuard: ballast.morphoGuard, VenusGuard: ballast.venusGuard }[guard];
  if (at === undefined) throw new MandateRefused('mandate-impossible', `no ${guard} on ${name}`, 'a chain that has the guard of this protocol', 'Ballast watches this loan; protecting it is not offered on this chain.');
  return at;
}

/** Whether the loan's prices are known to follow the market later than those that the keepers contract pins; where a chain or protocol has no such list nothing is known. */
export function isSlowFeed(book: ChainBook, place: MandatePlace, pair: Pick<MandateTerms, 'collateral' | 'debt'>): boolean {
  const listed = { AaveGuard: book.fillPairs, MorphoGuard: book.fillMarkets, VenusGuard: undefined }[place.guard];
  return listed !== undefined && pinned(book, place, pair) === undefined;
}

/** The wider deviation of the two feeds that the keepers contract pins for the loan's pair; null where it prices none, or nobody could carry a sale out. */
export function fillDeviation(book: ChainBook, place: MandatePlace, { collateral, debt }: Pick<MandateTerms, 'collateral' | 'debt'>): Bps | null {
  const filler = { AaveGuard: book.ballast.aaveFiller, MorphoGuard: book.ballast.morphoFiller, VenusGuard: undefined }[place.guard];
  const priced = filler === undefined ? undefined : pinned(book, place, { collateral, debt });
  return priced === undefined ? null : bps(BigInt(priced.deviationBps));
}

function pinned({ fillPairs, fillMarkets }: ChainBook, place: MandatePlace, { collateral, debt }: Pick<MandateTerms, 'collateral' | 'debt'>) {
  if (place.guard === 'AaveGuard') return fillPairs?.find((pair) => pair.collateral === collateral && pair.debt === debt);
  return place.guard === 'MorphoGuard' ? fillMarkets?.find(({ marketId }) => marketId === place.marketId) : undefined;
}
