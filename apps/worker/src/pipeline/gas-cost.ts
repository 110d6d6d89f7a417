import { aaveOracleAbi, type BlockRef, type ChainBook, type Hex, type ReadClient } from '@ballast/connectors';
import { mulDivUp, usdE8, type UsdE8 } from '@ballast/units';

/** Gas of one wallet repayment through the guard on the real market (about 340k), with room. */
const RESCUE_GAS = 400_000n;
const WEI_PER_COIN = 10n ** 18n;

/** What a rescue's gas costs now, in dollars at the oracle's price of the wrapped coin. */
export class GasCost {
  private cached: { readonly block: string; readonly usdE8: UsdE8 } | null = null;

  constructor(private readonly client: ReadClient, private readonly book: ChainBook) {}

  /** Rounded up. Zero where the address book names no WETH: then the cost is unknown and never the reason not to act. */
  async rescueUsdE8(block: BlockRef): Promise<UsdE8> {
    if (this.cached?.block === block.hash) return this.cached.usdE8;
    const wrapped = this.book.tokens.find((token) => token.symbol === 'WETH');
    if (!wrapped) return usdE8(0n);
    const [answer, baseFee] = await Promise.all([
      this.client.callAt(block, this.book.aaveV3.oracle, aaveOracleAbi.encodeFunctionData('getAssetPrice', [wrapped.address]) as Hex),
      this.client.baseFee(),
    ]);
    const price = aaveOracleAbi.decodeFunctionResult('getAssetPrice', answer)[0] as bigint;
    const cost = usdE8(mulDivUp(RESCUE_GAS * baseFee, price, WEI_PER_COIN));
    this.cached = { block: block.hash, usdE8: cost };
    return cost;
  }
}
