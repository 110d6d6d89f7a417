import { freshAccounts, tokenOf, type DevAccount } from '@ballast/devchain';
import { Contract, Interface, type TransactionReceipt, type Wallet } from 'ethers';
import { MORPHO_MANDATE_TYPES, mandateDomain, morphoFillerAbi, morphoGuardAbi, type MorphoMandateMessage } from '../src/index.js';
import { hf, usdc, weth, type AaveMarket } from './aave-market.js';
import { FillMarket, aimAt, lenders, type FillOrder, type FillWish } from './fill-market.js';

const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';
const morphoAbi = new Interface([
  `function supplyCollateral(${PARAMS} params, uint256 assets, address onBehalf, bytes data)`,
  `function borrow(${PARAMS} params, uint256 assets, uint256 shares, address onBehalf, address receiver) returns (uint256, uint256)`,
  `function repay(${PARAMS} params, uint256 assets, uint256 shares, address onBehalf, bytes data) returns (uint256, uint256)`,
  'function setAuthorization(address authorized, bool newIsAuthorized)',
  'function position(bytes32 id, address user) view returns (uint256 supplyShares, uint128 borrowShares, uint128 collateral)',
]);
const THRESHOLD_BPS = 8_600n;

export type MorphoOrder = Omit<FillOrder, 'm'> & { readonly m: MorphoMandateMessage };

/** The market of WETH against USDC at 86% on the real Morpho Blue, and its guard and filler. */
export class MorphoMarket {
  readonly fills: FillMarket;

  constructor(readonly market: AaveMarket) {
    this.fills = new FillMarket(market);
  }

  get guardAddress(): string {
    return this.market.chain.deployment.ballast.morphoGuard;
  }
  get fillerAddress(): string {
    return this.market.chain.deployment.ballast.morphoFiller;
  }
  /** The first of the local chain's markets. */
  get params(): { readonly id: string } & Record<'loanToken' | 'collateralToken' | 'oracle' | 'irm' | 'lltv', string> {
    const [first] = this.market.chain.deployment.morpho.markets;
    if (first === undefined) throw new Error('Morpho: expected a market, got none');
    return first;
  }

  morpho(as: Wallet): Contract {
    return new Contract(this.market.chain.deployment.morpho.address, morphoAbi, as);
  }
  guard(as: Wallet = this.market.keeper): Contract {
    return new Contract(this.guardAddress, morphoGuardAbi, as);
  }
  filler(as: Wallet = this.market.keeper): Contract {
    return new Contract(this.fillerAddress, morphoFillerAbi, as);
  }

  /** 10 WETH at 3,000 USD against 20,000 USDC (health 1.29), nothing in the wallet, the guard authorised, a live mandate. */
  async openLoan(seed: number, changes: Partial<MorphoMandateMessage> = {}): Promise<MorphoLoan> {
    const { market } = this;
    const account = freshAccounts(7_000 + seed, 1)[0] as DevAccount;
    await market.setPrice('WETH', 3000);
    await market.provider.send('anvil_setBalance', [account.address, `0x${(10n ** 20n).toString(16)}`]);
    const owner = market.wallet(account);
    const morpho = this.morpho(owner);
    await market.give('WETH', owner.address, weth(10));
    await market.sent(market.erc20('WETH', owner), 'approve', [morpho.target, weth(10)]);
    await market.sent(morpho, 'supplyCollateral', [this.params, weth(10), owner.address, '0x']);
    await market.sent(morpho, 'borrow', [this.params, usdc(20_000), 0, owner.address, market.chain.accounts.treasury.address]);
    await market.sent(morpho, 'setAuthorization', [this.guardAddress, true]);
    const loan = new MorphoLoan(this, owner);
    await loan.activate(changes);
    return loan;
  }
}

export interface MorphoStanding {
  readonly health: bigint;
  readonly debt: bigint;
  readonly collateral: bigint;
  readonly walletUsdc: bigint;
}

export class MorphoLoan {
  mandate!: MorphoMandateMessage;

  constructor(private readonly on: MorphoMarket, readonly owner: Wallet) {}

  private get market(): AaveMarket {
    return this.on.market;
  }

  async terms(changes: Partial<MorphoMandateMessage> = {}): Promise<MorphoMandateMessage> {
    const { id } = this.on.params;
    return {
      owner: this.owner.address, marketId: id, actions: 7, triggerHf: hf(1.25), minHf: hf(1.26), maxHf: hf(1.5), maxCostBps: 100, fillPerDay: usdc(15_000),
      keepers: this.market.keepersAddress, expiry: (await this.market.now()) + 180 * 86_400, prev: (await this.on.guard().getFunction('prevOf')(this.owner.address, id)) as string, ...changes,
    };
  }

