import { MaxUint256 } from 'ethers';
import { erc20Abi } from '../abis.js';
import type { DevAccount } from '../accounts.js';
import { issue } from '../deploy/tokens.js';
import { tokenOf, type TokenSymbol } from '../deploy/market.js';
import type { Devchain } from '../devchain.js';
import type { Sender } from '../sender.js';

/** Gives an actor tokens (whole ones) from the whale's account and its approval to a spender, in two blocks. */
export async function equip(chain: Devchain, actor: DevAccount, sender: Sender, spender: string, amounts: Partial<Record<TokenSymbol, bigint>>): Promise<void> {
  const whale = chain.sender(chain.accounts.whale);
  const granted: string[] = [];
  const approved: string[] = [];
  for (const [symbol, whole] of Object.entries(amounts) as [TokenSymbol, bigint][]) {
    const token = tokenOf(chain.deployment, symbol);
    granted.push(...(await issue(whale, token, actor.address, whole * 10n ** BigInt(token.decimals))));
    approved.push(await sender.send({ to: token.address, abi: erc20Abi, method: 'approve', args: [spender, MaxUint256] }, { gasLimit: 100_000n }));
  }
  await chain.mining.flush();
  for (const hash of [...granted, ...approved]) await whale.receipt(hash);
}
