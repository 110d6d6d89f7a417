import type { Address, Bps, ChainId, Hash32, RawAmount, Wad } from '@ballast/units';

/** Bits of `actions` in a mandate. FILL is reserved for repaying with collateral. */
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

export interface Mandate {
  readonly hash: Hash32;
  readonly chainId: ChainId;
  readonly guard: Address;
  readonly terms: MandateTerms;
  readonly signature: `0x${string}`;
  readonly status: MandateStatus;
}
