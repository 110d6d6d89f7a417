/** Gas of one repayment or top-up through the guard on the real market (318k to 340k measured), with room. */
export const RESCUE_GAS = 400_000n;
