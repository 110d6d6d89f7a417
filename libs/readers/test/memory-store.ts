import type { DiscoverableProtocol, DiscoveryCursor, DiscoveryStore, Found, FoundMarket, FoundPlace, ProtocolPlace, ScanState } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';

/** One protocol's checkpoint and entries in memory, under the contract of DiscoveryStore. */
export class MemoryStore implements DiscoveryStore {
  cursor: DiscoveryCursor | null = null;
  readonly entries = new Map<string, FoundPlace>();
  readonly created = new Map<string, FoundMarket>();

  async open(_chain: ChainId, _protocol: DiscoverableProtocol, source: string, from: bigint): Promise<DiscoveryCursor> {
    if (this.cursor?.source !== source) {
      this.entries.clear();
      this.created.clear();
      this.cursor = { version: (this.cursor?.version ?? 0) + 1, source, from, scanned: [], hashes: [], head: from, problem: null };
    }
    return (this.cursor = { ...this.cursor, from });
  }

  async record(_chain: ChainId, _protocol: DiscoverableProtocol, version: number, state: ScanState, found: Found): Promise<number | null> {
    const next = this.moved(version, state);
    if (next === null) return null;
    for (const place of found.places) this.entries.set(`${place.account} ${place.market}`, lower(this.entries.get(`${place.account} ${place.market}`), place));
    for (const market of found.markets) this.created.set(market.market, lower(this.created.get(market.market), market));
    return next;
  }

  async rollBack(_chain: ChainId, _protocol: DiscoverableProtocol, version: number, state: ScanState, above: bigint): Promise<number | null> {
    const next = this.moved(version, state);
    if (next === null) return null;
    for (const entries of [this.entries, this.created]) for (const [key, { blockNumber }] of entries) if (blockNumber > above) entries.delete(key);
    return next;
  }

  async note(_chain: ChainId, _protocol: DiscoverableProtocol, head: bigint, problem: string | null): Promise<void> {
    if (this.cursor !== null) this.cursor = { ...this.cursor, head, problem };
  }

  async places(): Promise<readonly FoundPlace[]> {
    return [...this.entries.values()];
  }

  async placesOf(account: Address): Promise<readonly ProtocolPlace[]> {
    throw new Error(`not asked for in these tests: ${account}`);
  }

  async markets(): Promise<readonly FoundMarket[]> {
    return [...this.created.values()];
  }

  async counts(): Promise<{ places: number; markets: number }> {
    return { places: this.entries.size, markets: this.created.size };
  }

  private moved(version: number, state: ScanState): number | null {
    if (this.cursor === null || this.cursor.version !== version) return null;
    this.cursor = { ...this.cursor, ...state, version: version + 1 };
    return version + 1;
  }
}

const lower = <E extends { readonly blockNumber: bigint }>(known: E | undefined, found: E): E => (known !== undefined && known.blockNumber <= found.blockNumber ? known : found);
