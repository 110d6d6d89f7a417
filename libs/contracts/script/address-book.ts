import { ZeroAddress } from 'ethers';
import { ChainReads } from './chain-reads.js';
import type { Parameters } from './parameters.js';
import type { PlannedContract } from './plan.js';

type Entry = Record<string, unknown>;

/**
 * One chain's entry of the address book, as the services read it. What an existing entry says and the deployment does not stays; tokens are
 * added to those that are there. Addresses in lower case.
 */
export async function bookEntry(reads: ChainReads, p: Parameters, plan: readonly PlannedContract[], existing: Entry = {}): Promise<Entry> {
  const lower = (address: string): string => address.toLowerCase();
  const provider = (await reads.one(p.aave.pool, 'ADDRESSES_PROVIDER')) ?? ZeroAddress;
  const [oracle, dataProvider] = [(await reads.one(provider, 'getPriceOracle')) ?? ZeroAddress, (await reads.one(provider, 'getPoolDataProvider')) ?? ZeroAddress];
  const before = (existing['ballast'] ?? {}) as Entry;
  return {
    ...existing,
    name: p.name, multicall3: lower(p.multicall3), confirmations: p.confirmations,
    aaveV3: { ...partOf(existing, 'aaveV3'), pool: lower(p.aave.pool), oracle: lower(oracle), addressesProvider: lower(provider), dataProvider: lower(dataProvider) },
    ballast: { ...before, ...Object.fromEntries(plan.map(({ name, address }) => [name, lower(address)])) },
    ...(p.morpho === null ? {} : { morpho: { ...partOf(existing, 'morpho'), address: lower(p.morpho.address) } }),
    ...(p.venus === null ? {} : { venus: { ...partOf(existing, 'venus'), comptroller: lower(p.venus.comptroller) } }),
    ...(p.uniswapV3 === null ? {} : { uniswapV3: { factory: lower((await reads.one(p.uniswapV3.swapRouter, 'factory')) ?? ZeroAddress), quoter: lower(p.uniswapV3.quoter), swapRouter: lower(p.uniswapV3.swapRouter) } }),
    ...(p.pairs.length === 0 ? {} : { fillPairs: p.pairs.map(({ collateral, debt }) => ({ collateral: lower(collateral.asset), debt: lower(debt.asset), deviationBps: Math.max(collateral.deviationBps, debt.deviationBps) })) }),
    ...(p.markets.length === 0 ? {} : { fillMarkets: p.markets.map(({ marketId, collateral, debt }) => ({ marketId: lower(marketId), deviationBps: Math.max(collateral.deviationBps, debt.deviationBps) })) }),
    tokens: await tokens(reads, p, (existing['tokens'] ?? []) as readonly { address: string }[]),
  };
}

/** What somebody wrote beside the addresses, as where discovery begins, is kept. */
const partOf = (existing: Readonly<Record<string, unknown>>, part: string): object => (existing[part] ?? {}) as object;

async function tokens(reads: ChainReads, p: Parameters, known: readonly { readonly address: string }[]): Promise<unknown[]> {
  const reserves = ((await reads.ask(p.aave.pool, 'getReservesList'))?.[0] ?? []) as readonly string[];
  const fresh = reserves.filter((reserve) => !known.some(({ address }) => address.toLowerCase() === reserve.toLowerCase()));
  const read = await Promise.all(fresh.map(async (address) => ({ address: address.toLowerCase(), symbol: await reads.one(address, 'symbol'), decimals: await reads.one(address, 'decimals') })));
  return [...known, ...read.filter(({ symbol, decimals }) => symbol !== null && decimals !== null).map((token) => ({ ...token, decimals: Number(token.decimals) }))];
}
