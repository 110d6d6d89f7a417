import type { PriceHistory, PriceReader, PriceTick } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';

/** How far back volatility looks: ten half-lives of its 24 h weights. */
const LOOKBACK_SECONDS = 10n * 86_400n;
const BACKFILL_LIMIT = 500;

/**
 * The recent prices of every asset seen, in memory; rebuilt from Postgres at the first need, and from the feed's own rounds where
 * Postgres knows too little.
 */
export class PriceSeries {
  private readonly byAsset = new Map<Address, PriceTick[]>();

  constructor(private readonly chain: ChainId, private readonly history: PriceHistory, private readonly reader: PriceReader) {}

  /** Ticks of the asset, oldest first, the given one included. */
  async with(tick: PriceTick): Promise<readonly PriceTick[]> {
    let ticks = this.byAsset.get(tick.asset);
    if (!ticks) {
      ticks = await this.load(tick.asset, tick.at - LOOKBACK_SECONDS);
      this.byAsset.set(tick.asset, ticks);
    }
    const last = ticks.at(-1);
    if (!last || tick.at > last.at) {
      ticks.push(tick);
      await this.history.append(this.chain, [tick]);
    }
    while (ticks[0] && ticks[0].at < tick.at - LOOKBACK_SECONDS) ticks.shift();
    return ticks;
  }

  /** The same from memory alone, and nothing is stored; null where the asset was never asked for. */
  remembered(tick: PriceTick): readonly PriceTick[] | null {
    const ticks = this.byAsset.get(tick.asset);
    const last = ticks?.at(-1);
    if (ticks === undefined || last === undefined) return null;
    return tick.at > last.at ? [...ticks, tick] : ticks;
  }

  private async load(asset: Address, since: bigint): Promise<PriceTick[]> {
    const kept = await this.history.since(this.chain, asset, since);
    // The feed remembers what was published before Ballast first looked, and while it was down.
    const published = await this.reader.history(asset, kept.at(-1)?.at ?? since, BACKFILL_LIMIT);
    const missing = published.filter((tick) => tick.at > (kept.at(-1)?.at ?? -1n));
    if (missing.length > 0) await this.history.append(this.chain, missing);
    return [...kept, ...missing];
  }
}
