import type { BlockRef, LendingPosition } from '@ballast/positions';
import type { Address, Hash32 } from '@ballast/units';

/** Somewhere that an account may have a loan; no `market` where the protocol has one place for all. */
export interface ToldPlace {
  readonly account: Address;
  readonly market: Hash32 | null;
}

/**
 * A protocol's loans in two parts: what only a log that names the account changes, and what every block changes for all (prices, indices, rules).
 * Put together they are what a fresh read of the account gives, to the unit.
 */
export interface TrackedSource<Account, Market> {
  /** The accounts' own parts, in the order asked for. @throws ReadFailed */
  accounts(accounts: readonly Address[], block: BlockRef): Promise<readonly Account[]>;
  /** What is the same for all, as far as these accounts need it. @throws ReadFailed */
  market(accounts: readonly Account[], block: BlockRef): Promise<Market>;
  /** The account's loans at the block. Null where they cannot be told without reading them. */
  compose(account: Account, market: Market, block: BlockRef): readonly LendingPosition[] | null;
  /** Whether logs of these contracts change the account although none names it. */
  isMovedBy(account: Account, contracts: ReadonlySet<Address>): boolean;
}

/** One leg of a loan as a book of many loans takes it: by which factor it goes, and its accrued amount at the loan's block in raw units. */
export interface PricedLeg {
  readonly key: string;
  readonly side: 'collateral' | 'debt';
  readonly raw: number;
}

/** What a leg is worth at a block: so much for each accrued raw unit (of collateral what counts of it), the unit having grown to `index` since the protocol began. NaN where it has no price. */
export interface Factor {
  readonly perUnit: number;
  readonly index: number;
}

/** What every block changes for all loans of a protocol, as few numbers: prices, indices and thresholds. Floats, to choose whom to look at; nothing is decided by them. */
export interface Pricing {
  /** @throws ReadFailed */
  factors(block: BlockRef): Promise<ReadonlyMap<string, Factor>>;
  /** The loan's legs at its own block. */
  legsOf(position: LendingPosition): readonly PricedLeg[];
}

/** A protocol of which nothing is kept: every account is read at every block. */
export const NOTHING_KEPT: TrackedSource<Address, null> = {
  accounts: async (accounts) => accounts, market: async () => null, compose: () => null, isMovedBy: () => false,
};
