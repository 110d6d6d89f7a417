import { InvalidInput, address, chainId, fieldProblems, type Address, type ChainId } from '@ballast/units';
import { z } from 'zod';

/** What a transaction pays beside its gas: nothing, or its part of what the rollup pays to publish it, in the way of the OP Stack (on top of the gas) or of Arbitrum (inside of it). */
export type L1DataFee = 'none' | 'op-stack' | 'arbitrum';

/** What is to be known of a chain before anything is read from it. */
export interface Chain {
  readonly id: ChainId;
  readonly name: string;
  /** Seconds from block to block, as a rule; less than one on some. */
  readonly blockSeconds: number;
  /** Blocks, the including one counted, after which an outcome counts as settled: deeper than what a chain of today takes back, not its own finality. */
  readonly confirmations: number;
  readonly l1DataFee: L1DataFee;
  /** The coin that pays for gas. */
  readonly coin: string;
  /** That coin as a token: its price is what gas costs. */
  readonly wrapped: { readonly symbol: string; readonly address: Address };
}

const chain = (id: number, name: string, blockSeconds: number, confirmations: number, l1DataFee: L1DataFee, coin: string, wrapped: string): Chain =>
  ({ id: chainId(id), name, blockSeconds, confirmations, l1DataFee, coin, wrapped: { symbol: `W${coin}`, address: address(wrapped) } });

/** The chains that Ballast knows, by chain id. BNB's pace is that of BEP-619, in force since January 2026. */
export const CHAINS: ReadonlyMap<ChainId, Chain> = new Map([
  chain(1, 'Ethereum', 12, 3, 'none', 'ETH', '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'),
  chain(10, 'Optimism', 2, 5, 'op-stack', 'ETH', '0x4200000000000000000000000000000000000006'),
  chain(56, 'BNB Smart Chain', 0.45, 8, 'none', 'BNB', '0xbb4CdB9CBd36B01bD1cBaEBF2De08d9173bc095c'),
  chain(137, 'Polygon', 2, 16, 'none', 'POL', '0x0d500B1d8E8eF31E21C99d1Db9A6444d3ADf1270'),
  chain(8453, 'Base', 2, 5, 'op-stack', 'ETH', '0x4200000000000000000000000000000000000006'),
  chain(42161, 'Arbitrum', 0.25, 20, 'arbitrum', 'ETH', '0x82aF49447D8a07e3bd95BD0d56f35241523fBab1'),
].map((one) => [one.id, one]));

/** @throws InvalidInput naming the chains that are known */
export function chainOf(id: ChainId): Chain {
  const known = CHAINS.get(id);
  if (known === undefined) throw new InvalidInput('chain', String(id), `one of ${[...CHAINS.values()].map(({ id: one, name }) => `${one} (${name})`).join(', ')}`);
  return known;
}

/** Blocks that pass in so many seconds, as a rule, rounded up. */
export const blocksIn = ({ blockSeconds }: Pick<Chain, 'blockSeconds'>, seconds: number): number => Math.ceil(seconds / blockSeconds);

const anAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x followed by 40 hex digits').transform((text): Address => address(text));

/**
 * One market of Aave v3 as Aave's own address book publishes it (a module such as AaveV3Base): the part that an entry of ours is made from. Other exports of the module are passed over.
 */
export const aaveMarketModule = z.object({
  CHAIN_ID: z.number().int().positive(),
  POOL: anAddress,
  ORACLE: anAddress,
  POOL_ADDRESSES_PROVIDER: anAddress,
  AAVE_PROTOCOL_DATA_PROVIDER: anAddress,
  ASSETS: z.record(z.string().min(1), z.object({ UNDERLYING: anAddress, decimals: z.number().int().min(0).max(36) })),
});

export interface OwnContracts {
  readonly multicall3: Address;
  readonly ballast: { readonly aaveGuard: Address; readonly keepers: Address };
}

/**
 * The chain's entry of an address book, from a market of Aave as its own address book publishes it and the contracts that were deployed for Ballast: what parseAddressBook reads. Nothing of
 * the module is believed that does not parse. @throws InvalidInput naming the field, for a chain that is not known as well
 */
export function addressBookEntry(module: unknown, own: OwnContracts) {
  const parsed = aaveMarketModule.safeParse(module);
  if (!parsed.success) {
    const [problem] = fieldProblems(parsed.error.issues, module);
    throw new InvalidInput(`Aave market: ${problem?.field}`, problem?.given ?? 'nothing', problem?.expected ?? 'a market of Aave v3');
  }
  const { CHAIN_ID, POOL, ORACLE, POOL_ADDRESSES_PROVIDER, AAVE_PROTOCOL_DATA_PROVIDER, ASSETS } = parsed.data;
  const { name, confirmations } = chainOf(chainId(CHAIN_ID));
  return {
    [String(CHAIN_ID)]: {
      name, confirmations, ...own,
      aaveV3: { pool: POOL, oracle: ORACLE, addressesProvider: POOL_ADDRESSES_PROVIDER, dataProvider: AAVE_PROTOCOL_DATA_PROVIDER },
      tokens: Object.entries(ASSETS).map(([symbol, { UNDERLYING, decimals }]) => ({ symbol, address: UNDERLYING, decimals })),
    },
  };
}
