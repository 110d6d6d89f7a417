import { coinPrice, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import { RESCUE_GAS } from '@ballast/policy';
import { mulDivUp, usdE8, type UsdE8 } from '@ballast/units';
import { PerBlock } from './per-block.js';

const WEI_PER_COIN = 10n ** 18n;

/** What a rescue's gas costs now, in dollars at the oracle's price of the wrapped coin. */
export class GasCost {
  private readonly prices = new PerBlock<UsdE8 | null>();
  private readonly fees = new PerBlock<bigint>();

  constructor(private readonly client: ReadClient, private readonly book: ChainBook) {}

  /** Tells the base fee of a block, so that it is not asked for again; begins to ask for the coin's price in it. */
  note(block: BlockRef & { readonly baseFee: bigint }): void {
    void this.fees.of(block.hash, () => Promise.resolve(block.baseFee));
    this.coinUsdE8(block).catch(() => undefined); // Whoever needs it hears of it.
  }

  /** Wei for a unit of gas: the block's own where it was noted, else the newest block's. Asked once a block. */
  feeAt(block: BlockRef): Promise<bigint> {
    return this.fees.of(block.hash, () => this.client.baseFee());
  }

  /** What one rescue costs, rounded up, with the base fee it rests on. Zero where the coin's price is not known: then the cost is unknown and never the reason not to act. */
  async rescue(block: BlockRef): Promise<{ readonly rescueUsdE8: UsdE8; readonly baseFee: bigint }> {
    const baseFee = await this.feeAt(block);
    return { baseFee, rescueUsdE8: (await this.usdE8(RESCUE_GAS * baseFee, block)) ?? usdE8(0n) };
  }

  /** Dollars for so many units of gas at the newest block's base fee, rounded up; null where the coin's price is not known. */
  async unitsUsdE8(units: bigint, block: BlockRef): Promise<UsdE8 | null> {
    return this.usdE8(units * (await this.feeAt(block)), block);
  }

  /** Dollars for an amount of the chain's coin in wei, at the oracle's price of its wrapped form, rounded up; null where the address book names none. */
  async usdE8(wei: bigint, block: BlockRef): Promise<UsdE8 | null> {
    const price = await this.coinUsdE8(block);
    return price === null ? null : usdE8(mulDivUp(wei, price, WEI_PER_COIN));
  }

  /** Dollars for one coin of the chain, at the oracle's price of its wrapped form; null where the address book names none. */
  coinUsdE8(block: BlockRef): Promise<UsdE8 | null> {
    return this.prices.of(block.hash, () => coinPrice(this.client, this.book, block));
  }
}
