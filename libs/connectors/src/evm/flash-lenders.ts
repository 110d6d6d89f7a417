import { bps, rawAmount, type Address, type Bps, type RawAmount } from '@ballast/units';
import { z } from 'zod';
import { aavePoolAbi } from './abi/aave-v3.js';
import { erc20Abi } from './abi/erc20.js';
import { callOf, decodeResult } from './decode.js';
import type { Pinned, ReadClient } from './read-client.js';

/** What a lender would lend of a token within one transaction. */
export interface FlashLoanOffer {
  readonly available: RawAmount;
  readonly premiumBps: Bps;
}

const uint = z.tuple([z.bigint()]);
/** Aave v3 DataTypes.ReserveConfigurationMap: active, paused, flash loans allowed. */
const [ACTIVE, PAUSED, LENDS] = [1n << 56n, 1n << 60n, 1n << 63n];

/** What Aave's pool lends of a listed token at the block, with the premium that it takes; nothing while the reserve is paused or lends to nobody. */
export async function aaveFlashLoan(client: ReadClient, pool: Address, token: Address, block: Pinned): Promise<FlashLoanOffer> {
  const [held, premium, configuration] = await client.multicall(block, [
    callOf(pool, aavePoolAbi, 'getVirtualUnderlyingBalance', [token]),
    callOf(pool, aavePoolAbi, 'FLASHLOAN_PREMIUM_TOTAL'),
    callOf(pool, aavePoolAbi, 'getConfiguration', [token]),
  ]);
  const [flags] = decodeResult(aavePoolAbi, 'getConfiguration', uint, configuration);
  const lends = (flags & ACTIVE) !== 0n && (flags & PAUSED) === 0n && (flags & LENDS) !== 0n;
  const [available] = decodeResult(aavePoolAbi, 'getVirtualUnderlyingBalance', uint, held);
  return { available: rawAmount(lends ? available : 0n), premiumBps: bps(decodeResult(aavePoolAbi, 'FLASHLOAN_PREMIUM_TOTAL', uint, premium)[0]) };
}

/** What Morpho Blue lends of a token at the block: all that it holds, and it takes no premium. */
export async function morphoFlashLoan(client: ReadClient, morpho: Address, token: Address, block: Pinned): Promise<FlashLoanOffer> {
  const [held] = await client.multicall(block, [callOf(token, erc20Abi, 'balanceOf', [morpho])]);
  return { available: rawAmount(decodeResult(erc20Abi, 'balanceOf', uint, held)[0]), premiumBps: bps(0n) };
}

/** What Aave's pool can pay out of a listed token at the block. */
export async function aaveLiquidity(client: ReadClient, pool: Address, token: Address, block: Pinned): Promise<RawAmount> {
  const [held] = await client.multicall(block, [callOf(pool, aavePoolAbi, 'getVirtualUnderlyingBalance', [token])]);
  return rawAmount(decodeResult(aavePoolAbi, 'getVirtualUnderlyingBalance', uint, held)[0]);
}
