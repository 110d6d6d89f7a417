import type { TokenSymbol } from '@ballast/devchain';
import { guardAbi, poolAbi, SYMBOLS, tokenAbi, type Field } from './field.js';

/** Prices in USD with 8 decimals. */
export type Prices = Readonly<Record<TokenSymbol, bigint>>;

/** All that an account owns and owes on the market, in token units. */
export interface Holdings {
  readonly healthFactor: bigint;
  readonly wallet: Readonly<Record<string, bigint>>;
  readonly supplied: Readonly<Record<string, bigint>>;
  readonly owed: Readonly<Record<string, bigint>>;
  /** In the base currency with 8 decimals, as Aave counts. */
  readonly collateralValue: bigint;
  readonly debtValue: bigint;
  /** Basis points, averaged over the collateral. */
  readonly threshold: bigint;
}

export async function holdingsOf(field: Field, account: string): Promise<Holdings> {
  const balance = (token: string) => ({ to: token, abi: tokenAbi, method: 'balanceOf', args: [account] });
  const answers = await field.read([
    { to: field.pool, abi: poolAbi, method: 'getUserAccountData', args: [account] },
    ...SYMBOLS.flatMap((symbol) => {
      const { asset, aToken, debtToken } = field.reserve(symbol);
      return [balance(asset), balance(aToken), balance(debtToken)];
    }),
  ]);
  const [collateralValue, debtValue, , threshold, , healthFactor] = answers[0] as bigint[];
  const column = (offset: number) => Object.fromEntries(SYMBOLS.map((symbol, index) => [symbol, answers[1 + 3 * index + offset]?.[0] as bigint]));
  return {
    healthFactor: healthFactor as bigint, collateralValue: collateralValue as bigint, debtValue: debtValue as bigint, threshold: threshold as bigint,
    wallet: column(0), supplied: column(1), owed: column(2),
  };
}

/** An amount's worth at a price, in USD with 26 decimals: exact. */
export const worth = (field: Field, symbol: TokenSymbol, amount: bigint, prices: Prices): bigint => amount * prices[symbol] * 10n ** BigInt(18 - field.reserve(symbol).decimals);

/** What is left of everything at these prices, in USD with 26 decimals. */
export function equity(field: Field, holdings: Holdings, prices: Prices): bigint {
  return SYMBOLS.reduce((sum, symbol) => {
    const units = (holdings.wallet[symbol] ?? 0n) + (holdings.supplied[symbol] ?? 0n) - (holdings.owed[symbol] ?? 0n);
    return sum + worth(field, symbol, units, prices);
  }, 0n);
}

export interface GuardFill {
  readonly executor: string;
  readonly action: number;
  readonly repaid: bigint;
  readonly out: bigint;
  readonly hfBefore: bigint;
  readonly hfAfter: bigint;
}

/** The guard's `Executed` events among a transaction's logs. */
export function executedIn(field: Field, logs: readonly { address: string; topics: string[]; data: string }[]): GuardFill[] {
  return logs.filter(({ address }) => address.toLowerCase() === field.guard.toLowerCase()).flatMap((log) => {
    const event = guardAbi.parseLog(log);
    if (event?.name !== 'Executed') return [];
    const { executor, action, debtRepaid, collateralOut, hfBefore, hfAfter } = event.args;
    return [{ executor: executor as string, action: Number(action), repaid: debtRepaid as bigint, out: collateralOut as bigint, hfBefore: hfBefore as bigint, hfAfter: hfAfter as bigint }];
  });
}
