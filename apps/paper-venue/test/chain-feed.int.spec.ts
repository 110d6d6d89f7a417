import { march2020, playScenario, startDevchain, type Devchain } from '@ballast/devchain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChainFeed } from '../src/feed/chain-feed.js';
import { startPaperVenue, type StartedPaperVenue } from '../src/paper-venue.js';
import { e12, e8 } from './venues.js';

let chain: Devchain;
let venue: StartedPaperVenue;

beforeAll(async () => {
  chain = await startDevchain();
  const { WETH, WBTC } = chain.feeds.addresses;
  const source = new ChainFeed({ rpcUrl: chain.rpcUrl, aggregators: new Map([['ETH', WETH], ['BTC', WBTC]]), pollMs: 20 });
  venue = await startPaperVenue({ feed: { source, settings: { depthUsdE8: e8('150000'), fundingPerYearE12: e12('0.1095'), fundingClock: 'feed' } } });
});
afterAll(async () => {
  await venue.stop();
  await chain.stop();
});

interface Seen {
  readonly markets: Readonly<Record<string, { readonly markE8: string }>>;
  readonly fundingSettlements: readonly { readonly instrument: string }[];
}
const seen = async (): Promise<{ readonly hyperliquid: Seen; readonly deribit: Seen }> => (await (await fetch(`${venue.url}/admin/state`)).json()) as { hyperliquid: Seen; deribit: Seen };

describe('a venue on the local chain', () => {
  it('falls with the replay of a crash, hour by hour of the chain\'s time, and pays funding for each', async () => {
    const before = await chain.feeds.latest('WETH');
    expect((await seen()).hyperliquid.markets['ETH']?.markE8).toBe(String(before.price));
    const { endPrice } = await playScenario(chain, march2020, { variant: 'spread', secondsTotal: 4, hours: [0, 3] });
    await expect.poll(async () => (await seen()).deribit.markets['ETH-PERPETUAL']?.markE8).toBe(String(endPrice));
    const { hyperliquid } = await seen();
    expect(hyperliquid.markets['ETH']?.markE8).toBe(String(endPrice));
    expect(endPrice).not.toBe(before.price);
    expect(hyperliquid.fundingSettlements.filter(({ instrument }) => instrument === 'ETH').length).toBeGreaterThanOrEqual(2);
  });
});
