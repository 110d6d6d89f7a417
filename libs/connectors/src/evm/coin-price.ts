import { usdE8, type UsdE8 } from '@ballast/units';
import { z } from 'zod';
import type { ChainBook } from '../address-book.js';
import { aaveOracleAbi } from './abi/aave-v3.js';
import { callOf, decodeAs } from './decode.js';
import type { Pinned, ReadClient } from './read-client.js';

/** Dollars with 8 decimals for one of the chain's coins, which pays for gas: the oracle's price of its wrapped form; null where the address book names none. */
export async function coinPrice(client: ReadClient, book: ChainBook, block: Pinned): Promise<UsdE8 | null> {
  const wrapped = book.tokens.find(({ symbol }) => symbol === 'WETH');
  if (wrapped === undefined) return null;
  const { to, data } = callOf(book.aaveV3.oracle, aaveOracleAbi, 'getAssetPrice', [wrapped.address]);
  const [price] = decodeAs(aaveOracleAbi, 'getAssetPrice', z.tuple([z.bigint()]), await client.callAt(block, to, data));
  return usdE8(price);
}
