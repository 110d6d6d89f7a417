import type { Position } from '../api/types.js';
import { negate, product, smaller, sum } from './numbers.js';

export interface Totals {
  readonly equityUsd: string;
  readonly debtUsd: string;
  readonly lossUsd: string;
  /** What the wallet holds and Ballast could be allowed to use, and the part of it that is permitted now; null when a price is unknown. */
  readonly walletUsd: string | null;
  readonly permittedUsd: string | null;
}

/** Sums over an address's positions, exact. A wallet coin is counted once, at the price that the protocol gives it. */
export function totalsOf(positions: readonly Position[]): Totals {
  const prices = new Map(positions.flatMap((position) => [...position.collaterals, ...position.debts]).map((leg) => [leg.asset.address.toLowerCase(), leg.priceUsd]));
  const coins = new Map(positions.flatMap((position) => position.wallet).map((coin) => [coin.asset.address.toLowerCase(), coin]));
  const worth = (amountOf: (coin: Position['wallet'][number]) => string): string | null => {
    const values: string[] = [];
    for (const [address, coin] of coins) {
      const held = amountOf(coin);
      const price = prices.get(address) ?? null;
      if (/^0(\.0*)?$/.test(held)) continue;
      if (price === null) return null;
      values.push(product(held, price));
    }
    return sum(values);
  };
  return {
    equityUsd: sum(positions.flatMap((position) => [position.collateralUsd, negate(position.debtUsd)])),
    debtUsd: sum(positions.map((position) => position.debtUsd)),
    lossUsd: sum(positions.map((position) => position.lossIfLiquidatedUsd)),
    walletUsd: worth((coin) => coin.balance),
    permittedUsd: worth((coin) => smaller(coin.balance, coin.allowance)),
  };
}
