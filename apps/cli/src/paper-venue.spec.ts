import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { afterAll, describe, expect, it } from 'vitest';
import { parseEnv } from '../../paper-venue/src/env.js';
import { paperVenueUrls, planPaperVenue } from './paper-venue.js';

const home = mkdtempSync(join(tmpdir(), 'ballast-home-'));
const chain = { rpcUrl: 'http://127.0.0.1:1', feeds: { addresses: { WETH: `0x${'11'.repeat(20)}`, WBTC: `0x${'22'.repeat(20)}` } } } as never;
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the paper venue of the local chain', () => {
  it('is planned with settings that it takes, keys that stay from one start to the next, and files of their owner only', async () => {
    const plan = await planPaperVenue(home, chain);
    const { accounts, feed } = parseEnv(plan.env);
    expect(accounts?.hyperliquid).toMatchObject([{ account: plan.keys.hyperliquid.account, agent: new Wallet(plan.keys.hyperliquid.agentKey).address.toLowerCase() }]);
    expect(accounts?.deribit).toMatchObject([plan.keys.deribit]);
    expect(feed?.settings.fundingClock).toBe('feed');
    for (const file of [plan.keysFile, plan.env['PAPER_VENUE_ACCOUNTS_FILE'] ?? '']) expect(statSync(file).mode & 0o777).toBe(0o600);
    // The venue itself is given no key that signs.
    expect(readFileSync(plan.env['PAPER_VENUE_ACCOUNTS_FILE'] ?? '', 'utf8')).not.toContain(plan.keys.hyperliquid.agentKey);
    expect((await planPaperVenue(home, chain)).keys).toEqual(plan.keys);
    writeFileSync(plan.keysFile, 'not a file of keys');
    expect((await planPaperVenue(home, chain)).keys).not.toEqual(plan.keys);
    expect(paperVenueUrls(plan)).toEqual({ PAPER_HYPERLIQUID_URL: plan.url, PAPER_DERIBIT_URL: plan.url });
    expect(paperVenueUrls(null)).toEqual({});
  });
});
