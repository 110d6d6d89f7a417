import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { z } from 'zod';
import { freshAccounts, type Devchain } from '@ballast/devchain';
import { freePort } from '@ballast/embedded';
import { writeSecret } from './secret-file.js';

/** The paper venue as it is started beside the local chain, and what others must know of it. */
export interface PaperVenuePlan {
  readonly env: Readonly<Record<string, string>>;
  /** Of both venues: their addresses do not meet. */
  readonly url: string;
  /** What the demo's owner types in to connect the accounts; of its owner only. */
  readonly keysFile: string;
  readonly keys: OwnerKeys;
}

const KEYS = z.object({
  hyperliquid: z.object({ account: z.string().regex(/^0x[0-9a-f]{40}$/), agentKey: z.string().regex(/^0x[0-9a-f]{64}$/) }),
  deribit: z.object({ account: z.string().min(1), clientId: z.string().startsWith('paper-'), clientSecret: z.string().min(24) }),
});
export type OwnerKeys = z.output<typeof KEYS>;

/** Enough to hedge the demo's ten coins at a low leverage; worth nothing. */
const HYPERLIQUID_DEPOSITS = { USDC: '60000' };
const DERIBIT_DEPOSITS = { ETH: '10' };
/** 0.01% in eight hours, what venues begin from. */
const FUNDING_PER_YEAR = '0.1095';
const POLL_MS = '50';

/**
 * Plans a paper venue that follows the local chain's price feeds, with funding by the chain's hours, and an account at each of its venues for the demo's owner. Their keys open nothing
 * elsewhere; they are made once and kept in `run/paper-venue`, so that a connection that was stored in an earlier run still holds. What the accounts held is not kept.
 */
export async function planPaperVenue(home: string, { rpcUrl, feeds }: Pick<Devchain, 'rpcUrl' | 'feeds'>): Promise<PaperVenuePlan> {
  const folder = join(home, 'run/paper-venue');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keysFile = join(folder, 'owner-keys.json');
  const keys = keptKeys(keysFile) ?? newKeys();
  writeSecret(keysFile, asJson(keys));
  const { account, agentKey } = keys.hyperliquid;
  const accountsFile = join(folder, 'accounts.json');
  writeSecret(accountsFile, asJson({
    hyperliquid: [{ account, agent: new Wallet(agentKey).address.toLowerCase(), deposits: HYPERLIQUID_DEPOSITS }],
    deribit: [{ ...keys.deribit, deposits: DERIBIT_DEPOSITS }],
  }));
  const port = await freePort();
  return {
    url: `http://127.0.0.1:${port}`, keysFile, keys,
    env: {
      PAPER_VENUE_PORT: String(port), PAPER_VENUE_ACCOUNTS_FILE: accountsFile, PAPER_FEED: 'chain', RPC_URL: rpcUrl, PAPER_FEED_AGGREGATORS: `ETH=${feeds.addresses.WETH},BTC=${feeds.addresses.WBTC}`, PAPER_FEED_POLL_MS: POLL_MS,
      PAPER_FUNDING_PER_YEAR: FUNDING_PER_YEAR, PAPER_FUNDING_CLOCK: 'feed',
    },
  };
}

/** Where the gateway finds the paper venues; nothing where there are none, and then it connects live ones alone. */
export const paperVenueUrls = (plan: Pick<PaperVenuePlan, 'url'> | null): Readonly<Record<string, string>> => (plan === null ? {} : { PAPER_HYPERLIQUID_URL: plan.url, PAPER_DERIBIT_URL: plan.url });

/** The account at Hyperliquid is the wallet of the demo's first owner, as it would be there; the key is an agent's. */
function newKeys(): OwnerKeys {
  const [owner] = freshAccounts(0, 1);
  return {
    hyperliquid: { account: (owner as { address: string }).address, agentKey: `0x${randomBytes(32).toString('hex')}` },
    deribit: { account: 'demo', clientId: `paper-${randomBytes(4).toString('hex')}`, clientSecret: randomBytes(24).toString('hex') },
  };
}

/** Those of an earlier run; null where there are none, or none that can be read. */
function keptKeys(file: string): OwnerKeys | null {
  if (!existsSync(file)) return null;
  try {
    return KEYS.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

const asJson = (value: unknown): string => JSON.stringify(value, null, 2);
