import { freshAccounts, type DevAccount } from '@ballast/devchain';
import { venusLoan, type VenueLoan } from '@ballast/execution';
import { AbiCoder, Contract, Interface, concat, type TransactionReceipt, type Wallet } from 'ethers';
import { MANDATE_TYPES, mandateDomain, venusGuardAbi, venusGuardBytecode, type MandateMessage } from '../src/index.js';
import { hf, usdc, weth, type AaveMarket } from './aave-market.js';

const vTokenAbi = new Interface([
  'function mint(uint256) returns (uint256)',
  'function borrow(uint256) returns (uint256)',
  'function accrueInterest() returns (uint256)',
  'function getAccountSnapshot(address) view returns (uint256 failure, uint256 vTokens, uint256 borrowed, uint256 exchangeRate)',
  'function totalBorrows() view returns (uint256)',
]);
const comptrollerAbi = new Interface([
  'function enterMarkets(address[]) returns (uint256[])',
  'function markets(address) view returns (bool isListed, uint256 collateralFactor)',
  'function getAssetsIn(address) view returns (address[])',
  'function getAccountLiquidity(address) view returns (uint256 failure, uint256 liquidity, uint256 shortfall)',
]);
const oracleAbi = new Interface(['function setUnderlyingPrice(address vToken, uint256 price)', 'function getUnderlyingPrice(address vToken) view returns (uint256)']);

/** The real Venus 9.0.0 on the local chain, and a guard of its own for these tests. */
export class VenusMarket {
  private constructor(readonly market: AaveMarket, readonly guardAddress: string) {}

  static async on(market: AaveMarket): Promise<VenusMarket> {
    const data = concat([venusGuardBytecode, AbiCoder.defaultAbiCoder().encode(['address'], [market.chain.deployment.venus.comptroller])]);
    const sent = await market.wallet(market.chain.accounts.deployer).sendTransaction({ data, gasLimit: 5_000_000n, maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n });
    await market.chain.mining.mine();
    const receipt = await market.provider.getTransactionReceipt(sent.hash);
    if (receipt?.contractAddress == null) throw new Error('VenusGuard: expected to be deployed, got no address');
    return new VenusMarket(market, receipt.contractAddress);
  }

  get vTokens(): Readonly<Record<'WETH' | 'USDC', string>> {
    return this.market.chain.deployment.venus.vTokens;
  }
  guard(as: Wallet = this.market.keeper): Contract {
    return new Contract(this.guardAddress, venusGuardAbi, as);
  }
  vToken(symbol: 'WETH' | 'USDC', as?: Wallet): Contract {
    return new Contract(this.vTokens[symbol], vTokenAbi, as ?? this.market.provider);
  }
  comptroller(as?: Wallet): Contract {
    return new Contract(this.market.chain.deployment.venus.comptroller, comptrollerAbi, as ?? this.market.provider);
  }
  private oracle(): Contract {
    return new Contract(this.market.chain.deployment.venus.oracle, oracleAbi, this.market.wallet(this.market.chain.accounts.deployer));
  }

  /** @param price whole USD for a WETH */
  async setPrice(price: number): Promise<void> {
    await this.market.sent(this.oracle(), 'setUnderlyingPrice', [this.vTokens.WETH, BigInt(Math.round(price * 1e6)) * 10n ** 12n]);
  }

  /** 10 WETH at 3,000 USD by 80% against 18,000 USDC (health 1.333), 15,000 USDC and 5 WETH in the wallet, approved, and a live mandate. */
  async openLoan(seed: number, changes: Partial<MandateMessage> = {}): Promise<VenusLoan> {
    const { market } = this;
    const account = freshAccounts(7_000 + seed, 1)[0] as DevAccount;
    await this.setPrice(3000);
    await market.provider.send('anvil_setBalance', [account.address, `0x${(10n ** 20n).toString(16)}`]);
    const owner = market.wallet(account);
    await market.give('WETH', owner.address, weth(10));
    await market.sent(market.erc20('WETH', owner), 'approve', [this.vTokens.WETH, weth(10)]);
    await market.sent(this.vToken('WETH', owner), 'mint', [weth(10)]);
    await market.sent(this.comptroller(owner), 'enterMarkets', [[this.vTokens.WETH]]);
    await market.sent(this.vToken('USDC', owner), 'borrow', [usdc(18_000)]);
    await market.sent(market.erc20('USDC', owner), 'transfer', [market.chain.accounts.treasury.address, usdc(18_000)]);
    const loan = new VenusLoan(this, owner);
    await loan.fund('USDC', usdc(15_000));
    await loan.fund('WETH', weth(5));
    await loan.activate(changes);
    return loan;
  }

