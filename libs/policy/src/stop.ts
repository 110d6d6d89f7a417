import type { Address, ChainId } from '@ballast/units';
import type { LendingProtocol } from '@ballast/positions';

/** How far a stop reaches. */
export type StopScope =
  | { readonly kind: 'global' }
  | { readonly kind: 'chain'; readonly chainId: ChainId | number }
  | { readonly kind: 'protocol'; readonly chainId: ChainId | number; readonly protocol: LendingProtocol }
  | { readonly kind: 'owner'; readonly chainId: ChainId | number; readonly owner: Address };

/** A kill switch or a tripped breaker in force. While it is there, nothing that it covers is signed but what gives a nonce back. */
export interface Stop {
  readonly scope: StopScope;
  /** `all`: every call. `fill`: sales of collateral; paying from the owner's wallet goes on. */
  readonly stops: 'all' | 'fill';
  /** `operator`, or the name of the breaker: each can take away only its own. */
  readonly setBy: string;
  readonly reason: string;
}
