import { aaveOracleAbi, callOf, decodeResult, morphoBlueAbi, morphoOracleAbi, ReadFailed, type Call, type ChainBook, type Pinned, type ReadClient } from '@ballast/connectors';
import type { Mandate } from '@ballast/policy';
import { address, mulDivUp, oneToken, type Address } from '@ballast/units';
import { z } from 'zod';

const uint = z.tuple([z.bigint()]);
const marketParams = z.tuple([z.string(), z.string(), z.string().transform(address), z.string(), z.bigint()]);
const PRICE_SCALE = 10n ** 36n;

interface Token {
  readonly address: Address;
  readonly decimals: number;
}

/**
 * Dollars with 8 decimals for one token of what a fill gave and of what it repaid, at the prices of the mandate's own protocol in that block; that of
 * the collateral is rounded up where it is a ratio. @throws ReadFailed
 */
export async function fillPrices(reads: ReadClient, book: ChainBook, { place }: Mandate, { collateral, debt }: { readonly collateral: Token; readonly debt: Token }, block: Pinned): Promise<{ readonly priceOut: bigint; readonly priceIn: bigint }> {
  const ask = async (call: Call) => (await reads.multicall(block, [call]))[0];
  const onAave = async (token: Token): Promise<bigint> => decodeResult(aaveOracleAbi, 'getAssetPrice', uint, await ask(callOf(book.aaveV3.oracle, aaveOracleAbi, 'getAssetPrice', [token.address])))[0];
  const priceIn = await onAave(debt);
  if (place.guard !== 'MorphoGuard') return { priceOut: await onAave(collateral), priceIn };
  if (book.morpho === undefined) throw new ReadFailed('address book', `no Morpho on ${book.name}`, 'morpho.address');
  const [, , oracle] = decodeResult(morphoBlueAbi, 'idToMarketParams', marketParams, await ask(callOf(book.morpho.address, morphoBlueAbi, 'idToMarketParams', [place.marketId])));
  const [ratio] = decodeResult(morphoOracleAbi, 'price', uint, await ask(callOf(oracle, morphoOracleAbi, 'price')));
  return { priceOut: mulDivUp(ratio * priceIn, oneToken(collateral.decimals), PRICE_SCALE * oneToken(debt.decimals)), priceIn };
}
