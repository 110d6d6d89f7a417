import { Contract, Interface, type JsonRpcProvider, type Log } from 'ethers';
import { aaveGuardAbi } from '@ballast/contracts';
import { priceOfBase, shapeOf, tokenOf, type Devchain } from '@ballast/devchain';

const erc20 = ['function balanceOf(address) view returns (uint256)', 'function allowance(address, address) view returns (uint256)'];
const poolAbi = ['function getUserAccountData(address) view returns (uint256, uint256, uint256, uint256, uint256, uint256)', 'function getReserveAToken(address) view returns (address)', 'function getReserveVariableDebtToken(address) view returns (address)'];
const oracleAbi = ['function getAssetPrice(address) view returns (uint256)'];
const guard = new Interface(aaveGuardAbi as never);

export interface FillSeen {
  readonly executed: number;
  readonly healthBefore: bigint;
  readonly health: bigint;
  readonly walletBefore: bigint;
  readonly walletAfter: bigint;
  readonly repaidUsd: number;
  readonly soldWeth: number;
  readonly costUsd: number;
  /** Of what was repaid, rounded up. */
  readonly costBps: number;
}

/** Looks at the chain itself, past everything that the service says. */
export class ChainLook {
  private constructor(private readonly chain: Devchain, private readonly tokens: { readonly weth: string; readonly usdc: string; readonly aWeth: string; readonly debtUsdc: string }) {}

  static async open(chain: Devchain): Promise<ChainLook> {
    const pool = new Contract(chain.deployment.aave.pool, poolAbi, chain.provider);
    const [weth, usdc] = [tokenOf(chain.deployment, 'WETH').address, tokenOf(chain.deployment, 'USDC').address];
    return new ChainLook(chain, { weth, usdc, aWeth: (await pool['getReserveAToken']!(weth)) as string, debtUsdc: (await pool['getReserveVariableDebtToken']!(usdc)) as string });
  }

  private get provider(): JsonRpcProvider {
    return this.chain.provider;
  }

  /** What a fill did: the loan in the block before it and right after it, at the oracle's prices of its block. */
  async fill(transaction: string, owner: string): Promise<FillSeen> {
    const receipt = await this.provider.getTransactionReceipt(transaction);
    if (receipt === null) throw new Error(`fill ${transaction}: expected a receipt, got none`);
    const events = receipt.logs.filter((log) => log.address.toLowerCase() === this.chain.book.ballast.aaveGuard.toLowerCase() && log.topics[0] === guard.getEvent('Executed')!.topicHash);
    const [before, after] = [receipt.blockNumber - 1, receipt.blockNumber];
    const loan = async (block: number) => {
      const [pool, aWeth, debt, usdc, weth] = [
        new Contract(this.chain.deployment.aave.pool, poolAbi, this.provider), ...[this.tokens.aWeth, this.tokens.debtUsdc, this.tokens.usdc, this.tokens.weth].map((token) => new Contract(token, erc20, this.provider)),
      ] as [Contract, Contract, Contract, Contract, Contract];
      const at = { blockTag: block };
      const [data, collateral, owed, wallet, held] = await Promise.all([
        pool['getUserAccountData']!(owner, at), ...[aWeth, debt, usdc, weth].map((token) => token['balanceOf']!(owner, at) as Promise<bigint>),
      ]) as [readonly bigint[], bigint, bigint, bigint, bigint];
      return { health: data[5]!, collateral, owed, wallet: wallet + held };
    };
    const oracle = new Contract(this.chain.deployment.aave.oracle, oracleAbi, this.provider);
    const price = (token: string): Promise<bigint> => oracle['getAssetPrice']!(token, { blockTag: after }) as Promise<bigint>;
    const [then, now, ofWeth, ofUsdc] = await Promise.all([loan(before), loan(after), price(this.tokens.weth), price(this.tokens.usdc)]);
    const executed = events[0] === undefined ? null : guard.parseLog(events[0] as Log);
    // Collateral and debt as the loan has them, so that the surplus and whatever else moved counts.
    const gaveE8 = Number((then.collateral - now.collateral) * ofWeth) / 1e18;
    const gotE8 = Number((then.owed - now.owed) * ofUsdc) / 1e6;
    return {
      executed: events.length, healthBefore: (executed?.args['hfBefore'] as bigint | undefined) ?? then.health, health: now.health, walletBefore: then.wallet, walletAfter: now.wallet,
      repaidUsd: Math.round(gotE8 / 1e6) / 100, soldWeth: Math.round(Number(then.collateral - now.collateral) / 1e12) / 1e6,
      costUsd: Math.round((gaveE8 - gotE8) / 1e6) / 100, costBps: Math.ceil(((gaveE8 - gotE8) / gotE8) * 10_000),
    };
  }

  /** Every pool's price of its base token in its quote token beside the feeds' own, dollars with 8 decimals, as of the latest block. */
  async prices(): Promise<readonly { readonly pair: string; readonly feePpm: number; readonly pool: bigint; readonly feeds: bigint }[]> {
    const { uniswap, feeds } = this.chain.deployment;
    const answer = async (symbol: keyof typeof feeds): Promise<bigint> => (await new Contract(feeds[symbol], ['function latestAnswer() view returns (int256)'], this.provider)['latestAnswer']!()) as bigint;
    return Promise.all(uniswap.pools.map(async (pool) => {
      const [root] = (await new Contract(pool.address, ['function slot0() view returns (uint160, int24, uint16, uint16, uint16, uint8, bool)'], this.provider)['slot0']!()) as [bigint];
      return { pair: `${pool.base}/${pool.quote}`, feePpm: pool.fee, pool: priceOfBase(root, shapeOf(this.chain, pool)), feeds: ((await answer(pool.base)) * 100_000_000n) / (await answer(pool.quote)) };
    }));
  }

  /** Whether every pool is within its fee and one hundredth of a percent of the feeds. */
  async poolsFollow(): Promise<boolean> {
    return (await this.prices()).every(({ pool, feeds, feePpm }) => Math.abs(Number(pool - feeds)) <= (Number(feeds) * (feePpm + 100)) / 1_000_000);
  }

  /** What the guard or the filler holds or has approved, in words; empty when all is as it must be between transactions. */
  async leftovers(): Promise<readonly string[]> {
    const { aaveGuard, aaveFiller } = this.chain.book.ballast;
    const tokens = { WETH: this.tokens.weth, USDC: this.tokens.usdc, aWETH: this.tokens.aWeth };
    const spenders = { 'the pool': this.chain.deployment.aave.pool, 'the router': this.chain.deployment.uniswap.swapRouter, 'the guard': aaveGuard, Morpho: this.chain.book.morpho.address };
    const found: string[] = [];
    for (const [holder, at] of Object.entries({ guard: aaveGuard, filler: aaveFiller })) {
      for (const [symbol, token] of Object.entries(tokens)) {
        const contract = new Contract(token, erc20, this.provider);
        const held = (await contract['balanceOf']!(at)) as bigint;
        if (held !== 0n) found.push(`the ${holder} holds ${held} ${symbol}`);
        for (const [name, spender] of Object.entries(spenders)) {
          const allowed = (await contract['allowance']!(at, spender)) as bigint;
          if (allowed !== 0n) found.push(`the ${holder} allows ${name} ${allowed} ${symbol}`);
        }
      }
    }
    return found;
  }
}
