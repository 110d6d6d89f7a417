import type { ChainBook, Pinned, ReadClient } from '@ballast/connectors';
import type { OraclePrice } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { Reserves, type ReserveSource } from './reserves.js';

/** Dollars for tokens where a protocol itself knows none: what Aave's oracle on the same chain says, with its feed's age. Asked once a block. */
export class DollarPrices {
  private last: { readonly hash: string; readonly prices: Promise<ReadonlyMap<Address, OraclePrice>> } | null = null;

  constructor(client: ReadClient, private readonly book: ChainBook, private readonly reserves: ReserveSource = new Reserves(client, book)) {}

  /** `no-price` for a token that Aave does not list. @throws ReadFailed */
  async of(token: Address, block: Pinned): Promise<OraclePrice> {
    if (this.last?.hash !== block.hash) this.last = { hash: block.hash, prices: this.read(block) };
    return (await this.last.prices).get(token) ?? { kind: 'no-price', source: this.book.aaveV3.oracle };
  }

  private read(block: Pinned): Promise<ReadonlyMap<Address, OraclePrice>> {
    const reading = this.reserves.at(block).then((reserves) => new Map(reserves.map(({ asset, price }) => [asset.address, price])));
    // A failure is not kept: the next to ask tries again.
    reading.catch(() => (this.last = null));
    return reading;
  }
}