  /** The account as the planner reads it at the latest block. */
  async facts(owner: string): Promise<VenueLoan> {
    const entered = (await this.comptroller().getFunction('getAssetsIn')(owner)) as string[];
    const markets = await Promise.all(entered.map(async (vToken) => {
      const market = new Contract(vToken, vTokenAbi, this.market.provider);
      const { vTokens, borrowed, exchangeRate } = await market.getFunction('getAccountSnapshot')(owner);
      const { collateralFactor } = await this.comptroller().getFunction('markets')(vToken);
      return {
        vToken: vToken.toLowerCase(), vTokens: vTokens as bigint, borrowed: borrowed as bigint, exchangeRate: exchangeRate as bigint, collateralFactor: collateralFactor as bigint,
        price: (await this.oracle().getFunction('getUnderlyingPrice')(vToken)) as bigint, totalBorrows: (await market.getFunction('totalBorrows')()) as bigint,
      };
    }));
    return venusLoan({ markets, vai: 0n, collateral: this.vTokens.WETH, debt: this.vTokens.USDC });
  }

  /** What the guard holds and lets the markets take: all zero between transactions. */
  async leftInTheGuard(): Promise<bigint[]> {
    const of = async (symbol: 'WETH' | 'USDC'): Promise<bigint[]> => [
      (await this.market.erc20(symbol).getFunction('balanceOf')(this.guardAddress)) as bigint,
      (await this.market.erc20(symbol).getFunction('allowance')(this.guardAddress, this.vTokens[symbol])) as bigint,
    ];
    return [...(await of('USDC')), ...(await of('WETH'))];
  }
}

export class VenusLoan {
  mandate!: MandateMessage;

  constructor(private readonly on: VenusMarket, readonly owner: Wallet) {}

  async fund(symbol: 'USDC' | 'WETH', amount: bigint): Promise<void> {
    await this.on.market.give(symbol, this.owner.address, amount);
    await this.on.market.sent(this.on.market.erc20(symbol, this.owner), 'approve', [this.on.guardAddress, amount]);
  }

  async activate(changes: Partial<MandateMessage> = {}): Promise<TransactionReceipt> {
    const { market, vTokens, guardAddress } = this.on;
    this.mandate = {
      owner: this.owner.address, collateral: vTokens.WETH, debt: vTokens.USDC, actions: 3, triggerHf: hf(1.25), minHf: hf(1.26), maxHf: hf(1.5), maxCostBps: 0, fillPerDay: 0n,
      keepers: market.keepersAddress, expiry: (await market.now()) + 180 * 86_400, prev: (await this.on.guard().getFunction('prevOf')(this.owner.address, vTokens.WETH, vTokens.USDC)) as string, ...changes,
    };
    const signature = await this.owner.signTypedData(mandateDomain(market.chain.chainId, guardAddress, 'VenusGuard'), MANDATE_TYPES, this.mandate);
    return market.sent(this.on.guard(), 'activate', [this.mandate, signature]);
  }

  async preview(): Promise<{ readonly health: bigint; readonly maxRepay: bigint; readonly maxTopUp: bigint; readonly reason: string }> {
    const { healthFactor, maxRepay, maxTopUp, reason } = await this.on.guard().getFunction('preview')(this.mandate);
    return { health: healthFactor as bigint, maxRepay: maxRepay as bigint, maxTopUp: maxTopUp as bigint, reason: reason as string };
  }
}
