import { connect } from '@ballast/connectors';
import { morphoParams, openBorrowers, setVenusPrices, startDevchain, tokenOf, type Borrower, type Devchain } from '@ballast/devchain';
import { liquidateMorpho, type BlockRef, type MorphoLoan } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { Interface, MaxUint256 } from 'ethers';
import { Conformance, type Comparison } from './compare.js';

const DAY = 86_400;
const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';
const erc20 = new Interface(['function approve(address spender, uint256 amount) returns (bool)', 'function mint(address account, uint256 value) returns (bool)', 'function deposit() payable']);
const aavePool = new Interface(['function liquidationCall(address collateral, address debt, address user, uint256 debtToCover, bool receiveAToken)']);
const morpho = new Interface([`function liquidate(${PARAMS} params, address borrower, uint256 seizedAssets, uint256 repaidShares, bytes data) returns (uint256, uint256)`, 'event Liquidate(bytes32 indexed id, address indexed caller, address indexed borrower, uint256 repaidAssets, uint256 repaidShares, uint256 seizedAssets, uint256 badDebtAssets, uint256 badDebtShares)']);
const vToken = new Interface(['function liquidateBorrow(address borrower, uint256 repayAmount, address vTokenCollateral) returns (uint256)']);
const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

export interface Phase extends Comparison {
  readonly phase: string;
}
export interface ConformanceResult {
  readonly phases: readonly Phase[];
  /** Real liquidations of Morpho whose outcome was told before, and how many were as told. */
  readonly liquidations: { readonly compared: number; readonly differences: readonly string[] };
}

/**
 * Random borrowers on the real protocols of the local chain, compared four times: as opened, after 40 days of interest, after prices moved, after partial liquidations. The same for
 * the same seed.
 */
export async function runConformance({ count, seed, cacheDir }: { readonly count: number; readonly seed: number; readonly cacheDir?: string }, say: (line: string) => void): Promise<ConformanceResult> {
  const chain = await startDevchain({ idleBlockSeconds: 0, ...(cacheDir === undefined ? {} : { cacheDir }) });
  try {
    await chain.mining.takeInHand();
    const client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicallSize: 300, timeoutMs: 60_000 });
    const borrowers = await openBorrowers(chain, count, seed);
    const payer = address(chain.accounts.treasury.address);
    await fund(chain, payer);
    const conformance = new Conformance(chain, client, payer);
    const phases: Phase[] = [];
    const look = async (phase: string): Promise<BlockRef> => {
      const block = await client.head();
      const found = { phase, ...(await conformance.compare(borrowers, block)) };
      say(`${phase}: ${found.compared} compared, ${found.withDebt} with debt, ${found.liquidatable} below 1, ${found.near} within 2% above, ${found.differences.length} differences`);
      phases.push(found);
      return block;
    };
    await look('as opened');
    await chain.mining.mine((await chain.mining.chainTime()) + 40 * DAY);
    await look('after 40 days of interest');
    await movePrices(chain);
    const fallen = await look('after prices moved');
    const liquidations = await liquidate(chain, borrowers, await conformance.morphoLoans(borrowers, fallen));
    await look('after partial liquidations');
    return { phases, liquidations };
  } finally {
    await chain.stop();
  }
}

/** Coins, and every token in plenty, approved to whoever takes a debt. */
async function fund(chain: Devchain, payer: string): Promise<void> {
  const { deployment, accounts } = chain;
  await chain.provider.send('anvil_setBalance', [payer, hex(10n ** 26n)]);
  await asAnybody(chain, async (send) => {
    for (const { symbol, decimals, address: token } of deployment.tokens) {
      const amount = 10n ** BigInt(decimals + 7);
      if (symbol === 'WETH') await send(payer, token, erc20.encodeFunctionData('deposit', []), 10n ** 24n);
      else await send(accounts.whale.address, token, erc20.encodeFunctionData('mint', [payer, amount]));
      for (const spender of [deployment.aave.pool, deployment.morpho.address, ...Object.values(deployment.venus.vTokens)]) await send(payer, token, erc20.encodeFunctionData('approve', [spender, MaxUint256]));
      await chain.mining.mine();
    }
  });
}