  /** Signs and has the keeper bring it. */
  async activate(changes: Partial<MorphoMandateMessage> = {}): Promise<TransactionReceipt> {
    this.mandate = await this.terms(changes);
    const signature = await this.owner.signTypedData(mandateDomain(this.market.chain.chainId, this.on.guardAddress, 'MorphoGuard'), MORPHO_MANDATE_TYPES, this.mandate);
    return this.market.sent(this.on.guard(), 'activate', [this.mandate, signature]);
  }

  /** Puts tokens into the wallet and lets the guard take them. */
  async fund(symbol: 'USDC' | 'WETH', amount: bigint): Promise<void> {
    await this.market.give(symbol, this.owner.address, amount);
    await this.market.sent(this.market.erc20(symbol, this.owner), 'approve', [this.on.guardAddress, amount]);
  }

  async act(action: 'repay' | 'topUp', max: bigint): Promise<TransactionReceipt> {
    return this.market.sent(this.on.guard(), action, [this.mandate, 1n, max, (await this.market.now()) + 120]);
  }

  async order({ max, costBps = 60n, lender = 'morpho', hops = [[500, 'USDC']], keeps = usdc(5) }: FillWish): Promise<MorphoOrder> {
    const { fills, params } = this.on;
    return {
      m: this.mandate, min: 1n, max, out: await fills.collateralFor({ collateral: params.collateralToken, debt: params.loanToken }, max, costBps),
      deadline: (await this.market.now()) + 120, lender: lenders[lender], router: this.market.chain.deployment.uniswap.swapRouter, path: fills.path('WETH', hops), keeps,
    };
  }

  async fill(wish: FillWish): Promise<TransactionReceipt> {
    return this.market.sent(this.on.filler(), 'fill', [await this.order(wish)]);
  }
  async fillTowards(health: bigint, wish: FillWish): Promise<TransactionReceipt> {
    return this.market.sent(this.on.filler(), 'fillTowards', [await this.order(wish), aimAt(health, wish.costBps ?? 60n, THRESHOLD_BPS)]);
  }
  async repayTowards(health: bigint, max: bigint): Promise<TransactionReceipt> {
    return this.market.sent(this.on.filler(), 'repayTowards', [this.mandate, 1n, max, (await this.market.now()) + 120, aimAt(health, 0n, THRESHOLD_BPS)]);
  }

  /** Has the keeper fill with tokens of its own. */
  async fillWithCapital(wish: Pick<FillWish, 'max' | 'costBps'>): Promise<TransactionReceipt> {
    const { m, min, max, out, deadline } = await this.order(wish);
    await this.market.give('USDC', this.market.keeper.address, max);
    await this.market.sent(this.market.erc20('USDC', this.market.keeper), 'approve', [this.on.guardAddress, max]);
    return this.market.sent(this.on.guard(), 'fill', [m, min, max, out, deadline]);
  }

  async standing(): Promise<MorphoStanding> {
    const { healthFactor, debt } = await this.on.guard().getFunction('preview')(this.mandate);
    const { collateral } = await this.on.morpho(this.owner).getFunction('position')(this.on.params.id, this.owner.address);
    const walletUsdc = (await this.market.erc20('USDC').getFunction('balanceOf')(this.owner.address)) as bigint;
    return { health: healthFactor as bigint, debt: debt as bigint, collateral: collateral as bigint, walletUsdc };
  }

  /** Balances of `account` in both tokens, and what the parties to a fill may take from it: all zero between transactions. */
  async leftWith(account: string): Promise<bigint[]> {
    const { aave, morpho, uniswap } = this.market.chain.deployment;
    const spenders = [aave.pool, morpho.address, uniswap.swapRouter, this.on.guardAddress].filter((spender) => spender !== account);
    const found: bigint[] = [];
    for (const symbol of ['USDC', 'WETH'] as const) {
      const token = new Contract(tokenOf(this.market.chain.deployment, symbol).address, ['function balanceOf(address) view returns (uint256)', 'function allowance(address, address) view returns (uint256)'], this.market.provider);
      found.push((await token.getFunction('balanceOf')(account)) as bigint);
      for (const spender of spenders) found.push((await token.getFunction('allowance')(account, spender)) as bigint);
    }
    return found;
  }
}
