import { callOf, decodeResult, erc20Abi, type Pinned, type ReadClient } from '@ballast/connectors';
import type { Asset, WalletFunds } from '@ballast/positions';
import { rawAmount, type Address } from '@ballast/units';
import { z } from 'zod';

const uint = z.tuple([z.bigint()]);

/** Stands for the chain's own coin, which is no token: nobody can be allowed to take it. */
const COIN = `0x${'0'.repeat(40)}`;

/** What each owner's wallet holds of each of its assets, and lets `guard` take; without a guard the allowance is 0. In the order asked for. @throws ReadFailed */
export async function readWallets(client: ReadClient, block: Pinned, guard: Address | undefined, asked: readonly { readonly owner: Address; readonly assets: readonly Asset[] }[]): Promise<readonly (readonly WalletFunds[])[]> {
  const tokens = asked.map(({ owner, assets }) => ({ owner, assets: assets.filter(({ address }) => address !== COIN) }));
  const pairs = tokens.flatMap(({ owner, assets }) => assets.map(({ address }) => ({ owner, address })));
  const [balances, allowances] = await Promise.all([
    client.multicall(block, pairs.map(({ owner, address }) => callOf(address, erc20Abi, 'balanceOf', [owner]))),
    guard === undefined ? [] : client.multicall(block, pairs.map(({ owner, address }) => callOf(address, erc20Abi, 'allowance', [owner, guard]))),
  ]);
  let next = 0;
  return tokens.map(({ assets }) => assets.map((asset): WalletFunds => {
    const place = next++;
    const allowance = guard === undefined ? 0n : decodeResult(erc20Abi, 'allowance', uint, allowances[place])[0];
    return { asset, balance: rawAmount(decodeResult(erc20Abi, 'balanceOf', uint, balances[place])[0]), allowance: rawAmount(allowance) };
  }));
}
