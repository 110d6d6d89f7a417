import { Interface, MaxUint256, type LogDescription, type TransactionReceipt } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashMorphoMandate, isMorphoFillerCode, isMorphoGuardCode, morphoFillerAbi, morphoGuardAbi, type MorphoMandateMessage } from '../src/index.js';
import { AaveMarket, hf, usdc } from './aave-market.js';
import { lenders, type Lender } from './fill-market.js';
import { MorphoMarket, type MorphoLoan } from './morpho-market.js';

// Morpho's guard and filler on the real contracts of Morpho Blue, Aave v3.6 and Uniswap v3.
let market: AaveMarket;
let morpho: MorphoMarket;
let seed = 700;
const newLoan = (changes: Partial<MorphoMandateMessage> = {}): Promise<MorphoLoan> => morpho.openLoan(seed++, changes);

beforeAll(async () => {
  market = await AaveMarket.start();
  morpho = new MorphoMarket(market);
});
afterAll(async () => {
  await market?.chain.stop();
});

const known = new Interface([...morphoGuardAbi, ...morphoFillerAbi.filter((entry) => entry.type === 'event')]);
function eventIn(receipt: TransactionReceipt, name: string): LogDescription {
  const found = receipt.logs.map((log) => known.parseLog(log)).filter((log) => log?.name === name);
  expect(found).toHaveLength(1);
  return found[0] as LogDescription;
}

async function expectNothingLeft(loan: MorphoLoan): Promise<void> {
  for (const account of [morpho.fillerAddress, morpho.guardAddress]) {
    expect((await loan.leftWith(account)).filter((amount) => amount !== 0n)).toEqual([]);
  }
}

async function priceFalls(price: number): Promise<void> {
  await market.setPrice('WETH', price);
  await morpho.fills.levelPools();
}

