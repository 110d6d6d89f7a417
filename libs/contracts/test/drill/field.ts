import { tokenOf, type DevAccount, type TokenSymbol } from '@ballast/devchain';
import { Interface, Wallet, ZeroAddress, AbiCoder, keccak256, type JsonRpcProvider } from 'ethers';
import { aaveFillerAbi, aaveFillerBytecode, aaveGuardAbi, decodeRevert, keepersAbi, keepersBytecode } from '../../src/index.js';
import { AaveMarket } from '../aave-market.js';

export const guardAbi = new Interface(aaveGuardAbi);
export const fillerAbi = new Interface(aaveFillerAbi);
export const keepersInterface = new Interface(keepersAbi);
export const tokenAbi = new Interface([
  'function balanceOf(address) view returns (uint256)',
  'function allowance(address, address) view returns (uint256)',
  'function approve(address, uint256) returns (bool)',
  'function transfer(address, uint256) returns (bool)',
  'function transferFrom(address, address, uint256) returns (bool)',
]);
export const poolAbi = new Interface([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf) returns (uint256)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function getUserAccountData(address user) view returns (uint256 collateral, uint256 debt, uint256 available, uint256 threshold, uint256 ltv, uint256 healthFactor)',
  'function getReserveAToken(address) view returns (address)',
  'function getReserveVariableDebtToken(address) view returns (address)',
]);
const multicall3 = new Interface(['function aggregate3((address target, bool allowFailure, bytes callData)[] calls) view returns ((bool success, bytes returnData)[] results)']);

export const SYMBOLS: readonly TokenSymbol[] = ['WETH', 'wstETH', 'WBTC', 'USDC', 'DAI'];
export const gwei = 1_000_000_000n;

export interface Reserve {
  readonly symbol: TokenSymbol;
  readonly asset: string;
  readonly aToken: string;
  readonly debtToken: string;
  readonly decimals: number;
}

/** Pairs that the drill's keepers contract prices: [collateral, debt]. */
export const PAIRS: readonly (readonly [TokenSymbol, TokenSymbol])[] = [['WETH', 'USDC'], ['WETH', 'DAI'], ['WBTC', 'USDC']];

/** A call that somebody sends in the next block; the tip orders the block. */
export interface Move {
  readonly by: Actor;
  readonly to: string;
  readonly data: string;
  readonly what: string;
  readonly tip: bigint;
}

export interface MinedMove extends Move {
  readonly hash: string;
  readonly succeeded: boolean;
  readonly logs: readonly { address: string; topics: string[]; data: string }[];
  /** Name of the error it reverted with. */
  readonly refusal: string | null;
}

/** Somebody with a key, whose nonces are counted here. */
export class Actor {
  readonly wallet: Wallet;
  nonce = 0;

  constructor(account: DevAccount, readonly name: string) {
    this.wallet = new Wallet(account.privateKey);
  }

  get address(): string {
    return this.wallet.address;
  }
}

interface Call {
  readonly to: string;
  readonly abi: Interface;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** The real market on the local chain, with a keepers contract of the drill's own and everybody who plays. */
export class Field {
  reserves!: ReadonlyMap<TokenSymbol, Reserve>;
  keepers!: string;
  filler!: string;
  private readonly actors: Actor[] = [];

  private constructor(readonly market: AaveMarket) {}

  static async open(): Promise<Field> {
    const field = new Field(await AaveMarket.start());
    field.reserves = await field.readReserves();
    return field;
  }

  get provider(): JsonRpcProvider {
    return this.market.provider;
  }
  get guard(): string {
    return this.market.guardAddress;
  }
  get pool(): string {
    return this.market.chain.deployment.aave.pool;
  }
  reserve(symbol: TokenSymbol): Reserve {
    return this.reserves.get(symbol) as Reserve;
  }

  /** An account with ether, and its nonce as the chain counts it. */
  async actor(account: DevAccount, name: string): Promise<Actor> {
    const actor = new Actor(account, name);
    await this.provider.send('anvil_setBalance', [actor.address, '0xd3c21bcecceda1000000']);
    actor.nonce = await this.provider.getTransactionCount(actor.address);
    this.actors.push(actor);
    return actor;
  }

  /** Deploys the drill's filler and keepers contract: whoever may act beside the filler, and the pairs with their feeds. */
  async deployOwn(remover: string, keepers: readonly string[], selfRemoving: readonly string[], by: Actor): Promise<void> {
    const { feeds, uniswap } = this.market.chain.deployment;
    this.filler = await this.deploy(by, 'filler', aaveFillerBytecode + fillerAbi.encodeDeploy([this.guard, [uniswap.swapRouter], ZeroAddress]).slice(2));
    const feed = (symbol: TokenSymbol): readonly unknown[] => [feeds[symbol], feeds[symbol], 3_600, 50];
    const pairs = PAIRS.map(([collateral, debt]) => [pairId(this.reserve(collateral).asset, this.reserve(debt).asset), feed(collateral), feed(debt)]);
    const listed = [...keepers, this.filler];
    this.keepers = await this.deploy(by, 'keepers contract', keepersBytecode + keepersInterface.encodeDeploy([remover, listed, selfRemoving, pairs, ZeroAddress]).slice(2));
  }

