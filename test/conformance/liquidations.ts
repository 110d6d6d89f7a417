import { Interface, MaxUint256, type LogDescription, type TransactionReceipt } from 'ethers';
import { callOf, decodeResult, type ReadClient } from '@ballast/connectors';
import { morphoParams, type Borrower, type Devchain } from '@ballast/devchain';
import { liquidateMorpho, liquidateVenus, morphoHealth, venusHealth, type HealthFactor, type LendingPosition, type MorphoLoan, type MorphoMarketSums, type VenusLoan, type VenusRules } from '@ballast/positions';
import { SeededRandom, healthFactor, liquidateAave } from '@ballast/risk';
import { WAD, address, type Address } from '@ballast/units';
import { z } from 'zod';
import type { Conformance } from './compare.js';
import { asAnybody, hex } from './as-anybody.js';

const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';
const aavePool = new Interface([
  'function liquidationCall(address collateral, address debt, address user, uint256 debtToCover, bool receiveAToken)',
  'event LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken)',
]);
const morpho = new Interface([
  `function liquidate(${PARAMS} params, address borrower, uint256 seizedAssets, uint256 repaidShares, bytes data) returns (uint256, uint256)`,
  'event Liquidate(bytes32 indexed id, address indexed caller, address indexed borrower, uint256 repaidAssets, uint256 repaidShares, uint256 seizedAssets, uint256 badDebtAssets, uint256 badDebtShares)',
]);
const vToken = new Interface([
  'function accrueInterest() returns (uint256)', 'function liquidateBorrow(address borrower, uint256 repayAmount, address vTokenCollateral) returns (uint256)',
  'event LiquidateBorrow(address liquidator, address borrower, uint256 repayAmount, address vTokenCollateral, uint256 seizeTokens)',
]);
const comptroller = new Interface(['function closeFactorMantissa() view returns (uint256)', 'function liquidationIncentiveMantissa() view returns (uint256)']);
/** Enough for every liquidation in one block: then all of them see the same time. */
const BLOCK_GAS = 4_000_000_000n;
/** Liquidations of one protocol: most of loans that may be liquidated, some of loans that may not. */
const [OF_UNHEALTHY, OF_HEALTHY] = [130, 60];

/** Real liquidations of one protocol: those that went through, those that were refused, and those of either kind that were not as told. */
export interface LiquidationComparison {
  readonly protocol: Borrower['plan']['protocol'];
  readonly done: number;
  readonly refused: number;
  readonly differences: readonly string[];
}

interface Stage {
  readonly chain: Devchain;
  readonly client: ReadClient;
  readonly conformance: Conformance;
  readonly borrowers: readonly Borrower[];
  readonly payer: Address;
  readonly seed: number;
}

/** A liquidation that is going to be called, and what the pure rules tell of it: figures by name, or null for a refusal. */
interface Order {
  readonly protocol: Borrower['plan']['protocol'];
  readonly owner: Address;
  readonly to: string;
  readonly data: string;
  readonly tell: () => Readonly<Record<string, bigint>> | null;
}

/**
 * Tells the outcome of liquidations of random amounts and then makes the real calls. Both see the same moment: the block is first made without them, read, and taken back, and then
 * made again at the same time with all of them in it.
 */
export async function compareLiquidations(stage: Stage): Promise<LiquidationComparison[]> {
  const { chain, client, conformance, borrowers } = stage;
  const time = (await chain.mining.chainTime()) + 60;
  const snapshot = (await chain.provider.send('evm_snapshot', [])) as string;
  await accrueVenus(stage);
  await chain.mining.mine(time);
  const block = await client.head();
  const loans = await conformance.loans(borrowers, block);
  const rules = await venusRules(stage, block);
  await chain.provider.send('evm_revert', [snapshot]);
  await chain.provider.send('evm_setBlockGasLimit', [hex(BLOCK_GAS)]);

  const orders = ordersOf(stage, loans, rules);
  await accrueVenus(stage);
  const hashes: string[] = [];
  await asAnybody(chain, async (send) => {
    for (const { to, data } of orders) hashes.push(await send(stage.payer, to, data));
  });
  await chain.mining.mine(time);
  return compareAll(chain, orders, hashes);
}

