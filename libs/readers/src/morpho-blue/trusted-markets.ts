import type { BlockRef, ReadClient } from '@ballast/connectors';
import type { Address, Hash32 } from '@ballast/units';

/**
 * Which of Morpho's markets may be read. Anybody may create one, with a token, an oracle and a rate model that are contracts of his own, and put collateral there in anybody's name: reading
 * it would run his code among everybody's reads. So beside the markets that the address book names only those are read that are made of the same parts: tokens of the address book, and an
 * oracle and a rate model that a named market has.
 */
export class TrustedMarkets {
  private readonly judged = new Map<Hash32, boolean>();
  private parts: { readonly oracles: ReadonlySet<Address>; readonly irms: ReadonlySet<Address> } | null = null;

  /** `partsOf` asks Morpho itself, which is no stranger's. */
  constructor(
    private readonly client: Pick<ReadClient, 'head'>, private readonly named: readonly Hash32[], private readonly tokens: ReadonlySet<Address>,
    private readonly partsOf: (ids: readonly Hash32[], block: BlockRef) => Promise<readonly MarketParts[]>,
  ) {}

  /** Those that are named or made of known parts, in their order. @throws ReadFailed */
  async among(others: readonly Hash32[]): Promise<readonly Hash32[]> {
    const unknown = others.filter((id) => !this.judged.has(id) && !this.named.includes(id));
    if (unknown.length > 0) await this.judge(unknown);
    return others.filter((id) => this.named.includes(id) || this.judged.get(id) === true);
  }

  private async judge(ids: readonly Hash32[]): Promise<void> {
    const block = await this.client.head();
    if (this.parts === null) {
      const named = await this.partsOf(this.named, block);
      this.parts = { oracles: new Set(named.map(({ oracle }) => oracle)), irms: new Set(named.map(({ irm }) => irm)) };
    }
    const { oracles, irms } = this.parts;
    for (const { id, loan, collateral, oracle, irm } of await this.partsOf(ids, block)) {
      this.judged.set(id, this.tokens.has(loan) && this.tokens.has(collateral) && oracles.has(oracle) && irms.has(irm));
    }
  }
}

/** A market's five parts but its share, by address. */
export interface MarketParts {
  readonly id: Hash32;
  readonly loan: Address;
  readonly collateral: Address;
  readonly oracle: Address;
  readonly irm: Address;
}