  private async deploy(by: Actor, what: string, data: string): Promise<string> {
    const [mined] = await this.block([{ by, to: '', data, what: `deploy the ${what}`, tip: gwei }]);
    const created = (await this.provider.getTransactionReceipt(mined?.hash ?? ''))?.contractAddress;
    if (mined?.succeeded !== true || created == null) throw new Error(`${what}: expected it deployed, got ${mined?.refusal ?? 'no receipt'}`);
    return created;
  }

  /** Plays something and takes the chain back to where it was. */
  async andBack<T>(play: () => Promise<T>): Promise<T> {
    const snapshot = await this.provider.send('evm_snapshot', []);
    const nonces = this.actors.map((actor) => [actor, actor.nonce] as const);
    const answer = await play();
    await this.provider.send('evm_revert', [snapshot]);
    for (const [actor, nonce] of nonces) actor.nonce = nonce;
    this.market.chain.feeds.resync();
    return answer;
  }

  /** Sends the moves, highest tip first, and makes one block of them, at `timestamp` when given. */
  async block(moves: readonly Move[], timestamp?: number): Promise<MinedMove[]> {
    const sent: (Move & { hash: string })[] = [];
    for (const move of moves) {
      const raw = await move.by.wallet.signTransaction({
        type: 2, chainId: this.market.chain.chainId, nonce: move.by.nonce++, to: move.to === '' ? null : move.to, data: move.data, gasLimit: 5_000_000n,
        maxFeePerGas: 5_000n * gwei, maxPriorityFeePerGas: move.tip,
      });
      sent.push({ ...move, hash: (await this.provider.send('eth_sendRawTransaction', [raw])) as string });
    }
    await this.market.chain.mining.mine(timestamp);
    return Promise.all(sent.map((move) => this.outcome(move)));
  }

  private async outcome(move: Move & { hash: string }): Promise<MinedMove> {
    const receipt = (await this.provider.send('eth_getTransactionReceipt', [move.hash])) as { status: string; logs: MinedMove['logs'] } | null;
    if (receipt === null) throw new Error(`${move.what}: expected it in the block, got no receipt`);
    const succeeded = receipt.status === '0x1';
    return { ...move, succeeded, logs: receipt.logs, refusal: succeeded ? null : await this.refusalOf(move.hash) };
  }

  private async refusalOf(hash: string): Promise<string> {
    const trace = (await this.provider.send('debug_traceTransaction', [hash, { tracer: 'callTracer' }])) as { output?: string; error?: string };
    return trace.output === undefined || trace.output === '0x' ? (trace.error ?? 'reverted') : decodeRevert(trace.output).name;
  }

  /** Reads many things at one block. */
  async read(calls: readonly Call[]): Promise<readonly (readonly unknown[])[]> {
    const data = multicall3.encodeFunctionData('aggregate3', [calls.map(({ to, abi, method, args }) => [to, true, abi.encodeFunctionData(method, [...args])])]);
    const answer = (await this.provider.send('eth_call', [{ to: this.market.chain.deployment.multicall3, data, gas: '0x3b9aca00' }, 'latest'])) as string;
    const [results] = multicall3.decodeFunctionResult('aggregate3', answer) as unknown as [{ success: boolean; returnData: string }[]];
    return calls.map(({ abi, method }, index) => {
      const result = results[index];
      if (result?.success !== true) throw new Error(`${method}: expected an answer, got ${decodeRevert(result?.returnData ?? '0x').name}`);
      return abi.decodeFunctionResult(method, result.returnData).toArray();
    });
  }

  private async readReserves(): Promise<Map<TokenSymbol, Reserve>> {
    const assets = SYMBOLS.map((symbol) => tokenOf(this.market.chain.deployment, symbol));
    const answers = await this.read(assets.flatMap(({ address }) => ['getReserveAToken', 'getReserveVariableDebtToken'].map((method) => ({ to: this.pool, abi: poolAbi, method, args: [address] }))));
    return new Map(assets.map(({ symbol, address, decimals }, index) => [
      symbol, { symbol, asset: address, decimals, aToken: answers[2 * index]?.[0] as string, debtToken: answers[2 * index + 1]?.[0] as string },
    ]));
  }

  async close(): Promise<void> {
    await this.market.chain.stop();
  }
}

export const pairId = (collateral: string, debt: string): string => keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address'], [collateral, debt]));
