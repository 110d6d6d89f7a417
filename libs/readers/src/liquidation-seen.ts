import type { LogQuery } from '@ballast/connectors';
import type { Asset, LendingProtocol, PositionReader } from '@ballast/positions';
import type { Address, Hash32, RawAmount } from '@ballast/units';

/** A liquidation of an account, as the protocol's event tells it. */
export interface LiquidationSeen {
  readonly protocol: LendingProtocol;
  readonly account: Address;
  /** On Morpho: in which market. */
  readonly marketId?: Hash32;
  /** On Compound III: at which Comet. */
  readonly contract?: Address;
  readonly collateral: Asset;
  readonly debt: Asset;
  readonly debtCovered: RawAmount;
  readonly collateralSeized: RawAmount;
  readonly transactionHash: Hash32;
  readonly blockNumber: bigint;
  readonly blockHash: Hash32;
}

/** A protocol's loans and what befell them. */
export interface VenueReader extends PositionReader {
  /** Liquidations of these accounts in one block or a range, oldest first. @throws ReadFailed */
  liquidations(blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationSeen[]>;
  /** Where a reader keeps something between blocks: these accounts are read anew at the next look. */
  forget?(accounts: readonly Address[]): void;
}
