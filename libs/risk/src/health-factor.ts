// What a position's legs add up to is the position's own business; the risk of it rests on the same figures.
export { aaveHealth, countedCollaterals, healthAgrees, healthFactor, owesNothing, totalDebt, weightedCollateral } from '@ballast/positions';