/** Venus counts interest only once a market is touched, as a liquidation does before it looks. */
async function accrueVenus({ chain, payer }: Stage): Promise<void> {
  await asAnybody(chain, async (send) => {
    for (const market of Object.values(chain.deployment.venus.vTokens)) await send(payer, market, vToken.encodeFunctionData('accrueInterest', []));
  });
}

async function venusRules({ chain, client }: Stage, block: { readonly hash: string }): Promise<VenusRules> {
  const at = address(chain.deployment.venus.comptroller);
  const names = ['closeFactorMantissa', 'liquidationIncentiveMantissa'] as const;
  const answers = await client.multicall(block, names.map((name) => callOf(at, comptroller, name)));
  const [closeFactor, incentive] = names.map((name, index) => decodeResult(comptroller, name, z.tuple([z.bigint()]), answers[index])[0]);
  return { closeFactor: closeFactor as bigint, incentive: incentive as bigint };
}

function ordersOf({ chain, borrowers, seed }: Stage, loans: Awaited<ReturnType<Conformance['loans']>>, rules: VenusRules): Order[] {
  const random = new SeededRandom(seed + 1);
  const planOf = new Map(borrowers.map((one) => [address(one.address), one.plan]));
  const { deployment } = chain;
  /** A few units, a part, all or more than all of an amount. */
  const some = (amount: bigint): bigint => {
    const dice = random.uniform();
    if (dice < 0.1) return 1n + BigInt(Math.floor(random.uniform() * 1_000));
    if (dice < 0.2) return amount;
    return (amount * BigInt(Math.floor(random.uniform() * 12_000))) / 10_000n + 1n;
  };
  const sums = new Map<string, MorphoMarketSums>();
  const aave = chosen(loans.aave.filter(({ collaterals, debts }) => collaterals.length > 0 && debts.length > 0), healthFactor).map((position): Order => aaveOrder(deployment.aave.pool, position, random, some));
  const atMorpho = chosen(loans.morpho, morphoHealth).map((loan): Order => morphoOrder(deployment.morpho, loan, some(loan.collateral), sums));
  const atVenus = chosen(loans.venus, venusHealth).flatMap((loan): Order[] => {
    const plan = planOf.get(loan.account);
    return plan?.protocol === 'venus' ? [venusOrder(deployment.venus.vTokens, plan, loan, some, rules)] : [];
  });
  return [...aave, ...atMorpho, ...atVenus];
}

function chosen<T>(loans: readonly T[], healthOf: (loan: T) => HealthFactor): T[] {
  const isUnhealthy = (loan: T): boolean => {
    const health = healthOf(loan);
    return health.kind === 'ratio' && health.wad < WAD;
  };
  return [...loans.filter(isUnhealthy).slice(0, OF_UNHEALTHY), ...loans.filter((loan) => !isUnhealthy(loan)).slice(0, OF_HEALTHY)];
}

function aaveOrder(pool: string, position: LendingPosition, random: SeededRandom, some: (amount: bigint) => bigint): Order {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)] as T;
  const [collateral, debt] = [pick(position.collaterals), pick(position.debts)];
  const dice = random.uniform();
  const cover = dice < 0.2 ? MaxUint256 : some(debt.amount);
  return {
    protocol: 'aave-v3', owner: position.account, to: pool, data: aavePool.encodeFunctionData('liquidationCall', [collateral.asset.address, debt.asset.address, position.account, cover, false]),
    tell: () => {
      const told = liquidateAave(position, { collateral: collateral.asset.address, debt: debt.asset.address, cover });
      return typeof told === 'string' ? null : { debtToCover: told.repaid, liquidatedCollateralAmount: told.seized };
    },
  };
}

