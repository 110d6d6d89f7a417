import { erc20Abi, poolAbi } from './abis.js';
import type { DevAccount } from './accounts.js';
import { issue } from './deploy/tokens.js';
import { tokenOf } from './deploy/market.js';
import type { Devchain } from './devchain.js';
import type { Call } from './sender.js';

export interface LoanTerms {
  /** Collateral, in wei; 10 WETH when not given. */
  readonly weth?: bigint;
  /** Debt, in USDC units (6 decimals); 20,000 USDC when not given. */
  readonly usdc?: bigint;
  /** What the wallet holds afterwards, exactly, in USDC units; 15,000 USDC when not given. */
  readonly walletUsdc?: bigint;
}

const gasMoney = 10n ** 19n;

/**
 * Opens a loan for an account by real transactions: WETH supplied, USDC borrowed and spent elsewhere, and a wallet of exactly
 * `walletUsdc`. The account must be new: what it holds already would be on top. Returns the block the loan was opened in.
 * @throws TransactionFailed, as when the feed's price does not carry the debt
 */
export async function openLoan(chain: Devchain, account: DevAccount, terms: LoanTerms = {}): Promise<{ blockNumber: number }> {
  const { weth = 10n ** 19n, usdc = 20_000_000_000n, walletUsdc = 15_000_000_000n } = terms;
  const pool = chain.deployment.aave.pool;
  const [wethToken, usdcToken] = [tokenOf(chain.deployment, 'WETH'), tokenOf(chain.deployment, 'USDC')];

  const whale = chain.sender(chain.accounts.whale);
  const payments = [await whale.pay(account.address, gasMoney), ...(await issue(whale, wethToken, account.address, weth))];
  await chain.mining.flush();
  for (const hash of payments) await whale.receipt(hash);

  const borrower = chain.sender(account);
  const calls: Call[] = [
    { to: wethToken.address, abi: erc20Abi, method: 'approve', args: [pool, weth] },
    { to: pool, abi: poolAbi, method: 'supply', args: [wethToken.address, weth, account.address, 0] },
    { to: pool, abi: poolAbi, method: 'borrow', args: [usdcToken.address, usdc, 2, 0, account.address] },
    { to: usdcToken.address, abi: erc20Abi, method: 'transfer', args: [chain.accounts.treasury.address, usdc] },
  ];
  const sent: { hash: string; call: Call }[] = [];
  for (const call of calls) sent.push({ hash: await borrower.send(call, { gasLimit: 1_000_000n }), call });
  await chain.mining.flush();
  let blockNumber = 0;
  for (const { hash, call } of sent) blockNumber = (await borrower.mined(hash, call)).blockNumber;

  const wages = walletUsdc === 0n ? [] : await issue(whale, usdcToken, account.address, walletUsdc);
  await chain.mining.flush();
  for (const hash of wages) await whale.receipt(hash);
  return { blockNumber };
}
