import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidEnvironment } from '@ballast/environment';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEnv } from '../src/env.js';
import { ChainFeed } from '../src/feed/chain-feed.js';
import { FeedFollower, type FeedSettings } from '../src/feed/follow-feed.js';
import type { FedPrices } from '../src/feed/price-feed.js';
import { parseRecording, RecordedFeed } from '../src/feed/recorded-feed.js';
import { assemble, startPaperVenue } from '../src/paper-venue.js';
import { e12, e8 } from './venues.js';

const HOUR_MS = 3_600_000;
const settings = (change: Partial<FeedSettings> = {}): FeedSettings => ({ depthUsdE8: e8('30000'), fundingPerYearE12: e12('0.1095'), fundingClock: 'wall', ...change });

describe('what follows a feed', () => {
  const following = (change: Partial<FeedSettings> = {}) => {
    let now = 1_790_000_000_000;
    const said: string[] = [];
    const { hyperliquid, deribit } = assemble({ wall: () => now, feed: { source: { start: async () => undefined, stop: async () => undefined }, settings: settings(change) } });
    const venues = [hyperliquid.running, deribit.running] as const;
    return { venues, said, follower: new FeedFollower(venues, settings(change), () => now, (text) => said.push(text)), pass: (ms: number) => (now += ms) };
  };
  const fed = (price: string, atMs = 0): FedPrices => ({ atMs, prices: { ETH: e8(price) } });

  it('mark, index, a book of the set depth about them and a rate of each venue\'s interval; other coins stay', () => {
    const { venues: [hyperliquid, deribit], follower } = following();
    follower.onPrices(fed('2000.12345678'));
    expect(hyperliquid.state.markets['ETH']).toMatchObject({ markE8: e8('2000.12345678'), indexE8: e8('2000.12345678'), fundingRateE12: e12('0.0000125') });
    // 30,000 dollars in whole lots, with a spread of 2 bp on the venue's step.
    expect(hyperliquid.state.markets['ETH']?.book.bids[0]).toEqual({ priceE8: e8('1999.9'), sizeE8: e8('14.999') });
    expect(deribit.state.markets['ETH-PERPETUAL']).toMatchObject({ markE8: e8('2000.12345678'), fundingRateE12: e12('0.0001') });
    expect(deribit.state.markets['ETH-PERPETUAL']?.book.asks.slice(0, 2).map(({ sizeE8 }) => sizeE8)).toEqual([e8('30000'), e8('60000')]);
    expect([hyperliquid.state.markets['BTC']?.markE8, deribit.state.markets['BTC-PERPETUAL']?.fundingRateE12]).toEqual([e8('60000'), 0n]);
  });

  it('trading halts after ten seconds of silence and goes on with the next prices', () => {
    const { venues, said, follower, pass } = following();
    const halted = () => venues.map(({ state }) => Object.values(state.markets).filter((market) => market.halted).map(({ instrument }) => instrument.name));
    follower.onPrices(fed('2000'));
    follower.onSilence('it hangs');
    pass(9_999);
    follower.onSilence('it hangs');
    expect(halted()).toEqual([[], []]);
    pass(1);
    follower.onSilence('it hangs');
    expect(halted()).toEqual([['ETH'], ['ETH-PERPETUAL']]);
    follower.onPrices(fed('2001'));
    expect(halted()).toEqual([[], []]);
    expect(said).toEqual(['the feed tells nothing: trading is halted (it hangs)', 'the feed tells prices again: trading goes on']);
  });

  it('funding by the feed\'s time is paid at its full hours, however fast they pass, and never twice where it goes back', () => {
    const { venues: [hyperliquid, deribit], follower, pass } = following({ fundingClock: 'feed' });
    const paid = () => [hyperliquid, deribit].map(({ fundingSettlements }) => fundingSettlements.filter(({ instrument }) => instrument.startsWith('ETH')).length);
    follower.onPrices(fed('2000', 100 * HOUR_MS + 1));
    follower.onPrices(fed('2000', 101 * HOUR_MS - 1));
    expect(paid()).toEqual([0, 0]);
    follower.onPrices(fed('2000', 104 * HOUR_MS));
    expect(paid()).toEqual([4, 1]);
    // Each has a time of its own, for that and the instrument is its name.
    expect(new Set(hyperliquid.fundingSettlements.filter(({ instrument }) => instrument === 'ETH').map(({ atMs }) => atMs)).size).toBe(4);
    follower.onPrices(fed('2000', 50 * HOUR_MS));
    follower.onPrices(fed('2000', 51 * HOUR_MS));
    expect(paid()).toEqual([5, 1]);
    // The wall clock pays nothing beside it.
    pass(9 * HOUR_MS);
    hyperliquid.tick();
    expect(paid()).toEqual([5, 1]);
  });
});

