import { coinPrice, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import { RESCUE_GAS } from '@ballast/policy';
import { mulDivUp, usdE8, type UsdE8 } from '@ballast/units';

const WEI_PER_COIN = 10n ** 18n;

/** What a rescue's gas costs now, in dollars at the oracle's price of the wrapped coin. */
export class GasCost {
  private cached: { readonly block: string; readonly price: UsdE8 | null } | null = null;

  constructor(private readonly client: ReadClient, private readonly book: ChainBook) {}

  /** Rounded up. Zero where the coin's price is not known: then the cost is unknown and never the reason not to act. */
  async rescueUsdE8(block: BlockRef): Promise<UsdE8> {
    return (await this.usdE8(RESCUE_GAS * (await this.client.baseFee()), block)) ?? usdE8(0n);
  }

  /** Dollars for so many units of gas at the newest block's base fee, rounded up; null where the coin's price is not known. */
  async unitsUsdE8(units: bigint, block: BlockRef): Promise<UsdE8 | null> {
    return this.usdE8(units * (await this.client.baseFee()), block);
  }

  /** Dollars for an amount of the chain's coin in wei, at the oracle's price of its wrapped form, rounded up; null where the address book names none. */
  async usdE8(wei: bigint, block: BlockRef): Promise<UsdE8 | null> {
    if (this.cached?.block !== block.hash) this.cached = { block: block.hash, price: await coinPrice(this.client, this.book, block) };
    return this.cached.price === null ? null : usdE8(mulDivUp(wei, this.cached.price, WEI_PER_COIN));
  }
}
