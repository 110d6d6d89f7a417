import { shapeOf, tokenOf, type TokenSymbol } from '@ballast/devchain';
import { Contract, Interface, solidityPacked, type TransactionReceipt, type Wallet } from 'ethers';
import { squareRootOfPrice } from '../../devchain/src/pool-price.js';
import { aaveFillerAbi, type MandateMessage } from '../src/index.js';
import { usdc, type AaveMarket, type Loan } from './aave-market.js';

const quoterAbi = new Interface(['function quoteExactInput(bytes path, uint256 amountIn) returns (uint256 amountOut, uint160[] sqrtPrices, uint32[] ticks, uint256 gas)']);
const swapRouterAbi = new Interface([
  'function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256)',
]);
const oracleAbi = new Interface(['function getAssetPrice(address) view returns (uint256)']);

/** Whose flash loan pays a fill. */
export const lenders = { aave: 0, morpho: 1 } as const;
export type Lender = keyof typeof lenders;

/** What `AaveFiller.fill` takes; see its docstring. */
export interface FillOrder {
  readonly m: MandateMessage;
  readonly min: bigint;
  readonly max: bigint;
  readonly out: bigint;
  readonly deadline: number;
  readonly lender: number;
  readonly router: string;
  readonly path: string;
  readonly keeps: bigint;
}

export interface FillWish {
  /** Debt units to borrow and repay. */
  readonly max: bigint;
  /** What the collateral is worth beyond the debt repaid, in basis points of it, at the venue's oracle; 60 when not given. */
  readonly costBps?: bigint;
  readonly lender?: Lender;
  /** Hops after the collateral; straight through the 0.05% pool when not given. */
  readonly hops?: readonly Hop[];
  /** Debt units for the keeper; 5 USDC when not given. */
  readonly keeps?: bigint;
}

/** One pool of a path: its fee in millionths, and the token that comes out of it. */
export type Hop = readonly [fee: number, symbol: TokenSymbol];

/** The terms that let a mandate fill, beside those of `Loan.terms`. */
export const fillTerms = { actions: 7, fillPerDay: usdc(15_000) } as const;

/** The filler on the real market, and orders for it. */
export class FillMarket {
  constructor(readonly market: AaveMarket) {}

  get fillerAddress(): string {
    return this.market.chain.deployment.ballast.aaveFiller;
  }

  filler(as: Wallet = this.market.keeper): Contract {
    return new Contract(this.fillerAddress, aaveFillerAbi, as);
  }

  /** The default loan with nothing in its wallet, all its aTokens approved to the guard, under a mandate that allows FILL. */
  async openLoan(seed: number, changes: Partial<MandateMessage> = {}): Promise<Loan> {
    const loan = await this.market.openLoan(seed, { ...fillTerms, ...changes });
    await loan.leaveInWallet('USDC', 0n);
    await loan.leaveInWallet('WETH', 0n);
    await this.approveReceipts(loan, 'WETH', 10n * 10n ** 18n);
    return loan;
  }

  /** Lets the guard move the owner's aTokens, the only approval that FILL needs. */
  async approveReceipts(loan: Loan, symbol: TokenSymbol, amount: bigint): Promise<void> {
    const aToken = (await this.market.pool().getFunction('getReserveAToken')(this.market.token(symbol))) as string;
    await this.market.sent(new Contract(aToken, ['function approve(address, uint256) returns (bool)'], loan.owner), 'approve', [this.market.guardAddress, amount]);
  }

  /** A Uniswap v3 path. */
  path(from: TokenSymbol, hops: readonly Hop[]): string {
    const steps = hops.flatMap(([fee, symbol]): [string, unknown][] => [['uint24', fee], ['address', this.market.token(symbol)]]);
    return solidityPacked(['address', ...steps.map(([type]) => type)], [this.market.token(from), ...steps.map(([, value]) => value)]);
  }

  /** Units that selling `amountIn` along `path` would bring now. */
  async quote(path: string, amountIn: bigint): Promise<bigint> {
    const quoter = new Contract(this.market.chain.deployment.uniswap.quoter, quoterAbi, this.market.provider);
    return (await quoter.getFunction('quoteExactInput').staticCall(path, amountIn))[0] as bigint;
  }

  /** USD with 8 decimals, as Aave's oracle says. */
  async price(asset: string): Promise<bigint> {
    return (await new Contract(this.market.chain.deployment.aave.oracle, oracleAbi, this.market.provider).getFunction('getAssetPrice')(asset)) as bigint;
  }

  /** Collateral units worth `debtUnits` and `costBps` more at the venue's oracle, rounded down. */
  async collateralFor({ collateral, debt }: Pick<MandateMessage, 'collateral' | 'debt'>, debtUnits: bigint, costBps: bigint): Promise<bigint> {
    const [collateralPrice, debtPrice] = [await this.price(collateral), await this.price(debt)];
    const scale = (asset: string): bigint => 10n ** BigInt(this.symbolOf(asset).decimals);
    return (debtUnits * debtPrice * scale(collateral) * (10_000n + costBps)) / (collateralPrice * scale(debt) * 10_000n);
  }