describe('a recording', () => {
  it('is played by its own time, faster where that is asked for', async () => {
    let now = 5_000;
    const told: FedPrices[] = [];
    const feed = new RecordedFeed(parseRecording('# seconds,coin,dollars\n100,ETH,2000\n100,BTC,60000\n160.5,ETH,1900.5\n'), 60, () => now);
    await feed.start({ onPrices: (fed) => told.push(fed), onSilence: () => undefined });
    now += 1_000;
    await new Promise((resolve) => setTimeout(resolve, 150));
    now += 100;
    await new Promise((resolve) => setTimeout(resolve, 150));
    await feed.stop();
    expect(told[0]).toEqual({ atMs: 100_000, prices: { ETH: e8('2000'), BTC: e8('60000') } });
    expect(told.at(-1)).toEqual({ atMs: 166_000, prices: { ETH: e8('1900.5'), BTC: e8('60000') } });
  });

  it('that is none is told by its line', () => {
    for (const [text, why] of [['1,ETH,0', 'line 1'], ['1,ETH,2000\n0,ETH,2000', 'line 2'], ['1,DOGE,1', 'ETH, BTC'], ['', 'at least one']] as const) expect(() => parseRecording(text)).toThrow(why);
  });
});

describe('a chain', () => {
  let node: Server;
  let url: string;
  let block = 1;
  let answer = '2000';
  let broken = false;
  const word = (value: bigint): string => BigInt.asUintN(256, value).toString(16).padStart(64, '0');

  beforeEach(async () => {
    [block, answer, broken] = [1, '2000', false];
    node = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const { method, params } = JSON.parse(text) as { method: string; params: [{ data?: string }] };
        const result = method === 'eth_getBlockByNumber' ? { hash: `0x${word(BigInt(block))}`, number: `0x${block.toString(16)}`, timestamp: `0x${(3_600 * block).toString(16)}` }
          : params[0].data === '0x313ce567' ? `0x${word(18n)}` : `0x${[1n, e8(answer) * 10n ** 10n, 1n, 1n, 1n].map(word).join('')}`;
        response.end(broken ? '<html>' : JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
      });
    });
    await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(node.address() as AddressInfo).port}/a-key-of-a-provider`;
  });
  afterEach(() => void node.close());

  const feed = (): ChainFeed => new ChainFeed({ rpcUrl: url, aggregators: new Map([['ETH', `0x${'11'.repeat(20)}`]]), pollMs: 20 });

  it('is read once a block, and the venue that follows it is at its price when it first answers', async () => {
    const venue = await startPaperVenue({ feed: { source: feed(), settings: settings() } });
    const mids = async (): Promise<string> => ((await (await fetch(`${venue.url}/info`, { method: 'POST', body: '{"type":"metaAndAssetCtxs"}' })).json()) as [unknown, { markPx: string }[]])[1][1]?.markPx ?? '';
    expect(await mids()).toBe('2000.0');
    answer = '1500.5';
    block = 2;
    await expect.poll(mids).toBe('1500.5');
    await venue.stop();
  });

  it('that tells no price is no feed: the venue does not open, and what is said names no node', async () => {
    answer = '-1';
    await expect(startPaperVenue({ feed: { source: feed(), settings: settings() } })).rejects.toThrow('no price above zero');
    broken = true;
    const said = await startPaperVenue({ feed: { source: feed(), settings: settings() } }).then(() => '', (error: Error) => error.message);
    expect(said).toContain('eth_getBlockByNumber');
    expect(said).not.toContain('a-key-of-a-provider');
  });
});

describe('the settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'paper-venue-'));
  const file = join(folder, 'accounts.json');
  const written = (value: unknown): string => {
    writeFileSync(file, JSON.stringify(value));
    chmodSync(file, 0o600);
    return file;
  };
  const wrong = (source: Record<string, string>): string => {
    try {
      parseEnv(source);
      return 'nothing';
    } catch (error) {
      return error instanceof InvalidEnvironment ? error.message : String(error);
    }
  };
  afterEach(() => rmSync(file, { force: true }));

  it('of a feed are told where they are missing', () => {
    expect(wrong({ PAPER_FEED: 'chain' })).toMatch(/RPC_URL: got nothing[\s\S]*PAPER_FEED_AGGREGATORS: got nothing/);
    expect(wrong({ PAPER_FEED: 'file:/nowhere' })).toContain('PAPER_FEED: got "/nowhere" (ENOENT)');
    expect(wrong({ PAPER_FUNDING_CLOCK: 'feed' })).toContain('without a feed');
    expect(parseEnv({ PAPER_FEED: 'chain', RPC_URL: 'http://127.0.0.1:8545', PAPER_FEED_AGGREGATORS: `ETH=0x${'11'.repeat(20)}`, PAPER_FUNDING_PER_YEAR: '-0.05', PAPER_FUNDING_CLOCK: 'feed' }).feed?.settings).toEqual({ depthUsdE8: e8('150000'), fundingPerYearE12: e12('-0.05'), fundingClock: 'feed' });
  });

  const SECRET = 's'.repeat(40);
  const accounts = { hyperliquid: [{ account: `0x${'Ab'.repeat(20)}`, agent: `0x${'cd'.repeat(20)}`, deposits: { USDC: '1000.5' } }], deribit: [{ account: 'demo', clientId: 'paper-demo-1', clientSecret: SECRET, deposits: { ETH: '2' } }] };

  it('of accounts open them with their deposits and keys; nothing but an address is taken of a key that signs', () => {
    const operated = assemble();
    const { accounts: first } = parseEnv({ PAPER_VENUE_ACCOUNTS_FILE: written(accounts) });
    return startPaperVenue({ accounts: first }).then(async (venue) => {
      const role = await (await fetch(`${venue.url}/info`, { method: 'POST', body: JSON.stringify({ type: 'userRole', user: `0x${'cd'.repeat(20)}` }) })).json();
      expect(role).toMatchObject({ role: 'agent', data: { user: `0x${'ab'.repeat(20)}` } });
      const state = await (await fetch(`${venue.url}/admin/state`)).json() as { hyperliquid: { accounts: Record<string, { cashE8: string }> }; deribit: { accounts: Record<string, { cashE8: string }> } };
      expect([state.hyperliquid.accounts[`0x${'ab'.repeat(20)}`]?.cashE8, state.deribit.accounts['demo:ETH']?.cashE8, state.deribit.accounts['demo:BTC']?.cashE8]).toEqual(['100050000000', '200000000', '0']);
      expect(JSON.stringify(state)).not.toContain(SECRET);
      await venue.stop();
      expect(operated.deribit.keys.byId('paper-demo-1')).toBeUndefined();
    });
  });

  it('of accounts are refused where others may read them, where they hold a private key, and where the key could be a real one; what is said holds no secret', () => {
    expect(wrong({ PAPER_VENUE_ACCOUNTS_FILE: written({ deribit: [{ ...accounts.deribit[0], clientId: 'AbCd1234' }] }) })).toMatch(/keys of a real venue are not taken/);
    expect(wrong({ PAPER_VENUE_ACCOUNTS_FILE: written({ hyperliquid: [{ ...accounts.hyperliquid[0], privateKey: SECRET }] }) })).not.toContain(SECRET);
    expect(wrong({ PAPER_VENUE_ACCOUNTS_FILE: written({ hyperliquid: [{ ...accounts.hyperliquid[0], privateKey: SECRET }] }) })).toContain('privateKey');
    chmodSync(written(accounts), 0o644);
    expect(wrong({ PAPER_VENUE_ACCOUNTS_FILE: file })).toMatch(/mode 644/);
  });
});
