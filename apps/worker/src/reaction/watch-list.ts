import type { LendingProtocol } from '@ballast/positions';
import type { MandateRecord, MandateStore, WatchStore } from '@ballast/storage';
import type { Address, ChainId } from '@ballast/units';

/** Up to so many rows are read at every block; more only once their version has changed. */
const MOST_READ_ALWAYS = 200;

/** What is stored of a chain under a version, read again when that changes. */
class Kept<T> {
  private known: { readonly version: string; readonly rows: readonly T[] } | null = null;

  constructor(private readonly version: () => Promise<string>, private readonly read: () => Promise<readonly T[]>) {}

  async rows(): Promise<readonly T[]> {
    if (this.known !== null && this.known.rows.length <= MOST_READ_ALWAYS) this.known = { version: '', rows: await this.read() };
    else {
      // Asked first: what changes while the rows are read shows in the next version.
      const version = await this.version();
      if (this.known?.version !== version) this.known = { version, rows: await this.read() };
    }
    return this.known.rows;
  }
}

/** The accounts that are watched at each protocol, and the mandates that are signed or in force, as they are stored: without reading thousands of rows at every block. */
export class WatchList {
  private readonly accounts = new Map<LendingProtocol, Kept<Address>>();
  private readonly mandates: Kept<MandateRecord>;

  constructor(private readonly chain: ChainId, private readonly watches: Pick<WatchStore, 'version' | 'watched'>, mandates: Pick<MandateStore, 'version' | 'inStatus'>) {
    this.mandates = new Kept(() => mandates.version(chain), async () => (await Promise.all([mandates.inStatus(chain, 'active'), mandates.inStatus(chain, 'signed')])).flat());
  }

  async watched(protocol: LendingProtocol): Promise<readonly Address[]> {
    const known = this.accounts.get(protocol) ?? new Kept(() => this.watches.version(this.chain, protocol), () => this.watches.watched(this.chain, protocol));
    this.accounts.set(protocol, known);
    return known.rows();
  }

  /** Those in force and those that wait to be. */
  live(): Promise<readonly MandateRecord[]> {
    return this.mandates.rows();
  }
}