/** Ether falls by a seventh, bitcoin by a twelfth, DAI rises by half a percent. */
async function movePrices(chain: Devchain): Promise<void> {
  const time = await chain.mining.nextTime();
  for (const [symbol, times] of [['WETH', 860n], ['WBTC', 915n], ['DAI', 1_005n]] as const) {
    const { price } = await chain.feeds.latest(symbol);
    await chain.feeds.set(symbol, (price * times) / 1_000n, time);
  }
  await chain.mining.mine();
  await setVenusPrices(chain);
  await chain.mining.mine();
}

/** A part of every loan that may be liquidated, by real calls; Morpho's outcomes are held against what was told. */
async function liquidate(chain: Devchain, borrowers: readonly Borrower[], loans: readonly MorphoLoan[]): Promise<ConformanceResult['liquidations']> {
  const { deployment } = chain;
  const payer = chain.accounts.treasury.address;
  const hashes = new Map<string, string>();
  await asAnybody(chain, async (send) => {
    let sent = 0;
    for (const { address: owner, plan } of borrowers) {
      if (plan.protocol === 'aave-v3') {
        const [collateral, debt] = [plan.collaterals[0], plan.debts[0]];
        if (collateral === undefined || debt === undefined) continue;
        await send(payer, deployment.aave.pool, aavePool.encodeFunctionData('liquidationCall', [tokenOf(deployment, collateral.symbol).address, tokenOf(deployment, debt.symbol).address, owner, debt.amount / 3n + 1n, false]));
      } else if (plan.protocol === 'venus') {
        const tokens = deployment.venus.vTokens as Readonly<Record<string, string>>;
        await send(payer, tokens[plan.debt.symbol] as string, vToken.encodeFunctionData('liquidateBorrow', [owner, plan.debt.amount / 3n + 1n, tokens[plan.collateral.symbol]]));
      } else {
        const market = deployment.morpho.markets[plan.market] as (typeof deployment.morpho.markets)[number];
        hashes.set(owner, await send(payer, deployment.morpho.address, morpho.encodeFunctionData('liquidate', [morphoParams(market), owner, plan.collateral.amount / 4n + 1n, 0, '0x'])));
      }
      sent += 1;
      if (sent % 15 === 0) await chain.mining.mine();
    }
  });
  await chain.mining.mine();
  return compareLiquidations(chain, loans, hashes);
}

/** What the events say against what the pure rules tell of the loan just before, with the market as each block left it. */
async function compareLiquidations(chain: Devchain, loans: readonly MorphoLoan[], hashes: ReadonlyMap<string, string>): Promise<ConformanceResult['liquidations']> {
  const differences: string[] = [];
  let compared = 0;
  for (const loan of loans) {
    const receipt = await chain.provider.getTransactionReceipt(hashes.get(loan.account) ?? '');
    if (receipt === null) continue;
    const log = receipt.logs.map((one) => morpho.parseLog(one)).find((one) => one?.name === 'Liquidate');
    const seize = loan.collateral / 4n + 1n;
    const told = liquidateMorpho(loan, { seize });
    if (log === undefined || log === null) {
      if (told !== null) differences.push(`${loan.account}: told a liquidation, the call failed`);
      continue;
    }
    compared += 1;
    const seized = log.args.getValue('seizedAssets') as bigint;
    if (told === null || seized !== told.seized) differences.push(`${loan.account}: seized ${seized}, told ${told?.seized ?? 'nothing'}`);
  }
  return { compared, differences };
}

async function asAnybody(chain: Devchain, work: (send: (from: string, to: string, data: string, value?: bigint) => Promise<string>) => Promise<void>): Promise<void> {
  await chain.provider.send('anvil_autoImpersonateAccount', [true]);
  try {
    await work((from, to, data, value = 0n) => chain.provider.send('eth_sendTransaction', [{ from, to, data, value: hex(value), gas: hex(1_500_000), maxFeePerGas: hex(300_000_000_000n), maxPriorityFeePerGas: hex(1_000_000_000n) }]) as Promise<string>);
  } finally {
    await chain.provider.send('anvil_autoImpersonateAccount', [false]);
  }
}
