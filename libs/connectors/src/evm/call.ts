import type { Address } from '@ballast/units';
import type { Hex } from './wire.js';

export interface Call {
  readonly to: Address;
  readonly data: Hex;
}

/** One call's own outcome: a revert is an answer, not an exception. */
export type CallResult = { readonly kind: 'ok'; readonly data: Hex } | { readonly kind: 'reverted'; readonly data: Hex };
