import type { ChainBook } from '@ballast/connectors';
import { isAaveGuardCode, isMorphoGuardCode, isVenusGuardCode } from '@ballast/contracts';
import { placeOf, type MandatePlace, type MandateTerms } from '@ballast/policy';
import { PROTOCOL_NAMES } from '@ballast/positions';
import { bps, type Address, type Bps } from '@ballast/units';
import { MandateRefused } from '../problems/api-errors.js';

/** How the published code of each guard is told. */
export const IS_PUBLISHED: Readonly<Record<MandatePlace['guard'], (code: string) => boolean>> = { AaveGuard: isAaveGuardCode, MorphoGuard: isMorphoGuardCode, VenusGuard: isVenusGuardCode };

/** How a mandate for the pair names the loan. @throws MandateRefused where loans of the protocol are not guarded yet */
export function guardedPlace(...[position, collateral, debt]: Parameters<typeof placeOf>): MandatePlace {
  const place = placeOf(position, collateral, debt);
  if (place === null) throw new MandateRefused('mandate-impossible', `a loan on ${PROTOCOL_NAMES[position.protocol]}`, 'a protocol whose loans are guarded', `Ballast watches loans on ${PROTOCOL_NAMES[position.protocol]} and tells of them; it does not protect them yet.`);
  return place;
}

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
