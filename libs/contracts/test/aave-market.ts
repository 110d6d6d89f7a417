import { startDevchain, tokenOf, type Devchain, type DevAccount, type TokenSymbol, freshAccounts } from '@ballast/devchain';
import { Contract, Interface, Wallet, type TransactionReceipt, type JsonRpcProvider } from 'ethers';
import { MANDATE_TYPES, REVOKE_ALL_TYPES, aaveGuardAbi, decodeRevert, keepersAbi, mandateDomain, type MandateMessage, type Revert } from '../src/index.js';

const erc20 = new Interface([
  'function balanceOf(address) view returns (uint256)',
  'function allowance(address, address) view returns (uint256)',
  'function approve(address, uint256) returns (bool)',
  'function transfer(address, uint256) returns (bool)',
  'function mint(address, uint256) returns (bool)',
  'function deposit() payable',
]);
const aavePool = new Interface([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf) returns (uint256)',
  'function setUserUseReserveAsCollateral(address asset, bool useAsCollateral)',
  'function getUserAccountData(address user) view returns (uint256 collateral, uint256 debt, uint256 available, uint256 threshold, uint256 ltv, uint256 healthFactor)',
  'function getReserveAToken(address) view returns (address)',
  'function getReserveVariableDebtToken(address) view returns (address)',
]);
const poolConfigurator = new Interface([
  'function setReservePause(address asset, bool paused)',
  'function setReserveFreeze(address asset, bool freeze)',
  'function setReserveLtvzero(address asset, bool ltvZero)',
  'function setSupplyCap(address asset, uint256 newSupplyCap)',
]);

export const hf = (value: number): bigint => BigInt(Math.round(value * 1e6)) * 10n ** 12n;
export const usdc = (whole: number): bigint => BigInt(Math.round(whole * 1e6));
export const weth = (whole: number): bigint => BigInt(Math.round(whole * 1e6)) * 10n ** 12n;

export type WalletAction = 'repay' | 'topUp';

/** The real Aave v3.6 market on a local chain, and what these tests do with it. */
export class AaveMarket {
  private constructor(readonly chain: Devchain) {}

  static async start(): Promise<AaveMarket> {
    const chain = await startDevchain({ idleBlockSeconds: 0 });
    await chain.mining.takeInHand();
    return new AaveMarket(chain);
  }

  get provider(): JsonRpcProvider {
    return this.chain.provider;
  }
  get guardAddress(): string {
    return this.chain.deployment.ballast.aaveGuard;
  }
  get keepersAddress(): string {
    return this.chain.deployment.ballast.keepers;
  }
  get keeper(): Wallet {
    return this.wallet(this.chain.accounts.keeper);
  }

  wallet(account: DevAccount): Wallet {
    return new Wallet(account.privateKey, this.provider);
  }
  token(symbol: TokenSymbol): string {
    return tokenOf(this.chain.deployment, symbol).address;
  }
  erc20(symbol: TokenSymbol, as?: Wallet): Contract {
    return new Contract(this.token(symbol), erc20, as ?? this.provider);
  }
  guard(as?: Wallet): Contract {
    return new Contract(this.guardAddress, aaveGuardAbi, as ?? this.provider);
  }
  keepers(as?: Wallet): Contract {
    return new Contract(this.keepersAddress, keepersAbi, as ?? this.provider);
  }
  pool(as?: Wallet): Contract {
    return new Contract(this.chain.deployment.aave.pool, aavePool, as ?? this.provider);
  }
  configurator(): Contract {
    return new Contract(this.chain.deployment.aave.configurator, poolConfigurator, this.wallet(this.chain.accounts.deployer));
  }

  async now(): Promise<number> {
    return this.chain.mining.chainTime();
  }

  /** @param price in whole USD */
  async setPrice(symbol: TokenSymbol, price: number): Promise<void> {
    await this.chain.feeds.set(symbol, BigInt(Math.round(price * 1e8)), await this.now());
    await this.chain.mining.mine();
  }

  async passTime(seconds: number): Promise<void> {
    await this.chain.mining.mine((await this.now()) + seconds);
  }

  /** Gives tokens to an account; the whale issues them. */
  async give(symbol: TokenSymbol, to: string, amount: bigint): Promise<void> {
    const whale = this.wallet(this.chain.accounts.whale);
    const token = this.erc20(symbol, whale);
    if (symbol === 'WETH') {
      await this.sent(token, 'deposit', [], amount);
      if (to.toLowerCase() !== whale.address.toLowerCase()) await this.sent(token, 'transfer', [to, amount]);
    } else {
      await this.sent(token, 'mint', [to, amount]);
    }
  }

  /** Sends a call into a block of its own. */
  async sent(contract: Contract, method: string, args: readonly unknown[], value = 0n, gasLimit = 3_000_000n): Promise<TransactionReceipt> {
    const hash = await this.send(contract, method, args, { value, gasLimit });
    await this.chain.mining.mine();
    const receipt = await this.provider.getTransactionReceipt(hash);
    if (receipt?.status !== 1) throw new Error(`${method} on ${String(contract.target)}: expected to be mined and to succeed, got ${receipt?.status ?? 'no receipt'}`);
    return receipt;
  }

  /** Sends a call and leaves it waiting for the next block. */
  async send(contract: Contract, method: string, args: readonly unknown[], overrides: { value?: bigint; nonce?: number; gasLimit?: bigint } = {}): Promise<string> {
    const fees = { gasLimit: 3_000_000n, maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n };
    return (await contract.getFunction(method).send(...args, { ...fees, ...overrides })).hash;
  }