/** Each liquidation changes the market's sums for the next. */
function morphoOrder({ address: to, markets }: Devchain['deployment']['morpho'], loan: MorphoLoan, seize: bigint, sums: Map<string, MorphoMarketSums>): Order {
  const market = markets.find(({ id }) => id === loan.terms.id) as (typeof markets)[number];
  return {
    protocol: 'morpho-blue', owner: loan.account, to, data: morpho.encodeFunctionData('liquidate', [morphoParams(market), loan.account, seize, 0, '0x']),
    tell: () => {
      const told = liquidateMorpho({ ...loan, sums: sums.get(loan.terms.id) ?? loan.sums }, { seize });
      if (told === null) return null;
      sums.set(loan.terms.id, told.after.sums);
      return { repaidAssets: told.repaid, repaidShares: told.repaidShares, seizedAssets: told.seized, badDebtAssets: told.badDebt };
    },
  };
}

function venusOrder(vTokens: Devchain['deployment']['venus']['vTokens'], plan: Extract<Borrower['plan'], { protocol: 'venus' }>, loan: VenusLoan, some: (amount: bigint) => bigint, rules: VenusRules): Order {
  const market = (symbol: string): Address => address((vTokens as Readonly<Record<string, string>>)[symbol] as string);
  const [debt, collateral] = [market(plan.debt.symbol), market(plan.collateral.symbol)];
  const borrowed = loan.holdings.find((one) => one.vToken === debt)?.borrowed ?? 0n;
  // Half is all that one liquidation may repay: some of these ask for more.
  const repay = some((borrowed * 45n) / 100n);
  return {
    protocol: 'venus', owner: loan.account, to: debt, data: vToken.encodeFunctionData('liquidateBorrow', [loan.account, repay, collateral]),
    tell: () => {
      const told = liquidateVenus(loan, { debt, collateral, repay }, rules);
      return told === null ? null : { repayAmount: repay, seizeTokens: told.seizedVTokens };
    },
  };
}

const EVENTS = { 'aave-v3': [aavePool, 'LiquidationCall'], 'morpho-blue': [morpho, 'Liquidate'], venus: [vToken, 'LiquidateBorrow'] } as const;

async function compareAll(chain: Devchain, orders: readonly Order[], hashes: readonly string[]): Promise<LiquidationComparison[]> {
  const counts = new Map<string, { done: number; refused: number; differences: string[] }>(Object.keys(EVENTS).map((protocol) => [protocol, { done: 0, refused: 0, differences: [] }]));
  for (const [index, order] of orders.entries()) {
    const receipt = await chain.provider.getTransactionReceipt(hashes[index] ?? '');
    const count = counts.get(order.protocol) as { done: number; refused: number; differences: string[] };
    if (receipt === null) throw new Error(`no receipt of the liquidation of ${order.owner}`);
    const event = eventOf(receipt, order.protocol);
    const told = order.tell();
    if (event === null) count.refused += 1;
    else count.done += 1;
    if ((event === null) !== (told === null)) count.differences.push(`${order.owner}: told ${told === null ? 'a refusal' : 'a liquidation'}, it was ${event === null ? 'refused' : 'done'}`);
    if (event === null || told === null) continue;
    for (const [field, value] of Object.entries(told)) {
      const real = event.args.getValue(field) as bigint;
      if (real !== value) count.differences.push(`${order.owner}: ${field} told ${value}, was ${real}`);
    }
  }
  return [...counts].map(([protocol, count]) => ({ protocol: protocol as LiquidationComparison['protocol'], ...count }));
}

function eventOf(receipt: TransactionReceipt, protocol: Order['protocol']): LogDescription | null {
  const [abi, name] = EVENTS[protocol];
  return receipt.logs.map((log) => abi.parseLog(log)).find((log) => log?.name === name) ?? null;
}

