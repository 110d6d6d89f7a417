import type { Address, ChainId, Hash32, RawAmount } from '@ballast/units';
import type { PositionId } from '@ballast/positions';

/** Longest time from now to a permit's deadline, in chain seconds: a permit that lies about unused restores an allowance that its owner has dropped. */
export const PERMIT_MAX_SECONDS = 1_800n;

/** open: to be submitted. used: the allowance is there, whoever submitted it. failed: it can never be used any more. */
export type PermitState = 'open' | 'used' | 'failed';

/** An ERC-2612 permit as its owner signed it: `spender` may take up to `value` of the owner's `token`. */
export interface Permit {
  readonly id: string;
  readonly chainId: ChainId;
  /** The mandate whose actions need the allowance. */
  readonly mandateHash: Hash32;
  readonly positionId: PositionId;
  readonly token: Address;
  readonly owner: Address;
  /** A guard. */
  readonly spender: Address;
  readonly value: RawAmount;
  /** The owner's nonce at the token, which the signature names. */
  readonly nonce: bigint;
  /** Chain seconds, inclusive. */
  readonly deadline: bigint;
  /** 65 bytes r, s, v. */
  readonly signature: `0x${string}`;
  readonly state: PermitState;
}
