import { InvalidInput } from '@ballast/units';

/** A perpetual whose contracts are in dollars and whose margin and profit are in the coin. */
export interface InversePerp {
  readonly contractsUsd: number;
  readonly side: 'long' | 'short';
  readonly entryUsd: number;
  readonly cashCoin: number;
  readonly maintenanceRate: number;
}

export interface InverseState {
  readonly equityCoin: number;
  readonly equityUsd: number;
  readonly maintenanceMarginCoin: number;
  readonly marginRatio: number;
  readonly isLiquidatable: boolean;
  /** null where no price above 0 liquidates it. */
  readonly liquidationPriceUsd: number | null;
  /** Of the equity in dollars, per dollar of the price: in coins. It does not depend on the price. */
  readonly deltaUnits: number;
  /** Of the equity in coins, per dollar of the price. */
  readonly deltaCoinPerUsd: number;
}

/** Equity cash + N (1/entry - 1/mark), margin mmr N / mark; N negative for a short. Liquidated at N (1 + mmr) / (cash + N / entry) for a long. */
export function inversePerpState(perp: InversePerp, markUsd: number): InverseState {
  const { contractsUsd, side, entryUsd, cashCoin, maintenanceRate } = perp;
  for (const [field, value] of [['contracts', contractsUsd], ['entry', entryUsd], ['mark', markUsd]] as const) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidInput(field, String(value), 'dollars above 0');
  }
  if (!Number.isFinite(cashCoin)) throw new InvalidInput('cash', String(cashCoin), 'a finite number of coins');
  if (!(maintenanceRate >= 0 && maintenanceRate < 1)) throw new InvalidInput('maintenance rate', String(maintenanceRate), 'a share from 0 and under 1');
  const signed = side === 'long' ? contractsUsd : -contractsUsd;
  const equityCoin = cashCoin + signed * (1 / entryUsd - 1 / markUsd);
  const maintenanceMarginCoin = (maintenanceRate * contractsUsd) / markUsd;
  const deltaUnits = cashCoin + signed / entryUsd;
  const barrier = (signed + maintenanceRate * contractsUsd) / deltaUnits;
  return {
    equityCoin, equityUsd: equityCoin * markUsd, maintenanceMarginCoin,
    marginRatio: maintenanceMarginCoin === 0 ? Infinity : equityCoin / maintenanceMarginCoin, isLiquidatable: equityCoin < maintenanceMarginCoin,
    liquidationPriceUsd: barrier > 0 && Number.isFinite(barrier) ? barrier : null, deltaUnits, deltaCoinPerUsd: signed / (markUsd * markUsd),
  };
}
