import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectGateway, type Gateway } from '@ballast/connectors/gateway';
import type { KeyLimits } from '@ballast/policy';
import { clientOrderId, instrumentId, usdQuote, venueAccountId, type InstrumentId, type OrderRequest } from '@ballast/positions';
import { address, chainId, parseDecimal, type Bps, type ContractsE18, type UsdE8 } from '@ballast/units';
import { sealKey, type KeyName, type SealedKey, type VenueCredentials } from '@ballast/venue-wire';
import type { HyperliquidAccount, OperatedVenue } from '../../paper-venue/test/started-venue.js';
import { startGateway, type RunningGateway } from '../src/boot.js';
import { parseEnv } from '../src/env.js';
import { makeKeyFile } from '../src/key-file.js';

export const HYPERLIQUID = { environment: 'paper', venue: 'hyperliquid' } as const;
export const ACCOUNT = venueAccountId(HYPERLIQUID, 'main');
export const [ETH, BTC] = [instrumentId(HYPERLIQUID, 'ETH'), instrumentId(HYPERLIQUID, 'BTC')];
export const OWNER = { chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`) } as const;
export const TOKEN = 'a token of the test';
export const THIN = { bids: [['2999', '8'], ['2990', '50']], asks: [['3001', '8'], ['3010', '50']] };

export const usd = (text: string): UsdE8 => parseDecimal(text, 8) as UsdE8;
export const e18 = (text: string): bigint => parseDecimal(text, 18);
export const limitsOf = (instruments: readonly InstrumentId[], changed: Partial<KeyLimits> = {}): KeyLimits => ({ instruments, maxNotionalUsdE8: usd('30000'), turnoverPerDayUsdE8: usd('100000'), maxPriceApart: 50n as Bps, ...changed });

let orders = 0;
/** An order of its own id. */
export const order = (side: 'buy' | 'sell', size: string, price: string, more: Partial<OrderRequest> = {}): OrderRequest => ({
  account: ACCOUNT, instrument: ETH, clientId: clientOrderId((orders += 1).toString(16).padStart(32, '0')), side, contracts: e18(size) as ContractsE18, priceCap: usdQuote(usd(price)), reduceOnly: false, validUntil: Date.now() + 20_000, ...more,
});

export const agentOf = ({ account, privateKey }: HyperliquidAccount): VenueCredentials => ({ venue: 'hyperliquid', account: address(account), agentKey: privateKey as `0x${string}` });

export interface TestGateway {
  readonly folder: string;
  /** Every line that was told, and every key that was asked for to be opened again. */
  readonly told: string[];
  readonly reopened: KeyName[];
  readonly client: Gateway;
  running(): RunningGateway;
  /** Stops it and starts another one in its place, at the same address with the same files. */
  restart(changed?: Readonly<Record<string, string>>): Promise<void>;
  /** A client with other settings. */
  clientWith(changed: { readonly token?: string; readonly timeoutMs?: number }): Gateway;
  /** Seals a key; the client finds it from now on. */
  seal(credentials: VenueCredentials, limits: KeyLimits, place?: Partial<SealedKey>): Promise<SealedKey>;
  log(): string;
  /** Lets so many milliseconds pass by the gateway's clock; gives the time by it. */
  later(ms: number): number;
  stop(): Promise<void>;
}

/** A gateway in front of a paper venue, with files of its own. */
export async function testGateway(venue: OperatedVenue, changed: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-gateway-'));
  const file = (name: string): string => join(folder, name);
  writeFileSync(file('token'), TOKEN);
  chmodSync(file('token'), 0o600);
  await makeKeyFile(file('key'));
  const base = {
    GATEWAY_ENVIRONMENT: 'paper', GATEWAY_LISTEN: '127.0.0.1:0', GATEWAY_TOKEN_FILE: file('token'), GATEWAY_KEY_FILE: file('key'), GATEWAY_LOG: file('orders.jsonl'), PAPER_HYPERLIQUID_URL: venue.url, PAPER_DERIBIT_URL: venue.url, GATEWAY_VENUE_TIMEOUT_MS: '1000',
  };
  const [told, reopened] = [[] as string[], [] as KeyName[]];
  const known = new Map<string, SealedKey>();
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const start = (more: Readonly<Record<string, string>>): Promise<RunningGateway> => startGateway(parseEnv({ ...base, ...changed, ...more }), (line) => told.push(line), { now });
  let running = await start({});
  const { at } = running.server;
  const clientWith: TestGateway['clientWith'] = ({ token = TOKEN, timeoutMs = 10_000 }) => connectGateway({
    at: at.startsWith('http') ? { url: at } : { socketPath: at }, ...(at.startsWith('http') ? { token } : {}), timeoutMs,
    sealedKey: async (key) => {
      reopened.push(key);
      return known.get(`${key.venue}:${key.name}`) ?? null;
    },
  });
  const stop = async (): Promise<void> => running.stop();
  return {
    folder, told, reopened, client: clientWith({}), clientWith, running: () => running,
    restart: async (more = {}) => {
      await stop();
      running = await start({ ...(at.startsWith('http') ? { GATEWAY_LISTEN: new URL(at).host } : {}), ...more });
    },
    seal: async (credentials, limits, place = {}) => {
      const bare = { environment: 'paper' as const, venue: credentials.venue, ...OWNER, name: 'main', ...place };
      const sealed = { ...bare, sealed: await sealKey({ credentials, limits }, bare, running.publicKey) };
      known.set(`${sealed.venue}:${sealed.name}`, sealed);
      return sealed;
    },
    log: () => readFileSync(file('orders.jsonl'), 'utf8'),
    later: (ms) => {
      aheadMs += ms;
      return now();
    },
    stop: async () => {
      await stop().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
