import type { RawAmount } from '@ballast/units';
import { dust } from './candidates.js';
import type { DecideInput } from './decide-input.js';
import type { Decision } from './decision.js';
import { repaymentAim } from './fill-sizing.js';
import type { Aim } from './intent.js';

/** How much more than planned an aimed repayment may come to, in percent: the price may fall on the way. */
const HEADROOM = 125n;

/**
 * The repayment that was decided on, aimed at its target so that its amount is worked out in the transaction itself: from dust to a quarter more
 * than planned. Null where the decision is no repayment.
 */
export function aimedRepayment(input: DecideInput, decision: Decision): { readonly min: RawAmount; readonly max: RawAmount; readonly aim: Aim } | null {
  if (decision.kind !== 'act' || decision.action !== 'repay' || decision.target === null) return null;
  const leg = input.position.debts.find((debt) => debt.asset.address === decision.asset.address);
  if (leg === undefined) return null;
  const least = dust(input, leg.asset.decimals, leg.price);
  const inFull = decision.max > leg.amount;
  return {
    min: (least < decision.min ? least : decision.min) as RawAmount,
    max: (inFull ? decision.max : (decision.max * HEADROOM) / 100n) as RawAmount,
    aim: repaymentAim(input.position, leg, decision.target),
  };
}
