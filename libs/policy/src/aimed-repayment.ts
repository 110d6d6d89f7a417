import type { RawAmount } from '@ballast/units';
import type { DecideInput } from './decide-input.js';
import type { Decision } from './decision.js';
import { repaymentAim } from './fill-sizing.js';
import { dust, fundsOf } from './funds.js';
import type { Aim } from './intent.js';

/** How much more than planned an aimed repayment may come to, in percent: the price may fall on the way. */
export const REPAYMENT_HEADROOM = 125n;

/**
 * The repayment that was decided on, aimed at its target so that its amount is worked out in the transaction itself: from dust to a quarter more
 * than planned, and never into what is reserved for more urgent loans. Null where the decision is no repayment.
 */
export function aimedRepayment(input: DecideInput, decision: Decision): { readonly min: RawAmount; readonly max: RawAmount; readonly aim: Aim } | null {
  if (decision.kind !== 'act' || decision.action !== 'repay' || decision.target === null) return null;
  const leg = input.position.debts.find((debt) => debt.asset.address === decision.asset.address);
  if (leg === undefined) return null;
  const least = dust(input, leg.asset.decimals, leg.price);
  const inFull = decision.max > leg.amount;
  const roomy = inFull ? decision.max : (decision.max * REPAYMENT_HEADROOM) / 100n;
  const { available, seen } = fundsOf(input, leg.asset.address);
  const isShared = seen > available && roomy > available;
  return {
    min: (least < decision.min ? least : decision.min) as RawAmount,
    max: (isShared ? available : roomy) as RawAmount,
    aim: repaymentAim(input.position, leg, decision.target),
  };
}
