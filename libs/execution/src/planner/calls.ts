import { aaveFillerAbi, aaveGuardAbi } from '@ballast/contracts';
import { erc20Abi, type Hex } from '@ballast/connectors';
import type { Aim, FillCall, IntentPlan, Mandate, MandateTerms, Permit } from '@ballast/policy';
import { Interface, Signature, type JsonFragment } from 'ethers';
import { InvalidInput, type Address } from '@ballast/units';

/** The guard's interface as ethers takes it. */
export const guard = new Interface(aaveGuardAbi as readonly JsonFragment[]);

/** The filler's. */
export const filler = new Interface(aaveFillerAbi as readonly JsonFragment[]);

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

const encode = (name: string, args: readonly unknown[]): Hex => guard.encodeFunctionData(name, args as unknown[]) as Hex;

export const encodeActivate = (terms: MandateTerms, signature: Hex): Hex => encode('activate', [terms, signature]);
export const encodeRepay = (terms: MandateTerms, { min, max, deadline }: ActionLimits): Hex => encode('repay', [terms, min, max, deadline]);
export const encodeTopUp = (terms: MandateTerms, { min, max, deadline }: ActionLimits): Hex => encode('topUp', [terms, min, max, deadline]);
/** The owner's own calls, for the owner to send. */
export const encodeSet = (terms: MandateTerms): Hex => encode('set', [terms]);
export const encodeRevoke = (collateral: Address, debt: Address): Hex => encode('revoke', [collateral, debt]);
export const encodeRevokeAll = (): Hex => encode('revokeAll', []);
/** An ERC-20 approval of exactly `amount` token units. */
export const encodeApprove = (spender: Address, amount: bigint): Hex => erc20Abi.encodeFunctionData('approve', [spender, amount]) as Hex;

/** Hands a signed permit to its token (ERC-2612). */
export function encodePermit({ owner, spender, value, deadline, signature }: Pick<Permit, 'owner' | 'spender' | 'value' | 'deadline' | 'signature'>): Hex {
  const { v, r, s } = Signature.from(signature);
  return erc20Abi.encodeFunctionData('permit', [owner, spender, value, deadline, v, r, s]) as Hex;
}

/** Repays with the owner's collateral: the keeper pays `max` debt units and receives at most `out` of the collateral's receipt tokens. */
export const encodeGuardFill = (terms: MandateTerms, { min, max, deadline }: ActionLimits, out: bigint): Hex => encode('fill', [terms, min, max, out, deadline]);

const aimOf = ({ health, otherDebt, thresholdBps, costBps }: Aim): readonly unknown[] => [health, otherDebt, thresholdBps, costBps];

/** The same through the filler, which pays with a flash loan and sells the collateral: the amount that reaches the aim, at most `max`. */
export const encodeFillTowards = (terms: MandateTerms, { min, max, deadline }: ActionLimits, { out, lender, router, path, keeps, aim }: FillCall & { lane: 'flash' }): Hex =>
  filler.encodeFunctionData('fillTowards', [[terms, min, max, out, deadline, lender, router, path, keeps], aimOf(aim)]) as Hex;

/** Has the filler repay from the owner's wallet what reaches the aim, at most `max`. */
export const encodeRepayTowards = (terms: MandateTerms, { min, max, deadline }: ActionLimits, aim: Aim): Hex => filler.encodeFunctionData('repayTowards', [terms, min, max, deadline, aimOf(aim)]) as Hex;

/** The guard's functions that a keeper calls: the only ones its signer needs to know. */
export const KEEPER_SELECTORS: readonly Hex[] = ['activate', 'repay', 'topUp', 'fill'].map((name) => guard.getFunction(name)?.selector as Hex);
/** The filler's. */
export const FILLER_SELECTORS: readonly Hex[] = ['fillTowards', 'repayTowards'].map((name) => filler.getFunction(name)?.selector as Hex);

/** The call that carries out an intent. @throws InvalidInput when the plan lacks what its kind needs */
export function callOfIntent(plan: IntentPlan, mandate: Mandate, permit: Permit | null = null): PlannedCall {
  switch (plan.kind) {
    case 'ACTIVATE':
      return { to: plan.guard, data: encodeActivate(mandate.terms, mandate.signature) };
    case 'PERMIT':
      if (permit === null || permit.id !== plan.permitId) throw new InvalidInput('plan', 'a PERMIT without its permit', 'the permit that is submitted');
      return { to: permit.token, data: encodePermit(permit) };
    case 'FILL':
      if (plan.fill === undefined) throw new InvalidInput('plan', 'a FILL without how it is paid for', 'a fill');
      if (plan.fill.lane === 'capital') return { to: plan.guard, data: encodeGuardFill(mandate.terms, plan, plan.fill.out) };
      return { to: plan.fill.filler, data: encodeFillTowards(mandate.terms, plan, plan.fill) };
    case 'REPAY':
      if (plan.towards !== undefined) return { to: plan.towards.filler, data: encodeRepayTowards(mandate.terms, plan, plan.towards.aim) };
      return { to: plan.guard, data: encodeRepay(mandate.terms, plan) };
    case 'TOP_UP':
      return { to: plan.guard, data: encodeTopUp(mandate.terms, plan) };
  }
}