describe("Morpho's filler", () => {
  it('is this version of our contract, as its guard is', async () => {
    expect(isMorphoFillerCode(await market.provider.getCode(morpho.fillerAddress))).toBe(true);
    expect(isMorphoGuardCode(await market.provider.getCode(morpho.guardAddress))).toBe(true);
  });

  it.each([['aave', usdc(2.5)], ['morpho', 0n]] as const)('saves a loan with a flash loan of %s, inside the band and the signed cost, and keeps nothing', async (lender, premium) => {
    const loan = await newLoan();
    await priceFalls(2800);
    const before = await loan.standing();
    const receipt = await loan.fill({ max: usdc(5000), lender });
    const after = await loan.standing();

    const executed = eventIn(receipt, 'Executed').args;
    expect(executed.toObject()).toMatchObject({ owner: loan.owner.address, action: 4n, debtRepaid: usdc(5000) });
    expect((executed.executor as string).toLowerCase()).toBe(morpho.fillerAddress);
    expect(executed.hfAfter).toBeGreaterThanOrEqual(hf(1.26));
    expect(executed.hfAfter).toBeLessThanOrEqual(hf(1.5));
    const filled = eventIn(receipt, 'Filled').args;
    expect(filled.toObject()).toMatchObject({ mandateHash: hashMorphoMandate(market.chain.chainId, morpho.guardAddress, loan.mandate), premium, kept: usdc(5), swappedIn: executed.collateralOut });
    expect(before.collateral - after.collateral).toBe(executed.collateralOut);
    expect(after.health).toBeGreaterThanOrEqual(executed.hfAfter as bigint);

    const gaveUsd = ((before.collateral - after.collateral) * 2800n) / 10n ** 12n;
    const fell = before.debt - after.debt;
    expect(fell + usdc(0.01)).toBeGreaterThanOrEqual(usdc(5000) + (filled.surplus as bigint));
    expect(gaveUsd - fell).toBeLessThanOrEqual(usdc(50));
    expect(after.walletUsdc).toBe(0n);
    await expectNothingLeft(loan);
  });

  it.each(Object.keys(lenders) as Lender[])('sells over two hops, with a loan of %s', async (lender) => {
    const loan = await newLoan();
    await priceFalls(2800);
    await loan.fill({ max: usdc(5000), costBps: 90n, lender, hops: [[3000, 'DAI'], [100, 'USDC']] });
    await expectNothingLeft(loan);
  });

  it('repays a debt in full, and hands the owner what the sale brought beyond it', async () => {
    const loan = await newLoan({ fillPerDay: usdc(30_000) });
    await priceFalls(2800);
    const receipt = await loan.fill({ max: usdc(20_100), costBps: 90n });
    const after = await loan.standing();
    expect(eventIn(receipt, 'Executed').args.hfAfter).toBe(MaxUint256);
    expect([after.debt, after.walletUsdc]).toEqual([0n, eventIn(receipt, 'Filled').args.surplus]);
    await expectNothingLeft(loan);
  });

  it('repays with the surplus what the guard left of the debt, in full, and hands the owner the rest', async () => {
    const loan = await newLoan({ fillPerDay: usdc(30_000), maxHf: hf(18), maxCostBps: 500 });
    await priceFalls(2800);
    const receipt = await loan.fill({ max: usdc(19_600), costBps: 480n });
    const { args } = eventIn(receipt, 'Executed');
    expect(args.debtRepaid).toBe(usdc(19_600));
    expect(args.hfAfter).toBeLessThan(hf(18));
    const after = await loan.standing();
    expect(after.debt).toBe(0n);
    expect(after.walletUsdc).toBeGreaterThan(usdc(100));
    expect(eventIn(receipt, 'Filled').args.surplus).toBeGreaterThan(after.walletUsdc + usdc(399));
    await expectNothingLeft(loan);
  });

  it('aims at a health, by a fill and by a repayment from the wallet', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const filled = eventIn(await loan.fillTowards(hf(1.35), { max: usdc(9_000) }), 'Executed').args;
    expect(filled.hfAfter).toBeGreaterThan(hf(1.35) - 10n ** 9n);
    expect(filled.hfAfter).toBeLessThan(hf(1.351));
    await priceFalls(2500);
    await loan.fund('USDC', usdc(6_000));
    const repaid = eventIn(await loan.repayTowards(hf(1.35), usdc(6_000)), 'Executed').args;
    expect(repaid.action).toBe(2n);
    expect(repaid.hfAfter).toBeGreaterThan(hf(1.35) - 10n ** 9n);
    expect(repaid.hfAfter).toBeLessThan(hf(1.35) + 10n ** 9n);
    await expectNothingLeft(loan);
  });

  it('hands a unit of a stranger to the owner', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const whale = market.wallet(market.chain.accounts.whale);
    for (const symbol of ['USDC', 'WETH'] as const) {
      await market.give(symbol, whale.address, 1n);
      await market.sent(market.erc20(symbol, whale), 'transfer', [morpho.fillerAddress, 1n]);
    }
    await loan.fill({ max: usdc(5000), lender: 'aave' });
    await expectNothingLeft(loan);
  });

  it('does nothing without the authorisation, and says so in the words of the guard', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    await market.sent(morpho.morpho(loan.owner), 'setAuthorization', [morpho.guardAddress, false]);
    expect(await market.refusal(morpho.filler(), 'fill', [await loan.order({ max: usdc(5000) })])).toMatchObject({ source: 'guard', name: 'NothingReleasable' });
  });

  it('takes no order of a keeper that was removed', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const order = await loan.order({ max: usdc(5000) });
    expect(await market.refusal(morpho.filler(), 'fill', [order])).toBeNull();
    await market.sent(market.keepers(market.wallet(market.chain.accounts.remover)), 'remove', [market.keeper.address]);
    expect(await market.refusal(morpho.filler(), 'fill', [order])).toMatchObject({ name: 'NotKeeper' });
  });
});
