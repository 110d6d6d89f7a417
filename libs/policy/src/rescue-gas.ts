/** Gas of one repayment or top-up through the guard on the real market (318k to 340k measured), with room. */
export const RESCUE_GAS = 400_000n;

/** Gas of one fill through the filler with a flash loan, without the swap itself (0.7 to 0.75 million measured with one hop), with room. */
export const FILL_GAS = 750_000n;

/** Gas of moving collateral between two protocols in one batch: a withdrawal, an approval and a supply, with room. The owner pays it. */
export const MOVE_GAS = 500_000n;
