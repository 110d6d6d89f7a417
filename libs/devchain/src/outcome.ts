import { aaveGuardAbi } from '@ballast/contracts';
import { formatUnits, Interface, zeroPadValue, type LogDescription } from 'ethers';
import { erc20Abi, feedAbi, poolAbi } from './abis.js';
import { wstEthRatio, type Token, type TokenSymbol } from './deploy/market.js';
import type { Devchain } from './devchain.js';

/** Decimal numbers are texts: amounts in whole tokens, USD, health factors. */
export interface Outcome {
  readonly protected: {
    readonly liquidated: boolean;
    readonly healthMin: string | null;
    readonly repaid: readonly Repayment[];
    readonly repaidUsd: string;
    readonly gasUsd: string;
    readonly gasBorneBy: 'ballast';
    /** The gas, and the loss of liquidations that protection did not prevent. What was repaid lowers the debt by as much and is no cost. */
    readonly costUsd: string;
  };
  readonly twin: {
    readonly liquidated: boolean;
    readonly healthMin: string | null;
    readonly liquidations: readonly Liquidation[];
    readonly lossUsd: string;
  };
}

export interface Repayment {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly amount: string;
  readonly symbol: string;
  readonly healthBefore: string;
  readonly healthAfter: string;
  readonly gasUsd: string;
}

export interface Liquidation {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly debtCovered: string;
  readonly debtSymbol: string;
  readonly collateralSeized: string;
  readonly collateralSymbol: string;
  readonly penaltyUsd: string;
}

interface Log {
  readonly address: string;
  readonly topics: string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly logIndex: string;
  readonly transactionHash: string;
}

/** A place in the chain's order of events. */
interface Position {
  readonly block: number;
  readonly index: number;
}

const guardAbi = new Interface(aaveGuardAbi);
const hex = (value: number): string => `0x${value.toString(16)}`;
const asTopic = (account: string): string => zeroPadValue(account, 32);
const positionOf = (log: Log): Position => ({ block: Number(log.blockNumber), index: Number(log.logIndex) });
const notAfter = (a: Position, b: Position): boolean => a.block < b.block || (a.block === b.block && a.index <= b.index);

/** Prices of the feeds at any place in the chain's past, from their own events: old states may be gone, events stay. */
class PriceHistory {
  private constructor(private readonly rounds: ReadonlyMap<TokenSymbol, readonly (Position & { price: bigint })[]>) {}

  static async read(chain: Devchain): Promise<PriceHistory> {
    const rounds = new Map<TokenSymbol, (Position & { price: bigint })[]>();
    for (const symbol of chain.feeds.settable) {
      const logs = await logsOf(chain, chain.deployment.feeds[symbol], [feedAbi.getEvent('AnswerUpdated')?.topicHash ?? null], 0);
      rounds.set(symbol, logs.map((log) => ({ ...positionOf(log), price: parsed(feedAbi, log).args.current as bigint })));
    }
    return new PriceHistory(rounds);
  }

  /** USD with 8 decimals of one whole token, as the last answer before `at` gave it. */
  at(symbol: TokenSymbol, at: Position): bigint {
    if (symbol === 'wstETH') return (this.at('WETH', at) * wstEthRatio) / 10n ** 18n;
    return this.rounds.get(symbol)?.findLast((round) => notAfter(round, at))?.price ?? 0n;
  }

  /** USD with 8 decimals, rounded down. */
  worth(amount: bigint, token: Token, at: Position): bigint {
    return (amount * this.at(token.symbol, at)) / 10n ** BigInt(token.decimals);
  }
}

async function logsOf(chain: Devchain, contract: string, topics: readonly (string | null)[], fromBlock: number): Promise<Log[]> {
  return (await chain.provider.send('eth_getLogs', [{ address: contract, topics, fromBlock: hex(fromBlock), toBlock: 'latest' }])) as Log[];
}

function parsed(abi: Interface, log: Log): LogDescription {
  return abi.parseLog(log) as LogDescription;
}

const usd = (value: bigint): string => Number(formatUnits(value, 8)).toFixed(2);
const healthText = (value: bigint): string => formatUnits(value, 18);

export interface OutcomeRequest {
  readonly protectedAccount: string;
  readonly twin: string;
  /** First block that counts: the replay's. */
  readonly fromBlock: number;
  /** Lowest health factors seen (18 decimals), as a `HealthSampler` gives them. */
  readonly healthMin?: { readonly protected?: bigint; readonly twin?: bigint };
}

/**
 * What became of both accounts since `fromBlock`, from the chain's events alone: the guard's `Executed`, the pool's
 * `LiquidationCall`, and the feeds' answers for prices. A penalty is what was seized, by the liquidator and by the protocol as
 * its fee, less the debt covered, at the oracle's price of that moment; gas is what the executing transactions paid, at the ether price of their block.
 */
