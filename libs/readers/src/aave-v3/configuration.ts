import { bps, type Bps } from '@ballast/units';
import type { ReserveState } from '@ballast/positions';

/** The part of a reserve's configuration that decides about liquidation. */
export interface ReserveConfiguration {
  /** What may be borrowed against it, as a share of its value. */
  readonly ltv: Bps;
  readonly liquidationThreshold: Bps;
  /** On top of what is repaid: 500 = 5%. */
  readonly liquidationBonus: Bps;
  /** Share of the bonus that the pool keeps. */
  readonly liquidationProtocolFee: Bps;
  readonly decimals: number;
  readonly state: ReserveState;
}

const field = (data: bigint, bit: bigint, width: bigint): bigint => (data >> bit) & ((1n << width) - 1n);
const flag = (data: bigint, bit: bigint): boolean => field(data, bit, 1n) === 1n;

/** Takes apart the pool's configuration word. Source: Aave v3 DataTypes.ReserveConfigurationMap (bits 0, 16, 32, 48, 56, 57, 60, 152). */
export function decodeReserveConfiguration(data: bigint): ReserveConfiguration {
  return {
    ltv: bps(field(data, 0n, 16n)),
    liquidationThreshold: bps(field(data, 16n, 16n)),
    liquidationBonus: bonusOf(field(data, 32n, 16n)),
    liquidationProtocolFee: bps(field(data, 152n, 16n)),
    decimals: Number(field(data, 48n, 8n)),
    state: { active: flag(data, 56n), frozen: flag(data, 57n), paused: flag(data, 60n) },
  };
}

/** The pool counts a 5% bonus as 10,500; a reserve that is no collateral has 0. */
export function bonusOf(poolBonus: bigint): Bps {
  return bps(poolBonus <= 10_000n ? 0n : poolBonus - 10_000n);
}

/** What an account does with one reserve. Source: Aave v3 DataTypes.UserConfigurationMap: two bits a reserve, borrowing first. */
export function reserveUse(userConfiguration: bigint, reserveId: number): { readonly borrowing: boolean; readonly collateral: boolean } {
  const bit = BigInt(reserveId) * 2n;
  return { borrowing: flag(userConfiguration, bit), collateral: flag(userConfiguration, bit + 1n) };
}

/** Whether the reserve is in an e-mode category's bitmap. */
export const inBitmap = (bitmap: bigint, reserveId: number): boolean => flag(bitmap, BigInt(reserveId));
