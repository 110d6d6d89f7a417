import { mulDivUp, oneToken, type Address } from '@ballast/units';
import type { CollateralLeg, DebtLeg, OraclePrice, WalletFunds } from '@ballast/positions';
import type { CannotReason } from './decision.js';
import { DEFAULT_LIMITS, type DecideInput, type ReservedFunds } from './decide-input.js';

/** What the wallet may give of one token at the block. */
export interface Funds {
  /** What this position may use: the rest is spoken for by loans that are more urgent. */
  readonly available: bigint;
  /** min(balance, allowance), which is what the guard could take. */
  readonly seen: bigint;
  readonly balance: bigint;
  readonly allowance: bigint;
}

export function fundsOf({ position, reserved }: Pick<DecideInput, 'position' | 'reserved'>, asset: Address): Funds {
  const funds: WalletFunds | undefined = position.wallet.find((entry) => entry.asset.address === asset);
  const [balance, allowance] = [funds?.balance ?? 0n, funds?.allowance ?? 0n];
  return { available: availableOf({ balance, allowance }, reserved?.find((entry) => entry.asset === asset)), seen: least(balance, allowance), balance, allowance };
}

/** What is left of a balance and an allowance when others' part is taken off. */
export const availableOf = ({ balance, allowance }: { readonly balance: bigint; readonly allowance: bigint }, reserved: ReservedFunds | undefined): bigint =>
  least(rest(balance, reserved?.balance ?? 0n), rest(allowance, reserved?.allowance ?? 0n));

const least = (x: bigint, y: bigint): bigint => (x < y ? x : y);
const rest = (all: bigint, taken: bigint): bigint => (all > taken ? all - taken : 0n);

/** Token units worth the least amount that an action should move, rounded up, at least 1. */
export function dust(input: DecideInput, decimals: number, price: OraclePrice): bigint {
  const { minActionUsdE8 } = input.limits ?? DEFAULT_LIMITS;
  if (price.kind === 'no-price') return 1n;
  const units = mulDivUp(minActionUsdE8, oneToken(decimals), price.usdE8);
  return units > 0n ? units : 1n;
}

/** Why the wallet cannot pay `wanted` in full or at least more than dust; null when it can. */
export function fundsObstacle(input: DecideInput, leg: CollateralLeg | DebtLeg, wanted: bigint): CannotReason | null {
  const { available, seen, balance, allowance } = fundsOf(input, leg.asset.address);
  const smallest = dust(input, leg.asset.decimals, leg.price);
  const needed = wanted > 0n && wanted < smallest ? wanted : smallest;
  if (available > 0n && available >= needed) return null;
  if (seen > available && seen >= needed) return 'funds-reserved';
  if (balance === 0n) return 'wallet-empty';
  if (balance >= needed || allowance === 0n) return 'allowance-missing';
  return 'below-minimum';
}
