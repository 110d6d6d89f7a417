import { getAddress } from 'ethers';
import { z } from 'zod';
import { DeploymentRefused } from './problems.js';

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x followed by 40 hex digits').transform((text) => getAddress(text.toLowerCase()));
const word = z.string().regex(/^0x[0-9a-fA-F]{64}$/, '32 bytes in hex').transform((text) => text.toLowerCase());

/** One price of a pair; see `Keepers.Feed`. `heartbeat` in seconds, `deviationBps` as the feed's operator declares it. */
const feed = z.strictObject({ source: address, feed: address, heartbeat: z.number().int().min(1).max(2 ** 32 - 1), deviationBps: z.number().int().min(0).max(65_535) });

const parameters = z.strictObject({
  chainId: z.number().int().min(1),
  name: z.string().min(1),
  /** Blocks, the including one counted, after which an outcome is final. For the address book. */
  confirmations: z.number().int().min(1).max(1000),
  /** Changes every address. The same salt, parameters and version give the same addresses on every chain where the arguments are the same. */
  salt: word.default(`0x${'0'.repeat(64)}`),
  multicall3: address.default('0xcA11bde05977b3631167028862bE2a173976CA11'),
  aave: z.strictObject({ pool: address }),
  morpho: z.strictObject({ address }).nullable().default(null),
  /** A market of Compound III: one guard for each. */
  comet: z.strictObject({ address }).nullable().default(null),
  venus: z.strictObject({ comptroller: address }).nullable().default(null),
  uniswapV3: z.strictObject({ quoter: address, swapRouter: address }).nullable().default(null),
  /** Where the fillers may sell collateral: Uniswap v3 SwapRouters, whose swap carries a deadline. */
  routers: z.array(address),
  /** The one account that may remove a keeper. Its key stays offline. */
  remover: address,
  /** Plain accounts; the fillers are added to the list by the script. */
  keepers: z.array(address).min(1),
  selfRemoving: z.array(address).default([]),
  /** Pairs of Aave for which collateral may be sold. */
  pairs: z.array(z.strictObject({ collateral: feed.extend({ asset: address }), debt: feed.extend({ asset: address }) })).default([]),
  /** Markets of Morpho for which collateral may be sold. Their `source` is the market's oracle, on both sides. */
  markets: z.array(z.strictObject({ marketId: word, collateral: feed, debt: feed })).default([]),
  /** On a rollup, Chainlink's feed of the sequencer's state. */
  sequencerFeed: address.nullable().default(null),
});

export type Parameters = z.output<typeof parameters>;
export type PairParameters = Parameters['pairs'][number];
export type FeedParameters = Parameters['markets'][number]['collateral'];

/** Rollups on which a price may be older than a restart of the sequencer: FILL needs its feed there. */
const ROLLUPS: Readonly<Record<number, string>> = { 10: 'OP Mainnet', 324: 'ZKsync Era', 8453: 'Base', 42161: 'Arbitrum One', 59144: 'Linea', 534352: 'Scroll' };

/** Reads and checks parameters by themselves, without a chain. @throws DeploymentRefused that lists all that is wrong */
export function parseParameters(json: string): Parameters {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    throw new DeploymentRefused([{ what: 'the parameters', given: JSON.stringify(json.slice(0, 60)), expected: 'JSON' }]);
  }
  const parsed = parameters.safeParse(given);
  if (!parsed.success) {
    throw new DeploymentRefused(parsed.error.issues.map((issue) => ({ what: issue.path.map(String).join('.') || 'the parameters', given: JSON.stringify(at(given, issue.path)) ?? 'nothing', expected: issue.message })));
  }
  const problems = [...listProblems(parsed.data), ...deviationProblems(parsed.data)];
  if (problems.length > 0) throw new DeploymentRefused(problems);
  return parsed.data;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined), value);
}

function listProblems({ chainId, keepers, selfRemoving, remover, sequencerFeed, pairs, markets, morpho, routers }: Parameters): DeploymentRefused['problems'][number][] {
  const problems: DeploymentRefused['problems'][number][] = [];
  const twice = (what: string, list: readonly string[]): void => {
    for (const [index, item] of list.entries()) if (list.indexOf(item) !== index) problems.push({ what: `${what}.${index}`, given: item, expected: 'each address once' });
  };
  twice('keepers', keepers);
  twice('routers', routers);
  twice('pairs', pairs.map(({ collateral, debt }) => `${collateral.asset} / ${debt.asset}`));
  twice('markets', markets.map(({ marketId }) => marketId));
  if (markets.length > 0 && morpho === null) problems.push({ what: 'morpho', given: 'nothing', expected: 'Morpho’s address, since there are markets' });
  for (const [index, keeper] of selfRemoving.entries()) if (!keepers.includes(keeper)) problems.push({ what: `selfRemoving.${index}`, given: keeper, expected: 'one of the keepers' });
  if (keepers.includes(remover)) problems.push({ what: 'remover', given: remover, expected: 'an account that is no keeper: its key stays offline' });
  const rollup = ROLLUPS[chainId];
  if (pairs.length + markets.length > 0 && rollup !== undefined && sequencerFeed === null) problems.push({ what: 'sequencerFeed', given: 'nothing', expected: `the sequencer uptime feed of ${rollup}` });
  return problems;
}

const DEVIATION_CEILING_BPS = 50;

/** A feed of a pair or market with where it stands in the parameters. */
export interface PlacedFeed {
  readonly what: string;
  readonly pinned: FeedParameters;
}

export function feedsIn({ pairs, markets }: Pick<Parameters, 'pairs' | 'markets'>): PlacedFeed[] {
  const both = (list: string, entries: readonly { collateral: FeedParameters; debt: FeedParameters }[]): PlacedFeed[] =>
    entries.flatMap((entry, index) => (['collateral', 'debt'] as const).map((side) => ({ what: `${list}.${index}.${side}`, pinned: entry[side] })));
  return [...both('pairs', pairs), ...both('markets', markets)];
}

function deviationProblems(p: Parameters): DeploymentRefused['problems'][number][] {
  return feedsIn(p)
    .filter(({ pinned }) => pinned.deviationBps > DEVIATION_CEILING_BPS)
    .map(({ what, pinned }) => ({ what: `${what}.deviationBps`, given: `${pinned.deviationBps} for ${pinned.feed}`, expected: `at most ${DEVIATION_CEILING_BPS}: a feed that may lag further gets no FILL` }));
}