  async order(loan: Loan, { max, costBps = 60n, lender = 'aave', hops = [[500, 'USDC']], keeps = usdc(5) }: FillWish): Promise<FillOrder> {
    const from = this.symbolOf(loan.mandate.collateral).symbol;
    return {
      m: loan.mandate, min: 1n, max, out: await this.collateralFor(loan.mandate, max, costBps), deadline: (await this.market.now()) + 120,
      lender: lenders[lender], router: this.market.chain.deployment.uniswap.swapRouter, path: this.path(from, hops), keeps,
    };
  }

  /** Fills through the filler, in a block of its own. */
  async fill(loan: Loan, wish: FillWish): Promise<TransactionReceipt> {
    return this.market.sent(this.filler(), 'fill', [await this.order(loan, wish)]);
  }

  /** The same for whatever amount brings the health to `health`; the loan owes nothing beside the mandate's debt. */
  async fillTowards(loan: Loan, health: bigint, wish: FillWish): Promise<TransactionReceipt> {
    return this.market.sent(this.filler(), 'fillTowards', [await this.order(loan, wish), aimAt(health, wish.costBps ?? 60n)]);
  }

  /** Has the filler repay from the wallet what brings the health to `health`. */
  async repayTowards(loan: Loan, health: bigint, max: bigint): Promise<TransactionReceipt> {
    return this.market.sent(this.filler(), 'repayTowards', [loan.mandate, 1n, max, (await this.market.now()) + 120, aimAt(health, 0n)]);
  }

  /** Has the keeper fill with tokens of its own: the capital lane. */
  async fillWithCapital(loan: Loan, wish: Pick<FillWish, 'max' | 'costBps'>): Promise<TransactionReceipt> {
    const { market } = this;
    const { m, min, max, out, deadline } = await this.order(loan, wish);
    const debt = this.symbolOf(m.debt).symbol;
    await market.give(debt, market.keeper.address, max);
    await market.sent(market.erc20(debt, market.keeper), 'approve', [market.guardAddress, max]);
    return market.sent(market.guard(market.keeper), 'fill', [m, min, max, out, deadline]);
  }

  /** Swaps until each pool's price is that of the feeds. */
  async levelPools(): Promise<void> {
    const { market, market: { chain, chain: { deployment } } } = this;
    const whale = market.wallet(chain.accounts.whale);
    for (const pool of deployment.uniswap.pools) {
      const [base, quote] = [await this.price(market.token(pool.base)), await this.price(market.token(pool.quote))];
      const limit = squareRootOfPrice((base * 100_000_000n) / quote, shapeOf(chain, pool));
      for (const [give, take] of [[pool.base, pool.quote], [pool.quote, pool.base]] as const) {
        const amountIn = largestTrade[give] * 10n ** BigInt(tokenOf(deployment, give).decimals);
        await market.give(give, whale.address, amountIn);
        await market.sent(market.erc20(give, whale), 'approve', [deployment.uniswap.swapRouter, amountIn]);
        const swap = [{ tokenIn: market.token(give), tokenOut: market.token(take), fee: pool.fee, recipient: whale.address, deadline: 2n ** 63n, amountIn, amountOutMinimum: 0n, sqrtPriceLimitX96: limit }];
        // Only one of the two directions leads to the limit; the other one reverts at once.
        const router = new Contract(deployment.uniswap.swapRouter, swapRouterAbi, whale);
        if ((await market.refusal(router, 'exactInputSingle', swap)) === null) await market.sent(router, 'exactInputSingle', swap);
      }
    }
  }

  /** Balances of `account` in the pair and the collateral's aToken, and what the parties to a fill may take from it: all zero between transactions. */
  async leftWith(account: string, mandate: MandateMessage): Promise<bigint[]> {
    const { market: { chain: { deployment: { aave, morpho, uniswap } }, provider, guardAddress } } = this;
    const aToken = (await this.market.pool().getFunction('getReserveAToken')(mandate.collateral)) as string;
    const spenders = [aave.pool, morpho.address, uniswap.swapRouter, guardAddress].filter((spender) => spender !== account);
    const found: bigint[] = [];
    for (const token of [mandate.debt, mandate.collateral, aToken]) {
      const erc20 = new Contract(token, ['function balanceOf(address) view returns (uint256)', 'function allowance(address, address) view returns (uint256)'], provider);
      found.push((await erc20.getFunction('balanceOf')(account)) as bigint);
      for (const spender of spenders) found.push((await erc20.getFunction('allowance')(account, spender)) as bigint);
    }
    return found;
  }

  private symbolOf(asset: string): { symbol: TokenSymbol; decimals: number } {
    const token = this.market.chain.deployment.tokens.find(({ address }) => address.toLowerCase() === asset.toLowerCase());
    if (token === undefined) throw new Error(`${asset}: expected a token of the market`);
    return token;
  }
}

/** Whole tokens: more than any of these tests needs to move a pool's price. */
const largestTrade: Readonly<Record<TokenSymbol, bigint>> = { WETH: 2_000n, wstETH: 2_000n, WBTC: 100n, USDC: 10_000_000n, DAI: 10_000_000n, CRV: 0n };

/** Where an action shall end, for a loan that owes nothing beside its mandate's debt; the threshold is WETH's on the local Aave when not given. */
export const aimAt = (health: bigint, costBps: bigint, thresholdBps = 8_250n) => ({ health, otherDebt: 0n, thresholdBps, costBps });
