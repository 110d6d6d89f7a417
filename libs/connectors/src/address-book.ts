import { InvalidInput, address, hash32, type Address, type Hash32 } from '@ballast/units';
import { z } from 'zod';

const evmAddress = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x followed by 40 hex digits')
  .transform((text): Address => address(text));

const marketIdText = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'a market id: 0x followed by 64 hex digits').transform((text): Hash32 => hash32(text));

/** A block below which the contract has no events: where discovery begins; 0 where it is not said. */
const fromBlock = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

const seconds = z.number().int().min(1).transform((whole) => BigInt(whole));
const dollarFeed = z.object({ feed: evmAddress, goodForSeconds: seconds });
/** A feed in dollars, or a Uniswap v3 pool averaged over a window, with a feed for what it is quoted in. */
const marketSource = z.discriminatedUnion('kind', [
  dollarFeed.extend({ kind: z.literal('feed') }),
  z.object({ kind: z.literal('pool'), quote: evmAddress, fee: z.number().int().min(1).max(999_999), windowSeconds: seconds, quoteFeed: dollarFeed, goodForSeconds: seconds }),
]);

const chainBook = z.object({
  name: z.string().min(1),
  multicall3: evmAddress,
  /** Blocks, the including one counted, after which an outcome is final. */
  confirmations: z.number().int().min(1).max(1000),
  aaveV3: z.object({ pool: evmAddress, oracle: evmAddress, addressesProvider: evmAddress, dataProvider: evmAddress, fromBlock }),
  ballast: z.object({
    aaveGuard: evmAddress, keepers: evmAddress, aaveFiller: evmAddress.optional(),
    morphoGuard: evmAddress.optional(), morphoFiller: evmAddress.optional(), cometGuard: evmAddress.optional(), venusGuard: evmAddress.optional(),
  }),
  /** `markets`: ids of markets that are looked into for every account, beside those found by their events. */
  morpho: z.object({ address: evmAddress, markets: z.array(marketIdText).optional(), fromBlock }).optional(),
  venus: z.object({ comptroller: evmAddress, fromBlock }).optional(),
  /** Every Comet that is read: one a base token. */
  compoundV3: z.object({ comets: z.array(evmAddress).min(1) }).optional(),
  uniswapV3: z.object({ factory: evmAddress, quoter: evmAddress, swapRouter: evmAddress }).optional(),
  safe: z.object({ singleton: evmAddress, proxyFactory: evmAddress, multiSendCallOnly: evmAddress, fallbackHandler: evmAddress }).optional(),
  /** Pairs that the keepers contract prices: for them collateral may be sold. The wider of the two feeds' deviations. */
  fillPairs: z.array(z.object({ collateral: evmAddress, debt: evmAddress, deviationBps: z.number().int().min(0).max(50) })).optional(),
  /** The same for markets of Morpho, by their ids. */
  fillMarkets: z.array(z.object({ marketId: marketIdText, deviationBps: z.number().int().min(0).max(50) })).optional(),
  /** Sources outside of the protocols that say what a token costs; with two or more that agree, a protocol's price that differs is told of. */
  marketSources: z.array(z.object({ asset: evmAddress, sources: z.array(marketSource).min(2) })).optional(),
  /** `aToken`: Aave's receipt token for it, to which the signer may hand an owner's permit. */
  tokens: z.array(z.object({ address: evmAddress, symbol: z.string().min(1), decimals: z.number().int().min(0).max(36), aToken: evmAddress.optional() })),
});

/** The contracts that Ballast reads and calls, by chain id. */
export const addressBookSchema = z.record(z.string().regex(/^[1-9]\d{0,14}$/, 'a chain id in decimal'), chainBook);

/** One chain's entry; addresses in lower case. */
export type ChainBook = z.output<typeof chainBook>;

/**
 * Returns the chain's entry of an address book, given as JSON text or as a value already parsed.
 * @throws InvalidInput naming the field that is wrong, or the chains that are there when this one is not
 */
export function parseAddressBook(json: unknown, chainId: number): ChainBook {
  const parsed = addressBookSchema.safeParse(typeof json === 'string' ? fromText(json) : json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path ?? [];
    if (issue?.code === 'invalid_key') throw new InvalidInput('address book', `the key ${JSON.stringify(String(path.at(-1)))}`, 'a chain id in decimal');
    throw new InvalidInput(['address book', ...path].join('.'), show(path, typeof json === 'string' ? fromText(json) : json), issue?.message ?? 'an address book');
  }
  const book = parsed.data[String(chainId)];
  if (book === undefined) {
    const there = Object.keys(parsed.data);
    throw new InvalidInput('address book', there.length === 0 ? 'no chains' : `chains ${there.join(', ')}`, `an entry for chain ${chainId}`);
  }
  return book;
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput('address book', JSON.stringify(text.slice(0, 80)), 'JSON');
  }
}

function show(path: readonly PropertyKey[], json: unknown): string {
  let at: unknown = json;
  for (const key of path) at = at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at === undefined ? 'nothing' : JSON.stringify(at).slice(0, 120);
}

/** The protocols whose contracts the entry names. */
export const protocolsOf = ({ morpho, venus, compoundV3 }: Pick<ChainBook, 'morpho' | 'venus' | 'compoundV3'>) =>
  ['aave-v3', ...(morpho === undefined ? [] : ['morpho-blue'] as const), ...(venus === undefined ? [] : ['venus'] as const), ...(compoundV3 === undefined ? [] : ['compound-v3'] as const)] as const;
