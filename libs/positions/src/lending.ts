import type { Address, Bps, RawAmount, UsdE8, Wad } from '@ballast/units';
import type { Asset } from './asset.js';
import type { OraclePrice } from './price.js';
import type { Provenance } from './provenance.js';

declare const positionIdBrand: unique symbol;
/** `<chainId>-<protocol>-<account>`: one venue account, the thing that is guarded. */
export type PositionId = string & { readonly [positionIdBrand]: true };

export type LendingProtocol = 'aave-v3';

/** The reserve's switches at the block. A paused reserve can neither be repaid, supplied nor liquidated; a frozen one takes no new supply. */
export interface ReserveState {
  readonly active: boolean;
  readonly frozen: boolean;
  readonly paused: boolean;
}

export interface CollateralLeg {
  readonly asset: Asset;
  /** Accrued balance at the block. */
  readonly amount: RawAmount;
  /** amount x price, rounded down; 0 where there is no price. */
  readonly valueUsdE8: UsdE8;
  readonly price: OraclePrice;
  /** The threshold that counts for this account: of its e-mode where that applies. */
  readonly liquidationThreshold: Bps;
  /** What a liquidator gets on top, as a share of what is repaid: 500 = 5%. Includes the protocol's part. */
  readonly liquidationBonus: Bps;
  /** Share of the bonus that the protocol keeps. Absent where a reader does not tell it. */
  readonly liquidationProtocolFee?: Bps;
  /** Whether the owner lets it count as collateral. */
  readonly enabled: boolean;
  /** True where the protocol lends nothing against it. While such a collateral is switched on, no other one may leave the account. */
  readonly zeroLtv?: boolean;
  /** What the owner lets the guard take of it, in units of its receipt token (an aToken); absent where the protocol has no such permission. */
  readonly releasable?: RawAmount;
  readonly reserve: ReserveState;
}

export interface DebtLeg {
  readonly asset: Asset;
  /** Accrued debt at the block. */
  readonly amount: RawAmount;
  /** amount x price, rounded up; 0 where there is no price. */
  readonly valueUsdE8: UsdE8;
  readonly price: OraclePrice;
  readonly reserve: ReserveState;
}

/** A health factor, or the plain fact that there is nothing to liquidate. */
export type HealthFactor = { readonly kind: 'no-debt' } | { readonly kind: 'ratio'; readonly wad: Wad };

/** What the owner's wallet could pay with at the block: the least of balance and allowance may leave it. */
export interface WalletFunds {
  readonly asset: Asset;
  readonly balance: RawAmount;
  /** Allowance given to the guard. */
  readonly allowance: RawAmount;
}

/** One account's loan at one protocol, read at one block. Never mixed from two blocks. */
export interface LendingPosition {
  readonly id: PositionId;
  readonly protocol: LendingProtocol;
  /** The pool's address. */
  readonly market: Address;
  readonly account: Address;
  readonly provenance: Provenance;
  readonly collaterals: readonly CollateralLeg[];
  readonly debts: readonly DebtLeg[];
  readonly eMode: { readonly kind: 'none' } | { readonly kind: 'category'; readonly id: number; readonly label: string };
  /** The protocol's own figures, to check ours against. */
  readonly reported: {
    readonly collateralUsdE8: UsdE8;
    readonly debtUsdE8: UsdE8;
    /** Average liquidation threshold over enabled collateral. */
    readonly liquidationThreshold: Bps;
    readonly health: HealthFactor;
  };
  readonly wallet: readonly WalletFunds[];
}

/** The id of the account's position at a protocol. */
export function positionId(chain: number, protocol: LendingProtocol, account: Address): PositionId {
  return `${chain}-${protocol}-${account}` as PositionId;
}
