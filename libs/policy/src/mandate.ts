import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { InvalidInput, type Address, type Bps, type ChainId, type Hash32, type RawAmount, type Wad } from '@ballast/units';

/** Bits of `actions` in a mandate. FILL repays with the loan's own collateral. */
export const MANDATE_ACTIONS = { TOP_UP: 1, REPAY: 2, FILL: 4 } as const;

/** The 12 fields that an owner signs (EIP-712 `Mandate`). Health factors are scaled by 1e18. */
export interface MandateTerms {
  readonly owner: Address;
  readonly collateral: Address;
  readonly debt: Address;
  readonly actions: number;
  readonly triggerHf: Wad;
  readonly minHf: Wad;
  readonly maxHf: Wad;
  readonly maxCostBps: Bps;
  /** Debt-token units that FILL may repay per day. */
  readonly fillPerDay: RawAmount;
  readonly keepers: Address;
  /** Chain seconds. */
  readonly expiry: bigint;
  readonly prev: Hash32;
}

/** signed: stored, not yet live. active: `Activated` confirmed on chain. The rest are final. */
export type MandateStatus = 'signed' | 'active' | 'revoked' | 'superseded' | 'expired' | 'rejected';

/**
 * How the signed form names what it is for. `terms` always holds the two tokens; what the owner signs holds them for Aave, the market's id for
 * Morpho, and the two markets (vTokens) for Venus.
 */
export type MandatePlace =
  | { readonly guard: 'AaveGuard' }
  | { readonly guard: 'MorphoGuard'; readonly marketId: Hash32 }
  | { readonly guard: 'VenusGuard'; readonly collateralMarket: Address; readonly debtMarket: Address };

export const ON_AAVE: MandatePlace = { guard: 'AaveGuard' };

export interface Mandate {
  readonly hash: Hash32;
  readonly chainId: ChainId;
  readonly guard: Address;
  readonly place: MandatePlace;
  readonly terms: MandateTerms;
  readonly signature: `0x${string}`;
  readonly status: MandateStatus;
}

/**
 * How a mandate for this pair of the position is named in its signed form; null where loans of the protocol are watched and not yet guarded.
 * @throws InvalidInput where a leg of Venus does not tell its market, or a loan of Morpho its market's id
 */
export function placeOf(position: Pick<LendingPosition, 'protocol' | 'marketId' | 'id'>, collateral: Pick<CollateralLeg, 'market'>, debt: Pick<DebtLeg, 'market'>): MandatePlace | null {
  switch (position.protocol) {
    case 'compound-v3':
      return null;
    case 'aave-v3':
      return ON_AAVE;
    case 'morpho-blue':
      if (position.marketId === undefined) throw new InvalidInput('position', position.id, 'a loan of Morpho with its market');
      return { guard: 'MorphoGuard', marketId: position.marketId };
    case 'venus':
      if (collateral.market === undefined || debt.market === undefined) throw new InvalidInput('position', position.id, 'legs of Venus with their markets');
      return { guard: 'VenusGuard', collateralMarket: collateral.market, debtMarket: debt.market };
  }
}