  /** What a call would revert with, or null when it would go through. */
  async refusal(contract: Contract, method: string, args: readonly unknown[]): Promise<Revert | null> {
    const data = contract.interface.encodeFunctionData(method, [...args]);
    const from = (contract.runner as Wallet | null)?.address;
    try {
      await this.provider.send('eth_call', [{ from, to: await contract.getAddress(), data }, 'latest']);
      return null;
    } catch (error) {
      const found = error as { error?: { data?: string }; data?: string };
      return decodeRevert(found.error?.data ?? found.data ?? '0x');
    }
  }

  /** A fresh account with 10 WETH supplied at 3,000 USD and 20,000 USDC borrowed (health 1.2375), and a live mandate. */
  async openLoan(seed: number, changes: Partial<MandateMessage> = {}): Promise<Loan> {
    const account = freshAccounts(7_000 + seed, 1)[0] as DevAccount;
    await this.setPrice('WETH', 3000);
    await this.provider.send('anvil_setBalance', [account.address, `0x${(10n ** 20n).toString(16)}`]);
    const loan = new Loan(this, this.wallet(account));
    await this.give('WETH', account.address, weth(15));
    const pool = this.pool(loan.owner);
    await this.sent(this.erc20('WETH', loan.owner), 'approve', [await pool.getAddress(), weth(10)]);
    await this.sent(pool, 'supply', [this.token('WETH'), weth(10), account.address, 0]);
    await this.sent(pool, 'borrow', [this.token('USDC'), usdc(20_000), 2, 0, account.address]);
    await loan.leaveInWallet('USDC', usdc(15_000));
    await loan.approve('USDC', usdc(15_000));
    await loan.approve('WETH', weth(5));
    await loan.activate(changes);
    return loan;
  }
}

export interface Standing {
  readonly health: bigint;
  readonly debt: bigint;
  readonly collateral: bigint;
  readonly walletUsdc: bigint;
  readonly walletWeth: bigint;
}

export class Loan {
  mandate!: MandateMessage;

  constructor(private readonly market: AaveMarket, readonly owner: Wallet) {}

  async approve(symbol: TokenSymbol, amount: bigint): Promise<void> {
    await this.market.sent(this.market.erc20(symbol, this.owner), 'approve', [this.market.guardAddress, amount]);
  }

  async leaveInWallet(symbol: TokenSymbol, amount: bigint): Promise<void> {
    const token = this.market.erc20(symbol, this.owner);
    const held = (await token.getFunction('balanceOf')(this.owner.address)) as bigint;
    if (held > amount) await this.market.sent(token, 'transfer', [this.market.chain.accounts.treasury.address, held - amount]);
    if (held < amount) await this.market.give(symbol, this.owner.address, amount - held);
  }

  /** The terms that the owner would sign now. */
  async terms(changes: Partial<MandateMessage> = {}): Promise<MandateMessage> {
    const pair = [this.owner.address, this.market.token('WETH'), this.market.token('USDC')] as const;
    return {
      owner: pair[0], collateral: pair[1], debt: pair[2], actions: 3, triggerHf: hf(1.2), minHf: hf(1.21), maxHf: hf(1.5), maxCostBps: 100,
      fillPerDay: 0n, keepers: this.market.keepersAddress, expiry: (await this.market.now()) + 180 * 86_400,
      prev: (await this.market.guard().getFunction('prevOf')(...pair)) as string, ...changes,
    };
  }

  sign(mandate: MandateMessage): Promise<string> {
    return this.owner.signTypedData(mandateDomain(this.market.chain.chainId, this.market.guardAddress), MANDATE_TYPES, mandate);
  }

  signRevokeAll(epoch: string): Promise<string> {
    return this.owner.signTypedData(mandateDomain(this.market.chain.chainId, this.market.guardAddress), REVOKE_ALL_TYPES, { owner: this.owner.address, epoch });
  }

  /** Signs and has the keeper bring it. */
  async activate(changes: Partial<MandateMessage> = {}): Promise<TransactionReceipt> {
    this.mandate = await this.terms(changes);
    return this.market.sent(this.market.guard(this.market.keeper), 'activate', [this.mandate, await this.sign(this.mandate)]);
  }

  async act(action: WalletAction, min: bigint, max: bigint): Promise<TransactionReceipt> {
    return this.market.sent(this.market.guard(this.market.keeper), action, [this.mandate, min, max, (await this.market.now()) + 120]);
  }

  async refusal(action: WalletAction, min: bigint, max: bigint, by: Wallet = this.market.keeper): Promise<Revert | null> {
    return this.market.refusal(this.market.guard(by), action, [this.mandate, min, max, (await this.market.now()) + 120]);
  }

  async standing(): Promise<Standing> {
    const pool = this.market.pool();
    const held = async (token: string): Promise<bigint> => (await new Contract(token, erc20, this.market.provider).getFunction('balanceOf')(this.owner.address)) as bigint;
    const [usdcAddress, wethAddress] = [this.market.token('USDC'), this.market.token('WETH')];
    const data = await pool.getFunction('getUserAccountData')(this.owner.address);
    return {
      health: data.healthFactor as bigint,
      debt: await held((await pool.getFunction('getReserveVariableDebtToken')(usdcAddress)) as string),
      collateral: await held((await pool.getFunction('getReserveAToken')(wethAddress)) as string),
      walletUsdc: await held(usdcAddress),
      walletWeth: await held(wethAddress),
    };
  }
}
