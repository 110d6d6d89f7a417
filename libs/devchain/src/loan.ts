import { comptrollerAbi, erc20Abi, morphoAbi, poolAbi, vTokenAbi } from './abis.js';
import type { DevAccount } from './accounts.js';
import { issue } from './deploy/tokens.js';
import { morphoParams, tokenOf, type MorphoMarket } from './deploy/market.js';
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
 * Opens a loan on Aave for an account by real transactions: WETH supplied, USDC borrowed and spent elsewhere, and a wallet of exactly
 * `walletUsdc`. The account must be new: what it holds already would be on top. Returns the block the loan was opened in.
 * @throws TransactionFailed, as when the feed's price does not carry the debt
 */
export function openLoan(chain: Devchain, account: DevAccount, terms: LoanTerms = {}): Promise<{ blockNumber: number }> {
  const { pool } = chain.deployment.aave;
  return open(chain, account, terms, pool, (weth, usdc) => [
    { to: pool, abi: poolAbi, method: 'supply', args: [tokenOf(chain.deployment, 'WETH').address, weth, account.address, 0] },
    { to: pool, abi: poolAbi, method: 'borrow', args: [tokenOf(chain.deployment, 'USDC').address, usdc, 2, 0, account.address] },
  ]);
}

/** The same in a market of Morpho of WETH against USDC, the first where none is named. */
export function openMorphoLoan(chain: Devchain, account: DevAccount, terms: LoanTerms & { readonly market?: number } = {}): Promise<{ blockNumber: number }> {
  const { address, markets } = chain.deployment.morpho;
  const params = morphoParams(markets[terms.market ?? 0] as MorphoMarket);
  return open(chain, account, terms, address, (weth, usdc) => [
    { to: address, abi: morphoAbi, method: 'supplyCollateral', args: [params, weth, account.address, '0x'] },
    { to: address, abi: morphoAbi, method: 'borrow', args: [params, usdc, 0, account.address, account.address] },
  ]);
}

/** The same on Venus. */
export function openVenusLoan(chain: Devchain, account: DevAccount, terms: LoanTerms = {}): Promise<{ blockNumber: number }> {
  const { comptroller, vTokens } = chain.deployment.venus;
  return open(chain, account, terms, vTokens.WETH, (weth, usdc) => [
    { to: vTokens.WETH, abi: vTokenAbi, method: 'mint', args: [weth] },
    { to: comptroller, abi: comptrollerAbi, method: 'enterMarkets', args: [[vTokens.WETH]] },
    { to: vTokens.USDC, abi: vTokenAbi, method: 'borrow', args: [usdc] },
  ]);
}

async function open(chain: Devchain, account: DevAccount, terms: LoanTerms, spender: string, steps: (weth: bigint, usdc: bigint) => readonly Call[]): Promise<{ blockNumber: number }> {
  const { weth = 10n ** 19n, usdc = 20_000_000_000n, walletUsdc = 15_000_000_000n } = terms;
  const [wethToken, usdcToken] = [tokenOf(chain.deployment, 'WETH'), tokenOf(chain.deployment, 'USDC')];
  const whale = chain.sender(chain.accounts.whale);
  const payments = [await whale.pay(account.address, gasMoney), ...(await issue(whale, wethToken, account.address, weth))];
  await chain.mining.flush();
  for (const hash of payments) await whale.receipt(hash);

  const borrower = chain.sender(account);
  const calls: Call[] = [
    { to: wethToken.address, abi: erc20Abi, method: 'approve', args: [spender, weth] },
    ...steps(weth, usdc),
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