export async function readOutcome(chain: Devchain, { protectedAccount, twin, fromBlock, healthMin = {} }: OutcomeRequest): Promise<Outcome> {
  const prices = await PriceHistory.read(chain);
  const { repaid, repaidUsd, gasUsd } = await readExecutions(chain, prices, protectedAccount, fromBlock);
  const ownLiquidations = await readLiquidations(chain, prices, protectedAccount, fromBlock);
  const { liquidations, lossUsd } = await readLiquidations(chain, prices, twin, fromBlock);
  const lowest = (value: bigint | undefined): string | null => (value === undefined ? null : healthText(value));
  return {
    protected: {
      liquidated: ownLiquidations.liquidations.length > 0, healthMin: lowest(healthMin.protected),
      repaid, repaidUsd: usd(repaidUsd), gasUsd: usd(gasUsd), gasBorneBy: 'ballast', costUsd: usd(gasUsd + ownLiquidations.lossUsd),
    },
    twin: { liquidated: liquidations.length > 0, healthMin: lowest(healthMin.twin), liquidations, lossUsd: usd(lossUsd) },
  };
}

async function readExecutions(chain: Devchain, prices: PriceHistory, owner: string, fromBlock: number): Promise<{ repaid: Repayment[]; repaidUsd: bigint; gasUsd: bigint }> {
  const guard = chain.deployment.ballast.aaveGuard;
  // The debt asset is told when a mandate is activated, by its hash, and not again when it is used.
  const activations = await logsOf(chain, guard, [guardAbi.getEvent('Activated')?.topicHash ?? null, null, asTopic(owner)], 0);
  const debtOf = new Map(activations.map((log) => [log.topics[1], tokenAt(chain, String(parsed(guardAbi, log).args.debt))]));
  const executions = await logsOf(chain, guard, [guardAbi.getEvent('Executed')?.topicHash ?? null, null, asTopic(owner)], fromBlock);

  const repaid: Repayment[] = [];
  let repaidUsd = 0n;
  let gasUsd = 0n;
  for (const log of executions) {
    const at = positionOf(log);
    const receipt = (await chain.provider.send('eth_getTransactionReceipt', [log.transactionHash])) as { gasUsed: string; effectiveGasPrice: string };
    const gas = (BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice) * prices.at('WETH', at)) / 10n ** 18n;
    gasUsd += gas;
    const { debtRepaid, hfBefore, hfAfter } = parsed(guardAbi, log).args as unknown as { debtRepaid: bigint; hfBefore: bigint; hfAfter: bigint };
    const debt = debtOf.get(log.topics[1] ?? '');
    if (debt === undefined || debtRepaid === 0n) continue;
    repaidUsd += prices.worth(debtRepaid, debt, at);
    repaid.push({
      transactionHash: log.transactionHash, blockNumber: at.block, amount: formatUnits(debtRepaid, debt.decimals), symbol: debt.symbol,
      healthBefore: healthText(hfBefore), healthAfter: healthText(hfAfter), gasUsd: usd(gas),
    });
  }
  return { repaid, repaidUsd, gasUsd };
}

async function readLiquidations(chain: Devchain, prices: PriceHistory, account: string, fromBlock: number): Promise<{ liquidations: Liquidation[]; lossUsd: bigint }> {
  const logs = await logsOf(chain, chain.deployment.aave.pool, [poolAbi.getEvent('LiquidationCall')?.topicHash ?? null, null, null, asTopic(account)], fromBlock);
  let lossUsd = 0n;
  const liquidations: Liquidation[] = [];
  for (const log of logs) {
    const at = positionOf(log);
    const { collateralAsset, debtAsset, debtToCover, liquidatedCollateralAmount } = parsed(poolAbi, log).args as unknown as { collateralAsset: string; debtAsset: string; debtToCover: bigint; liquidatedCollateralAmount: bigint };
    const [collateral, debt] = [tokenAt(chain, collateralAsset), tokenAt(chain, debtAsset)];
    if (collateral === undefined || debt === undefined) continue;
    const seized = liquidatedCollateralAmount + (await protocolFee(chain, log.transactionHash, account));
    const penalty = prices.worth(seized, collateral, at) - prices.worth(debtToCover, debt, at);
    lossUsd += penalty;
    liquidations.push({
      transactionHash: log.transactionHash, blockNumber: at.block,
      debtCovered: formatUnits(debtToCover, debt.decimals), debtSymbol: debt.symbol,
      collateralSeized: formatUnits(seized, collateral.decimals), collateralSymbol: collateral.symbol, penaltyUsd: usd(penalty),
    });
  }
  return { liquidations, lossUsd };
}

/** What the protocol kept of the seized collateral: the event leaves it out, the collateral's token moves it to the treasury. */
async function protocolFee(chain: Devchain, transactionHash: string, account: string): Promise<bigint> {
  const receipt = (await chain.provider.send('eth_getTransactionReceipt', [transactionHash])) as { logs: Log[] };
  const [topic, from, to] = [erc20Abi.getEvent('Transfer')?.topicHash, asTopic(account), asTopic(chain.accounts.treasury.address)];
  const fees = receipt.logs.filter((log) => log.topics[0] === topic && log.topics[1] === from && log.topics[2] === to);
  return fees.reduce((sum, log) => sum + BigInt(log.data), 0n);
}

function tokenAt(chain: Devchain, address: string): Token | undefined {
  return chain.deployment.tokens.find((token) => token.address === address.toLowerCase());
}
