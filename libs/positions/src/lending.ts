import { InvalidInput, type Address, type Bps, type Hash32, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type { Asset } from './asset.js';
import type { OraclePrice } from './price.js';
import type { Provenance } from './provenance.js';
import type { TokenRate } from './underlying.js';

declare const positionIdBrand: unique symbol;
/** `<chainId>-<protocol>-<account>`, on Morpho with `-<market id>` behind, on Compound III with `-<comet>`: one loan, the thing that is guarded. */
export type PositionId = string & { readonly [positionIdBrand]: true };

/** Every protocol whose loans are read. */
export const LENDING_PROTOCOLS = ['aave-v3', 'morpho-blue', 'venus', 'compound-v3'] as const;
export type LendingProtocol = (typeof LENDING_PROTOCOLS)[number];

/** As people call them. */
export const PROTOCOL_NAMES: Readonly<Record<LendingProtocol, string>> = { 'aave-v3': 'Aave v3', 'morpho-blue': 'Morpho Blue', venus: 'Venus', 'compound-v3': 'Compound III' };

/** The reserve's switches at the block. A paused reserve can neither be repaid, supplied nor liquidated; a frozen one takes no new supply. */
export interface ReserveState {
  readonly active: boolean;
  readonly frozen: boolean;
  readonly paused: boolean;
}

export interface CollateralLeg {
  readonly asset: Asset;
  /** The contract in which the protocol keeps this asset, where each has its own (a vToken of Venus). */
  readonly market?: Address;
  /** What the asset is in its underlying at the block; absent where nobody asked. */
  readonly rate?: TokenRate;
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
  readonly market?: Address;
  readonly rate?: TokenRate;
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
  /** The contract that holds the loan: Aave's pool, Morpho, Venus's comptroller, a Comet. */
  readonly market: Address;
  /** Of Morpho: which of its markets. */
  readonly marketId?: Hash32;
  readonly account: Address;
  readonly provenance: Provenance;
  readonly collaterals: readonly CollateralLeg[];
  readonly debts: readonly DebtLeg[];
  /** The share of a debt that one liquidation may repay; absent where it depends on health and size, as on Aave. */
  readonly closeFactor?: Bps;
  /** A liquidation takes all collateral at once, as on Compound III; each leg's bonus is then what is lost of its own value. */
  readonly takesAll?: boolean;
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

/** The id of the account's position at a protocol; on Morpho and Compound III, which keep each market's loans apart, of the one in that market (its id) or Comet. */
export function positionId(chain: number, protocol: LendingProtocol, account: Address, part?: Hash32 | Address): PositionId {
  return (part === undefined ? `${chain}-${protocol}-${account}` : `${chain}-${protocol}-${account}-${part}`) as PositionId;
}

const ID = new RegExp(`^([1-9]\\d*)-(${LENDING_PROTOCOLS.join('|')})-(0x[0-9a-f]{40})(?:-(0x[0-9a-f]{64}|0x[0-9a-f]{40}))?$`);

/** What a position's id says. @throws InvalidInput when it is none */
export function partsOf(id: PositionId): { readonly chainId: number; readonly protocol: LendingProtocol; readonly account: Address; readonly part?: Hash32 | Address } {
  const [, chain, protocol, account, part] = ID.exec(id) ?? [];
  if (chain === undefined) throw new InvalidInput('position id', JSON.stringify(id), '<chain id>-<protocol>-<account>, on Morpho with -<market id> behind, on Compound III with -<comet>');
  return { chainId: Number(chain), protocol: protocol as LendingProtocol, account: account as Address, ...(part === undefined ? {} : { part: part as Hash32 | Address }) };
}

/** The protocol's name as people say it. @throws InvalidInput when the id is none */
export const protocolNameOf = (id: PositionId): string => PROTOCOL_NAMES[partsOf(id).protocol];
