import type { Address, ChainId } from '@ballast/units';

/** A token on one chain. */
export interface Asset {
  readonly chainId: ChainId;
  readonly address: Address;
  readonly symbol: string;
  readonly decimals: number;
}
