import { MANDATE_TYPES, MORPHO_MANDATE_TYPES, aaveFillerAbi, aaveGuardAbi, morphoFillerAbi, morphoGuardAbi, venusGuardAbi, type GuardName } from '@ballast/contracts';
import type { Mandate, MandatePlace, MandateTerms } from '@ballast/policy';
import { Interface, type JsonFragment, type TypedDataField } from 'ethers';

const face = (abi: readonly unknown[]): Interface => new Interface(abi as readonly JsonFragment[]);

/** Each guard's interface as ethers takes it. */
export const GUARDS: Readonly<Record<MandatePlace['guard'], Interface>> = { AaveGuard: face(aaveGuardAbi), MorphoGuard: face(morphoGuardAbi), VenusGuard: face(venusGuardAbi) };

/** The fillers' interfaces; Venus has none. */
export const FILLERS: Readonly<Partial<Record<MandatePlace['guard'], Interface>>> = { AaveGuard: face(aaveFillerAbi), MorphoGuard: face(morphoFillerAbi) };

/** What of a mandate makes its signed form. */
export type Signable = Pick<Mandate, 'place' | 'terms'>;

/** The guard's `Mandate` struct: the terms with what the guard names the loan by. Fields beside the struct's are left out by the encoders. */
export function structOf({ place, terms }: Signable): Readonly<Record<string, unknown>> & MandateTerms {
  switch (place.guard) {
    case 'AaveGuard':
      return { ...terms };
    case 'MorphoGuard':
      return { ...terms, marketId: place.marketId };
    case 'VenusGuard':
      return { ...terms, collateral: place.collateralMarket, debt: place.debtMarket };
  }
}

/** What the guard keeps an owner's mandates by, as the arguments of its `position`, `prevOf` and, without the owner, `revoke`. */
export function keyOf({ place, terms }: { readonly place: MandatePlace; readonly terms: Pick<MandateTerms, 'collateral' | 'debt'> }): readonly string[] {
  switch (place.guard) {
    case 'AaveGuard':
      return [terms.collateral, terms.debt];
    case 'MorphoGuard':
      return [place.marketId];
    case 'VenusGuard':
      return [place.collateralMarket, place.debtMarket];
  }
}

/** EIP-712 types of the guard's mandate. */
export const typesOf = (guard: GuardName): Record<'Mandate', TypedDataField[]> => (guard === 'MorphoGuard' ? MORPHO_MANDATE_TYPES : MANDATE_TYPES);

/** A mandate's guard, its address and what it names the loan by. */
export type GuardedLoan = Pick<Mandate, 'place' | 'guard'> & { readonly terms: Pick<MandateTerms, 'owner' | 'collateral' | 'debt'> };
