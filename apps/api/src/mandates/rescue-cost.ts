import { coinPrice, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import { RESCUE_GAS } from '@ballast/policy';
import { mulDivUp, usdE8, type UsdE8 } from '@ballast/units';

const WEI_PER_COIN = 10n ** 18n;

/** What the gas of one rescue costs at the block, in dollars with 8 decimals, rounded up; undefined where the address book names no wrapped coin. */
export async function rescueCost(client: ReadClient, book: ChainBook, block: BlockRef): Promise<UsdE8 | undefined> {
  const [price, baseFee] = await Promise.all([coinPrice(client, book, block), client.baseFee()]);
  return price === null ? undefined : usdE8(mulDivUp(RESCUE_GAS * baseFee, price, WEI_PER_COIN));
}
