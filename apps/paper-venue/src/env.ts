import { readFileSync } from 'node:fs';
import { InvalidEnvironment, parseVariables, problemOf, type EnvProblem, type EnvSource } from '@ballast/environment';
import { parseDecimal } from '@ballast/units';
import { z } from 'zod';
import { ChainFeed } from './feed/chain-feed.js';
import type { FeedSettings } from './feed/follow-feed.js';
import { FED_COINS, type FedCoin, type PriceFeed } from './feed/price-feed.js';
import { parseRecording, RecordedFeed } from './feed/recorded-feed.js';
import { readFirstAccounts, type FirstAccounts } from './first-accounts.js';

const AGGREGATOR = new RegExp(`^(${FED_COINS.join('|')})=(0x[0-9a-fA-F]{40})$`);
const decimals = (digits: number, sign = '') => z.string().regex(new RegExp(`^${sign}\\d{1,12}(\\.\\d{1,${digits}})?$`)).transform((text) => parseDecimal(text, digits));

const SCHEMA = z.object({
  PAPER_VENUE_PORT: z.coerce.number().int().min(0).max(65_535).default(4_700).meta({ expected: 'a port number from 0 (any free one) to 65535' }),
  PAPER_VENUE_CLIENT_IDS: z.enum(['once', 'repeatable']).default('once').meta({ expected: 'once or repeatable: whether Hyperliquid takes a client id again' }),
  PAPER_VENUE_ACCOUNTS_FILE: z.string().min(1).optional().meta({ expected: 'a JSON file of accounts, readable by its owner only' }),
  PAPER_FEED: z.string().regex(/^(admin|chain|file:.+)$/).default('admin').meta({ expected: 'admin, chain or file:<path>' }),
  RPC_URL: z.url({ protocol: /^https?$/ }).optional().meta({ expected: 'the http(s) address of a node, for PAPER_FEED=chain' }),
  PAPER_FEED_AGGREGATORS: z.string().regex(/^[^,\s]+(,[^,\s]+)*$/).refine((text) => text.split(',').every((one) => AGGREGATOR.test(one))).optional().meta({ expected: `the price feed of each coin, for PAPER_FEED=chain: ETH=0x…,BTC=0x… (${FED_COINS.join(', ')})` }),
  PAPER_FEED_POLL_MS: z.coerce.number().int().min(20).max(60_000).default(100).meta({ expected: 'milliseconds between two looks for a new block, 20 to 60000' }),
  PAPER_FEED_SPEED: z.coerce.number().min(0.01).max(100_000).default(1).meta({ expected: 'seconds of the recording in one second, 0.01 to 100000' }),
  PAPER_FEED_DEPTH_USD: decimals(8).refine((usd) => usd > 0n).default(parseDecimal('150000', 8)).meta({ expected: 'dollars at the best price of either side, for example 150000' }),
  PAPER_FUNDING_PER_YEAR: decimals(12, '-?').default(0n).meta({ expected: 'a share of the notional for a year, for example 0.1095 for 0.01% in eight hours; below zero shorts pay' }),
  PAPER_FUNDING_CLOCK: z.enum(['wall', 'feed']).default('wall').meta({ expected: 'wall or feed: whose full hours funding is paid at' }),
});
type Env = z.output<typeof SCHEMA>;

export interface PaperVenueEnv {
  readonly port: number;
  readonly clientIds: 'once' | 'repeatable';
  readonly accounts?: FirstAccounts;
  /** Absent where prices come through the operator's door alone. */
  readonly feed?: { readonly source: PriceFeed; readonly settings: FeedSettings };
}

/** @throws InvalidEnvironment with every variable that is wrong */
export function parseEnv(source: EnvSource): PaperVenueEnv {
  const { env, problems } = parseVariables(SCHEMA, source);
  if (env === null) throw new InvalidEnvironment(problems);
  const accounts = env.PAPER_VENUE_ACCOUNTS_FILE === undefined ? undefined : attempt('PAPER_VENUE_ACCOUNTS_FILE', env.PAPER_VENUE_ACCOUNTS_FILE, problems, readFirstAccounts);
  const feed = feedOf(env, problems);
  if (problems.length > 0) throw new InvalidEnvironment(problems);
  return {
    port: env.PAPER_VENUE_PORT, clientIds: env.PAPER_VENUE_CLIENT_IDS, ...(accounts === undefined ? {} : { accounts }),
    ...(feed === undefined ? {} : { feed: { source: feed, settings: { depthUsdE8: env.PAPER_FEED_DEPTH_USD, fundingPerYearE12: env.PAPER_FUNDING_PER_YEAR, fundingClock: env.PAPER_FUNDING_CLOCK } } }),
  };
}

function feedOf(env: Env, problems: EnvProblem[]): PriceFeed | undefined {
  if (env.PAPER_FEED === 'admin') {
    if (env.PAPER_FUNDING_CLOCK === 'feed') problems.push({ variable: 'PAPER_FUNDING_CLOCK', given: 'feed without a feed', expected: 'wall, or PAPER_FEED of chain or file:<path>' });
    return undefined;
  }
  if (env.PAPER_FEED !== 'chain') return attempt('PAPER_FEED', env.PAPER_FEED.slice('file:'.length), problems, (path) => new RecordedFeed(parseRecording(readFileSync(path, 'utf8')), env.PAPER_FEED_SPEED));
  for (const variable of ['RPC_URL', 'PAPER_FEED_AGGREGATORS'] as const) if (env[variable] === undefined) problems.push(problemOf(SCHEMA, variable, undefined));
  const aggregators = new Map((env.PAPER_FEED_AGGREGATORS ?? '').split(',').flatMap((one) => {
    const [, coin, to] = AGGREGATOR.exec(one) ?? [];
    return coin === undefined || to === undefined ? [] : [[coin as FedCoin, to] as const];
  }));
  return new ChainFeed({ rpcUrl: env.RPC_URL ?? '', aggregators, pollMs: env.PAPER_FEED_POLL_MS });
}

/** What a file gives, or what is wrong with it in its own words. */
function attempt<T>(variable: string, path: string, problems: EnvProblem[], read: (path: string) => T): T | undefined {
  try {
    return read(path);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    problems.push({ variable, given: `${JSON.stringify(path)} (${code === 'invalid-input' ? message : code ?? 'unreadable'})`, expected: problemOf(SCHEMA, variable, undefined).expected });
    return undefined;
  }
}

/** The only place of the paper venue that reads the process's environment. */
export const readEnv = (): PaperVenueEnv => parseEnv(process.env);
