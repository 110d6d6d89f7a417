import { Contract, Interface, type TransactionReceipt } from 'ethers';
import { keepersRuntime, aaveFillerRuntime, aaveGuardRuntime, morphoFillerRuntime } from '../../src/index.js';
import { AaveMarket, hf, usdc, weth, type Loan } from '../aave-market.js';
import { FillMarket, type FillWish, type Hop } from '../fill-market.js';
import { deployMorpho } from '../real-morpho.js';
import type { GasReport, GasRows } from './report.js';

const positionManagerAbi = new Interface([
  'function createAndInitializePoolIfNecessary(address token0, address token1, uint24 fee, uint160 sqrtPriceX96) payable returns (address)',
  'function mint((address token0, address token1, uint24 fee, int24 tickLower, int24 tickUpper, uint256 amount0Desired, uint256 amount1Desired, uint256 amount0Min, uint256 amount1Min, address recipient, uint256 deadline)) payable returns (uint256, uint128, uint256, uint256)',
]);
const TWO_HOPS: readonly Hop[] = [[3000, 'DAI'], [500, 'USDC']];

/** Sends every action once, each into a block of its own, on the real contracts. What a receipt says it used is what counts. */
export async function measureGas(): Promise<GasReport> {
  const market = await AaveMarket.start();
  try {
    const fills = await FillMarket.deploy(market, { morpho: await deployMorpho(market) });
    await addStablePool(market);
    return {
      gas: { ...(await walletActions(market, fills)), ...(await fillActions(market, fills)) },
      deployedBytes: { AaveGuard: aaveGuardRuntime.length, AaveFiller: aaveFillerRuntime.length, MorphoFiller: morphoFillerRuntime.length, Keepers: keepersRuntime.length },
    };
  } finally {
    await market.chain.stop();
  }
}

/** A minute passes first, so that the reserves have interest to add up whatever the clock of this computer says. */
async function used(market: AaveMarket, act: () => Promise<TransactionReceipt>): Promise<number> {
  await market.passTime(60);
  await market.chain.feeds.keepAlive(await market.now());
  await market.chain.mining.mine();
  return Number((await act()).gasUsed);
}

async function walletActions(market: AaveMarket, fills: FillMarket): Promise<GasRows> {
  const loan = await market.openLoan(900, { keepers: fills.keepersAddress });
  const guard = market.guard(loan.owner);
  const rows: Record<string, number> = {};
  const pair = [loan.owner.address, market.token('WETH'), market.token('DAI')] as const;
  const sameTerms = { keepers: fills.keepersAddress };
  rows['AaveGuard.activate, first of its pair'] = await used(market, async () => loan.activate({ ...sameTerms, debt: pair[2], prev: (await market.guard().getFunction('prevOf')(...pair)) as string }));
  rows['AaveGuard.activate, later'] = await used(market, async () => loan.activate(sameTerms));
  const own = await loan.terms(sameTerms);
  rows['AaveGuard.set, later'] = await used(market, async () => market.sent(guard, 'set', [own]));
  loan.mandate = own;

  await market.setPrice('WETH', 2800);
  rows['AaveGuard.repay, first of its pair'] = await used(market, async () => loan.act('repay', 1n, usdc(3000)));
  await market.setPrice('WETH', 2400);
  rows['AaveGuard.repay, later'] = await used(market, async () => loan.act('repay', 1n, usdc(2500)));
  await market.setPrice('WETH', 2000);
  rows['AaveGuard.topUp, later'] = await used(market, async () => loan.act('topUp', 1n, weth(1.5)));

  rows['AaveGuard.revoke'] = await used(market, async () => market.sent(guard, 'revoke', [loan.mandate.collateral, loan.mandate.debt]));
  rows['AaveGuard.revokeAll, first'] = await used(market, async () => market.sent(guard, 'revokeAll', []));
  const epoch = (await market.guard().getFunction('epochOf')(loan.owner.address)) as string;
  rows['AaveGuard.revokeAllBySig, later'] = await used(market, async () => market.sent(market.guard(market.keeper), 'revokeAllBySig', [loan.owner.address, await loan.signRevokeAll(epoch)]));
  return rows;
}

/** One loan for each kind, so that every fill finds the same state; the second fill of a loan finds its day budget in use. */
async function fillActions(market: AaveMarket, fills: FillMarket): Promise<GasRows> {
  let seed = 910;
  const fresh = async (): Promise<Loan> => {
    const loan = await fills.openLoan(seed++);
    await market.setPrice('WETH', 2800);
    await fills.levelPools();
    return loan;
  };
  const rows: Record<string, number> = {};
  const capital = await fresh();
  rows['AaveGuard.fill by the keeper, first of its pair'] = await used(market, async () => fills.fillWithCapital(capital, { max: usdc(4000) }));
  await market.setPrice('WETH', 2500);
  rows['AaveGuard.fill by the keeper, later'] = await used(market, async () => fills.fillWithCapital(capital, { max: usdc(5000) }));
  const through = async (name: string, wish: Omit<FillWish, 'max'>): Promise<void> => {
    const loan = await fresh();
    rows[name] = await used(market, async () => fills.fill(loan, { max: usdc(5000), costBps: 90n, ...wish }));
  };
  await through('AaveFiller.fill, Aave lends, one hop', {});
  await through('AaveFiller.fill, Aave lends, two hops', { hops: TWO_HOPS });
  await through('AaveFiller.fill, Morpho lends, one hop', { lender: 'morpho' });
  await through('AaveFiller.fill, Morpho lends, two hops', { lender: 'morpho', hops: TWO_HOPS });
  const aimed = await fresh();
  rows['AaveFiller.fillTowards, Aave lends, one hop'] = await used(market, async () => fills.fillTowards(aimed, hf(1.3), { max: usdc(8000), costBps: 90n }));
  const wallet = await fresh();
  await wallet.leaveInWallet('USDC', usdc(5000));
  rows['AaveFiller.repayTowards'] = await used(market, async () => fills.repayTowards(wallet, hf(1.3), usdc(5000)));
  return rows;
}

/** DAI and USDC at par, full range, so that the sale of WETH has a second hop. */
async function addStablePool(market: AaveMarket): Promise<void> {
  const whale = market.wallet(market.chain.accounts.whale);
  const { positionManager } = market.chain.deployment.uniswap;
  const amounts = new Map([[market.token('DAI'), 50_000_000n * 10n ** 18n], [market.token('USDC'), usdc(50_000_000)]]);
  for (const symbol of ['DAI', 'USDC'] as const) {
    await market.give(symbol, whale.address, amounts.get(market.token(symbol)) as bigint);
    await market.sent(market.erc20(symbol, whale), 'approve', [positionManager, amounts.get(market.token(symbol))]);
  }
  const [token0, token1] = [...amounts.keys()].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)) as [string, string];
  // sqrt(10^6 / 10^18), or the other way round, times 2^96.
  const sqrtPrice = token0 === market.token('DAI') ? 2n ** 96n / 1_000_000n : 2n ** 96n * 1_000_000n;
  const manager = new Contract(positionManager, positionManagerAbi, whale);
  await market.sent(manager, 'createAndInitializePoolIfNecessary', [token0, token1, 500, sqrtPrice], 0n, 8_000_000n);
  await market.sent(manager, 'mint', [{
    token0, token1, fee: 500, tickLower: -887_270, tickUpper: 887_270, amount0Desired: amounts.get(token0), amount1Desired: amounts.get(token1),
    amount0Min: 0, amount1Min: 0, recipient: whale.address, deadline: (await market.now()) + 3600,
  }]);
}
