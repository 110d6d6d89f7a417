import { beforeEach, describe, expect, it } from 'vitest';
import type { PriceHistory, PriceReader, PriceTick } from '@ballast/positions';
import { chainId, usdE8, type Address } from '@ballast/units';
import { USDC, WETH } from '../../../../test/factories/lending-position.js';
import { PriceSeries } from './price-series.js';

const CHAIN = chainId(31337);
const DAY = 86_400n;
const NOW = 100n * DAY;
const tick = (at: bigint, price = 3_000n, asset: Address = WETH.address): PriceTick => ({ asset, at, usdE8: usdE8(price * 100_000_000n) });

/** Prices as Postgres keeps them. */
class Kept implements PriceHistory {
  readonly ticks: PriceTick[] = [];
  async append(_chain: typeof CHAIN, ticks: readonly PriceTick[]): Promise<void> {
    this.ticks.push(...ticks);
  }
  async since(_chain: typeof CHAIN, asset: Address, since: bigint): Promise<readonly PriceTick[]> {
    return this.ticks.filter((kept) => kept.asset === asset && kept.at >= since);
  }
}

let kept: Kept;
let published: PriceTick[];
let asked: bigint[];
const feed: PriceReader = {
  history: async (asset, since) => {
    asked.push(since);
    return published.filter((one) => one.asset === asset && one.at >= since);
  },
};
const times = (ticks: readonly PriceTick[]): readonly bigint[] => ticks.map(({ at }) => at);

beforeEach(() => {
  kept = new Kept();
  published = [];
  asked = [];
});

describe('the recent prices of an asset', () => {
  it('begin with what the feed published before anybody looked, and that is kept', async () => {
    published = [tick(NOW - 200n), tick(NOW - 100n), tick(NOW)];
    expect(times(await new PriceSeries(CHAIN, kept, feed).with(tick(NOW)))).toEqual([NOW - 200n, NOW - 100n, NOW]);
    expect(times(kept.ticks)).toEqual([NOW - 200n, NOW - 100n, NOW]);
    expect(asked).toEqual([NOW - 10n * DAY]);
  });

  it('after a restart are those kept, and of the feed only what was published meanwhile', async () => {
    kept.ticks.push(tick(NOW - 300n), tick(NOW - 200n));
    published = [tick(NOW - 300n), tick(NOW - 200n), tick(NOW - 100n)];
    expect(times(await new PriceSeries(CHAIN, kept, feed).with(tick(NOW)))).toEqual([NOW - 300n, NOW - 200n, NOW - 100n, NOW]);
    expect(times(kept.ticks)).toEqual([NOW - 300n, NOW - 200n, NOW - 100n, NOW]);
    expect(asked).toEqual([NOW - 200n]);
  });

  it('grow by each new answer once, and ask the feed no more', async () => {
    const series = new PriceSeries(CHAIN, kept, feed);
    for (const at of [NOW, NOW, NOW + 10n, NOW + 5n]) await series.with(tick(at));
    expect(times(await series.with(tick(NOW + 20n)))).toEqual([NOW, NOW + 10n, NOW + 20n]);
    expect(times(kept.ticks)).toEqual([NOW, NOW + 10n, NOW + 20n]);
    expect(asked).toHaveLength(1);
  });

  it('forget what is older than ten days', async () => {
    const series = new PriceSeries(CHAIN, kept, feed);
    await series.with(tick(NOW));
    await series.with(tick(NOW + 9n * DAY));
    expect(times(await series.with(tick(NOW + 11n * DAY)))).toEqual([NOW + 9n * DAY, NOW + 11n * DAY]);
  });

  it('are kept apart by asset', async () => {
    const series = new PriceSeries(CHAIN, kept, feed);
    await series.with(tick(NOW));
    expect(await series.with(tick(NOW, 1n, USDC.address))).toEqual([tick(NOW, 1n, USDC.address)]);
  });

  it('are loaded again when the feed did not answer', async () => {
    let down = true;
    const series = new PriceSeries(CHAIN, kept, { history: async () => (down ? Promise.reject(new Error('down')) : [tick(NOW - 100n)]) });
    await expect(series.with(tick(NOW))).rejects.toThrow('down');
    down = false;
    expect(times(await series.with(tick(NOW)))).toEqual([NOW - 100n, NOW]);
  });
});
