import type { TransactionReceipt } from 'ethers';
import { aaveFillerRuntime, aaveGuardRuntime, keepersRuntime, morphoFillerRuntime, morphoGuardRuntime } from '../../src/index.js';
import { AaveMarket, hf, usdc, weth, type Loan } from '../aave-market.js';
import { FillMarket, type FillWish, type Hop } from '../fill-market.js';
import { MorphoMarket, type MorphoLoan } from '../morpho-market.js';
import type { GasReport, GasRows } from './report.js';

const TWO_HOPS: readonly Hop[] = [[3000, 'DAI'], [100, 'USDC']];

/** Sends every action once, each into a block of its own, on the real contracts. What a receipt says it used is what counts. */
export async function measureGas(): Promise<GasReport> {
  const market = await AaveMarket.start();
  try {
    const fills = new FillMarket(market);
    return {
      gas: { ...(await walletActions(market)), ...(await fillActions(market, fills)), ...(await morphoActions(market, new MorphoMarket(market))) },
      deployedBytes: { AaveGuard: aaveGuardRuntime.length, AaveFiller: aaveFillerRuntime.length, MorphoGuard: morphoGuardRuntime.length, MorphoFiller: morphoFillerRuntime.length, Keepers: keepersRuntime.length },
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

async function walletActions(market: AaveMarket): Promise<GasRows> {
  const loan = await market.openLoan(900);
  const guard = market.guard(loan.owner);
  const rows: Record<string, number> = {};
  const pair = [loan.owner.address, market.token('WETH'), market.token('DAI')] as const;
  rows['AaveGuard.activate, first of its pair'] = await used(market, async () => loan.activate({ debt: pair[2], prev: (await market.guard().getFunction('prevOf')(...pair)) as string }));
  rows['AaveGuard.activate, later'] = await used(market, async () => loan.activate());
  const own = await loan.terms();
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

/** The market of WETH against USDC at 86%. */
async function morphoActions(market: AaveMarket, morpho: MorphoMarket): Promise<GasRows> {
  let seed = 940;
  const fresh = async (): Promise<MorphoLoan> => {
    const loan = await morpho.openLoan(seed++);
    await market.setPrice('WETH', 2800);
    await morpho.fills.levelPools();
    return loan;
  };
  const rows: Record<string, number> = {};
  const wallet = await fresh();
  rows['MorphoGuard.activate, later'] = await used(market, async () => wallet.activate());
  await wallet.fund('USDC', usdc(10_000));
  await wallet.fund('WETH', weth(2));
  rows['MorphoGuard.repay, first of its market'] = await used(market, async () => wallet.act('repay', usdc(3000)));
  await market.setPrice('WETH', 2400);
  rows['MorphoGuard.repay, later'] = await used(market, async () => wallet.act('repay', usdc(2500)));
  await market.setPrice('WETH', 2000);
  rows['MorphoGuard.topUp, later'] = await used(market, async () => wallet.act('topUp', weth(1.5)));
  rows['MorphoGuard.revoke'] = await used(market, async () => market.sent(morpho.guard(wallet.owner), 'revoke', [wallet.mandate.marketId]));

  const capital = await fresh();
  rows['MorphoGuard.fill by the keeper, first of its market'] = await used(market, async () => capital.fillWithCapital({ max: usdc(4000) }));
  await market.setPrice('WETH', 2500);
  rows['MorphoGuard.fill by the keeper, later'] = await used(market, async () => capital.fillWithCapital({ max: usdc(5000) }));
  for (const lender of ['Aave', 'Morpho'] as const) {
    for (const [hops, path] of [['one hop', undefined], ['two hops', TWO_HOPS]] as const) {
      const loan = await fresh();
      const wish = { max: usdc(5000), costBps: 90n, lender: lender === 'Aave' ? 'aave' : 'morpho', ...(path === undefined ? {} : { hops: path }) } as const;
      rows[`MorphoFiller.fill, ${lender} lends, ${hops}`] = await used(market, async () => loan.fill(wish));
    }
  }
  const aimed = await fresh();
  rows['MorphoFiller.fillTowards, Morpho lends, one hop'] = await used(market, async () => aimed.fillTowards(hf(1.35), { max: usdc(8000), costBps: 90n }));
  const repaying = await fresh();
  await repaying.fund('USDC', usdc(5000));
  rows['MorphoFiller.repayTowards'] = await used(market, async () => repaying.repayTowards(hf(1.35), usdc(5000)));
  return rows;
}
