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

/** The wider deviation of the two feeds that the keepers contract pins for the loan's pair; null where it prices none, or nobody could carry a sale out. */
export function fillDeviation(book: ChainBook, place: MandatePlace, { collateral, debt }: Pick<MandateTerms, 'collateral' | 'debt'>): Bps | null {
  const { aaveFiller, morphoFiller } = book.ballast;
  const priced = place.guard === 'AaveGuard' && aaveFiller !== undefined ? book.fillPairs?.find((pair) => pair.collateral === collateral && pair.debt === debt)
    : place.guard === 'MorphoGuard' && morphoFiller !== undefined ? book.fillMarkets?.find(({ marketId }) => marketId === place.marketId)
    : undefined;
  return priced === undefined ? null : bps(BigInt(priced.deviationBps));
}
