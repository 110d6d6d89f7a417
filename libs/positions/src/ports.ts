import type { Address, ChainId } from '@ballast/units';
import type { LendingPosition, LendingProtocol } from './lending.js';
import type { PriceTick } from './price.js';

/** The block that a set of reads is pinned to. */
export interface BlockRef {
  readonly number: bigint;
  readonly hash: string;
  readonly timestamp: bigint;
}

/** Reads accounts of one protocol at one block. */
export interface PositionReader {
  readonly protocol: LendingProtocol;
  /**
   * Every loan that the accounts have there at `block`, in the order of the accounts; of an account without any either nothing or an empty one. All or
   * nothing: a failed read throws.
   * @throws ReadFailed when the RPC or a contract does not answer as expected
   */
  read(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]>;
}

/** Reads prices as the protocol's feeds published them. */
export interface PriceReader {
  /** Ticks of the asset's feed not older than `since` (chain seconds), oldest first; as many as the feed still tells, at most `limit`. */
  history(asset: Address, since: bigint, limit: number): Promise<readonly PriceTick[]>;
}

/** Where prices are kept for volatility. */
export interface PriceHistory {
  append(chain: ChainId, ticks: readonly PriceTick[]): Promise<void>;
  /** Ticks not older than `since`, oldest first. */
  since(chain: ChainId, asset: Address, since: bigint): Promise<readonly PriceTick[]>;
}
