import type { DerivativesVenue } from '@ballast/positions';
import { describe, expect, it } from 'vitest';
import { BINANCE_CALLS } from '../binance-usdm/binance-calls.js';
import { BYBIT_CALLS } from '../bybit/bybit-calls.js';
import { DERIBIT_CALLS } from '../deribit/deribit-calls.js';
import { checkAction, HYPERLIQUID_CALLS } from '../hyperliquid/hyperliquid-calls.js';
import { OKX_CALLS } from '../okx/okx-calls.js';
import { guardedClient, type Calls, type ClientPlan } from './guarded-client.js';

const VENUES: readonly { readonly venue: DerivativesVenue; readonly exchange: ClientPlan['exchange']; readonly calls: Calls; readonly hosts: readonly string[] }[] = [
  { venue: 'deribit', exchange: 'deribit', calls: DERIBIT_CALLS, hosts: ['www.deribit.com'] },
  { venue: 'hyperliquid', exchange: 'hyperliquid', calls: HYPERLIQUID_CALLS, hosts: ['api.hyperliquid.xyz'] },
  { venue: 'binance-usdm', exchange: 'binanceusdm', calls: BINANCE_CALLS, hosts: ['api.binance.com', 'fapi.binance.com'] },
  { venue: 'okx', exchange: 'okx', calls: OKX_CALLS, hosts: ['www.okx.com'] },
  { venue: 'bybit', exchange: 'bybit', calls: BYBIT_CALLS, hosts: ['api.bybit.com'] },
];
const MOVES_FUNDS = /withdraw|transfer|(^|[^a-z])send|payout|convert|subaccount|sub-account|api-?key$|borrow|loan/i;

describe.each(VENUES)('the live client of $venue, without a network', ({ venue, exchange, calls, hosts }) => {
  /** A client whose requests end here. */
  async function held() {
    const left: string[] = [];
    const client = await guardedClient({
      place: { environment: 'live', venue }, exchange, calls, url: undefined, timeoutMs: 1_000, paced: false, problemOf: () => null, checkBody: checkAction,
      settings: { apiKey: 'a-key', secret: 'a-secret', password: 'a-passphrase', walletAddress: `0x${'12'.repeat(20)}`, privateKey: `0x${'11'.repeat(32)}` },
    });
    (client as unknown as { fetchImplementation: unknown }).fetchImplementation = async (url: string, { method }: { method: string }) => {
      const { host, pathname, protocol } = new URL(url);
      left.push(`${protocol}//${host} ${method} ${pathname}`);
      return new Response('{}', { headers: { 'content-type': 'application/json' } });
    };
    (client as unknown as { throttle: () => Promise<void> }).throttle = async () => undefined;
    return { client: client as unknown as Record<string, (...asked: unknown[]) => Promise<unknown>>, left };
  }

  it('sends each call as its list says, encrypted, to the venue', async () => {
    const { client, left } = await held();
    for (const name of Object.keys(calls)) await client[name]?.({ action: { type: 'order' } });
    expect(left.map((one) => one.replace(/^\S+ /, ''))).toEqual(Object.values(calls));
    expect([...new Set(left.map((one) => one.split(' ')[0]))].sort()).toEqual(hosts.map((host) => `https://${host}`));
  });

  it('cannot be brought to withdraw or to transfer: nothing leaves', async () => {
    const { client, left } = await held();
    const asked = [client['withdraw']?.('USDC', 1, `0x${'34'.repeat(20)}`), client['transfer']?.('USDC', 1, 'spot', 'swap'), client['createOrder']?.('ETH/USDC:USDC', 'market', 'buy', 1)];
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const implicit = Object.keys(client).concat(Object.getOwnPropertyNames(client)).filter((name) => /^[a-z0-9A-Z]*(Get|Post|Put|Delete)[A-Z]/.test(name) && MOVES_FUNDS.test(name) && !(name in calls));
    if (venue !== 'hyperliquid') expect(new Set(implicit).size).toBeGreaterThan(5);
    const ends = await Promise.allSettled([...new Set(implicit)].map(async (name) => client[name]?.({ action: { type: 'withdraw3' } })));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    const allowed = new Set(Object.values(calls));
    expect(left.filter((one) => !allowed.has(one.replace(/^\S+ /, '')) || MOVES_FUNDS.test(one.replace(/^\S+ \S+ /, '')))).toEqual([]);
  });
});
