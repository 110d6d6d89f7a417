import type { z } from 'zod';
import { portfolioOf, portfolioPart, type Delta, type LendingPosition } from '@ballast/positions';
import { decimalText, exactDecimalText, type Address } from '@ballast/units';
import type * as contract from '../contract/schemas.js';
import { amountText, assetView, healthText, shownAddress, usdDown, usdUp } from './text.js';

export type PortfolioView = z.infer<typeof contract.portfolio>;
const DECIMALS = 18;

const exposureView = ({ of, longE18, shortE18, netE18 }: Delta): PortfolioView['exposures'][number] => ({
  of: of.kind === 'underlying' ? of.underlying : of.asset.symbol, kind: of.kind,
  owned: exactDecimalText(longE18, DECIMALS), owed: exactDecimalText(shortE18, DECIMALS), net: decimalText(netE18, DECIMALS, DECIMALS, 'down'),
});

/** Each coin of the owner's wallet once, with what each position's guard may take of it: the least of balance and allowance. */
function rescueFunds(positions: readonly LendingPosition[]): PortfolioView['rescueFunds'] {
  const coins = new Map<Address, PortfolioView['rescueFunds'][number]>();
  for (const { id, wallet } of positions) {
    for (const { asset, balance, allowance } of wallet) {
      const coin = coins.get(asset.address) ?? { asset: assetView(asset), balance: amountText(balance, asset), usable: [] };
      coins.set(asset.address, { ...coin, usable: [...coin.usable, { positionId: id, amount: amountText(balance < allowance ? balance : allowance, asset) }] });
    }
  }
  return [...coins.values()];
}

/** The account's positions taken together; empty ones count for nothing. */
export function portfolioView(account: Address, positions: readonly LendingPosition[]): PortfolioView {
  const parts = positions.filter(({ collaterals, debts }) => collaterals.length + debts.length > 0).map(portfolioPart);
  const [all] = portfolioOf(parts.map(({ position }) => position), new Map(parts.flatMap(({ rates }) => rates)));
  return {
    account: shownAddress(account), collateralUsd: usdDown(all?.collateralUsdE8 ?? 0n), debtUsd: usdUp(all?.debtUsdE8 ?? 0n),
    weakest: all?.weakest == null ? null : { positionId: all.weakest.id, health: healthText(all.weakest.health.wad) as string },
    exposures: (all?.deltas ?? []).map(exposureView), withoutRate: (all?.withoutRate ?? []).map(({ symbol }) => symbol), rescueFunds: rescueFunds(positions),
  };
}
