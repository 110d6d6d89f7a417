import { PROTOCOL_NAMES, type LendingPosition } from '@ballast/positions';

/** How a notice names a loan: its protocol, and its collaterals beside its debts, as in "WETH + WBTC → USDC". */
export function positionTitle({ protocol, collaterals, debts }: LendingPosition): { readonly protocol: string; readonly pair: string } {
  const names = (legs: readonly { asset: { symbol: string } }[]): string => legs.map((leg) => leg.asset.symbol).join(' + ');
  return { protocol: PROTOCOL_NAMES[protocol], pair: `${names(collaterals)} → ${names(debts)}` };
}
