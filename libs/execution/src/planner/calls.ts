import { aaveGuardAbi } from '@ballast/contracts';
import { erc20Abi, type Hex } from '@ballast/connectors';
import type { IntentPlan, Mandate, MandateTerms } from '@ballast/policy';
import { Interface, type JsonFragment } from 'ethers';
import type { Address } from '@ballast/units';

/** The guard's interface as ethers takes it. */
export const guard = new Interface(aaveGuardAbi as readonly JsonFragment[]);

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
export const encodeRevoke = (collateral: Address, debt: Address): Hex => encode('revoke', [collateral, debt]);
export const encodeRevokeAll = (): Hex => encode('revokeAll', []);
/** An ERC-20 approval of exactly `amount` token units. */
export const encodeApprove = (spender: Address, amount: bigint): Hex => erc20Abi.encodeFunctionData('approve', [spender, amount]) as Hex;

/** The guard's functions that a keeper calls: the only ones its signer needs to know. */
export const KEEPER_SELECTORS: readonly Hex[] = ['activate', 'repay', 'topUp'].map((name) => guard.getFunction(name)?.selector as Hex);

/** The call that carries out an intent. */
export function callOfIntent(plan: IntentPlan, mandate: Mandate): PlannedCall {
  switch (plan.kind) {
    case 'ACTIVATE':
      return { to: plan.guard, data: encodeActivate(mandate.terms, mandate.signature) };
    case 'REPAY':
      return { to: plan.guard, data: encodeRepay(mandate.terms, plan) };
    case 'TOP_UP':
      return { to: plan.guard, data: encodeTopUp(mandate.terms, plan) };
  }
}
