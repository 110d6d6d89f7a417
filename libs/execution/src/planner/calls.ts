import { erc20Abi, morphoBlueAbi, type Hex } from '@ballast/connectors';
import type { Aim, FillCall, IntentPlan, Mandate, Permit } from '@ballast/policy';
import { Signature, type Interface } from 'ethers';
import { InvalidInput, type Address } from '@ballast/units';
import { FILLERS, GUARDS, keyOf, structOf, type Signable } from './signed-form.js';

/** A call to one contract, without value. */
export interface PlannedCall {
  readonly to: Address;
  readonly data: Hex;
}

/** What an action may move and until when: the executor's own limits, beside those that the owner signed. */
export interface ActionLimits {
  /** Token units: the least worth doing, and the most. */
  readonly min: bigint;
  readonly max: bigint;
  /** Chain seconds. */
  readonly deadline: bigint;
}

const encode = ({ place }: Pick<Signable, 'place'>, name: string, args: readonly unknown[]): Hex => GUARDS[place.guard].encodeFunctionData(name, args as unknown[]) as Hex;

export const encodeActivate = (mandate: Signable, signature: Hex): Hex => encode(mandate, 'activate', [structOf(mandate), signature]);
export const encodeRepay = (mandate: Signable, { min, max, deadline }: ActionLimits): Hex => encode(mandate, 'repay', [structOf(mandate), min, max, deadline]);
export const encodeTopUp = (mandate: Signable, { min, max, deadline }: ActionLimits): Hex => encode(mandate, 'topUp', [structOf(mandate), min, max, deadline]);
/** The owner's own calls, for the owner to send. */
export const encodeSet = (mandate: Signable): Hex => encode(mandate, 'set', [structOf(mandate)]);
export const encodeRevoke = (mandate: Signable): Hex => encode(mandate, 'revoke', keyOf(mandate));
/** The same of every guard. */
export const encodeRevokeAll = (): Hex => GUARDS.AaveGuard.encodeFunctionData('revokeAll', []) as Hex;

/** Lets the guard move the owner's collateral on Morpho, in every market, as Morpho has it. The guard's code uses it for the mandate's market alone. */
export const encodeAuthorize = (guard: Address): Hex => morphoBlueAbi.encodeFunctionData('setAuthorization', [guard, true]) as Hex;

/** An ERC-20 approval of exactly `amount` token units. */
export const encodeApprove = (spender: Address, amount: bigint): Hex => erc20Abi.encodeFunctionData('approve', [spender, amount]) as Hex;

/** Hands a signed permit to its token (ERC-2612). */
export function encodePermit({ owner, spender, value, deadline, signature }: Pick<Permit, 'owner' | 'spender' | 'value' | 'deadline' | 'signature'>): Hex {
  const { v, r, s } = Signature.from(signature);
  return erc20Abi.encodeFunctionData('permit', [owner, spender, value, deadline, v, r, s]) as Hex;
}

/** Repays with the owner's collateral: the keeper pays `max` debt units and receives at most `out` of the collateral, on Aave as its receipt tokens. */
export const encodeGuardFill = (mandate: Signable, { min, max, deadline }: ActionLimits, out: bigint): Hex => encode(mandate, 'fill', [structOf(mandate), min, max, out, deadline]);

const aimOf = ({ health, otherDebt, thresholdBps, costBps }: Aim): readonly unknown[] => [health, otherDebt, thresholdBps, costBps];

/** The same through the filler, which pays with a flash loan and sells the collateral: the amount that reaches the aim, at most `max`. */
export const encodeFillTowards = (mandate: Signable, { min, max, deadline }: ActionLimits, { out, lender, router, path, keeps, aim }: FillCall & { lane: 'flash' }): Hex =>
  fillerOf(mandate).encodeFunctionData('fillTowards', [[structOf(mandate), min, max, out, deadline, lender, router, path, keeps], aimOf(aim)]) as Hex;

/** Has the filler repay from the owner's wallet what reaches the aim, at most `max`. */
export const encodeRepayTowards = (mandate: Signable, { min, max, deadline }: ActionLimits, aim: Aim): Hex => fillerOf(mandate).encodeFunctionData('repayTowards', [structOf(mandate), min, max, deadline, aimOf(aim)]) as Hex;

function fillerOf({ place }: Signable): Interface {
  const filler = FILLERS[place.guard];
  if (filler === undefined) throw new InvalidInput('plan', `a call through a filler for ${place.guard}`, 'a guard that has a filler');
  return filler;
}

const selectors = (faces: readonly Interface[], names: readonly string[]): readonly Hex[] => [...new Set(faces.flatMap((face) => names.flatMap((name) => (face.getFunction(name)?.selector ?? []) as Hex)))];

/** The guards' functions that a keeper calls: the only ones its signer needs to know. */
export const KEEPER_SELECTORS: readonly Hex[] = selectors(Object.values(GUARDS), ['activate', 'repay', 'topUp', 'fill']);
/** The fillers'. */
export const FILLER_SELECTORS: readonly Hex[] = selectors(Object.values(FILLERS), ['fillTowards', 'repayTowards']);

/** The call that carries out an intent. @throws InvalidInput when the plan lacks what its kind needs */
export function callOfIntent(plan: IntentPlan, mandate: Mandate, permit: Permit | null = null): PlannedCall {
  switch (plan.kind) {
    case 'ACTIVATE':
      return { to: plan.guard, data: encodeActivate(mandate, mandate.signature) };
    case 'PERMIT':
      if (permit === null || permit.id !== plan.permitId) throw new InvalidInput('plan', 'a PERMIT without its permit', 'the permit that is submitted');
      return { to: permit.token, data: encodePermit(permit) };
    case 'FILL':
      if (plan.fill === undefined) throw new InvalidInput('plan', 'a FILL without how it is paid for', 'a fill');
      if (plan.fill.lane === 'capital') return { to: plan.guard, data: encodeGuardFill(mandate, plan, plan.fill.out) };
      return { to: plan.fill.filler, data: encodeFillTowards(mandate, plan, plan.fill) };
    case 'REPAY':
      if (plan.towards !== undefined) return { to: plan.towards.filler, data: encodeRepayTowards(mandate, plan, plan.towards.aim) };
      return { to: plan.guard, data: encodeRepay(mandate, plan) };
    case 'TOP_UP':
      return { to: plan.guard, data: encodeTopUp(mandate, plan) };
  }
}
