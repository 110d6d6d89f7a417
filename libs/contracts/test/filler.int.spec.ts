import { Contract, Interface, MaxUint256, type LogDescription, type TransactionReceipt } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aaveFillerAbi, aaveGuardAbi, hashMandate, isAaveFillerCode, type MandateMessage } from '../src/index.js';
import { AaveMarket, hf, usdc, weth, type Loan } from './aave-market.js';
import { FillMarket, lenders, type Lender } from './fill-market.js';

// The filler on the real contracts of Aave v3.6, Uniswap v3 and Morpho Blue.
let market: AaveMarket;
let fills: FillMarket;
let seed = 500;
const newLoan = (changes: Partial<MandateMessage> = {}): Promise<Loan> => fills.openLoan(seed++, changes);

beforeAll(async () => {
  market = await AaveMarket.start();
  fills = new FillMarket(market);
});
afterAll(async () => {
  await market?.chain.stop();
});

const known = new Interface([...aaveGuardAbi, ...aaveFillerAbi.filter((entry) => entry.type === 'event')]);
function eventIn(receipt: TransactionReceipt, name: string): LogDescription {
  const found = receipt.logs.map((log) => known.parseLog(log)).filter((log) => log?.name === name);
  expect(found).toHaveLength(1);
  return found[0] as LogDescription;
}

async function balance(token: string, account: string): Promise<bigint> {
  return (await new Contract(token, ['function balanceOf(address) view returns (uint256)'], market.provider).getFunction('balanceOf')(account)) as bigint;
}

async function expectNothingLeft(mandate: MandateMessage): Promise<void> {
  for (const account of [fills.fillerAddress, market.guardAddress]) {
    expect((await fills.leftWith(account, mandate)).filter((amount) => amount !== 0n)).toEqual([]);
  }
}

/** The health at which the default mandate acts, with the pools at the same price. */
async function priceFalls(price: number): Promise<void> {
  await market.setPrice('WETH', price);
  await fills.levelPools();
}

describe('a whole fill', () => {
  it('is this version of our contract, for the guard and the router that were asked for', async () => {
    expect(isAaveFillerCode(await market.provider.getCode(fills.fillerAddress))).toBe(true);
    expect(((await fills.filler().getFunction('guard')()) as string).toLowerCase()).toBe(market.guardAddress);
    expect(await fills.filler().getFunction('isRouter')(market.chain.deployment.uniswap.swapRouter)).toBe(true);
  });

  it.each([['aave', usdc(2.5)], ['morpho', 0n]] as const)('saves a loan whose wallet is empty with a flash loan of %s, inside the band and the signed cost, and keeps nothing', async (lender, premium) => {
    const loan = await newLoan();
    await priceFalls(2800);
    const before = await loan.standing();
    const keeperHad = await balance(market.token('USDC'), market.keeper.address);
    const receipt = await fills.fill(loan, { max: usdc(5000), lender });
    const after = await loan.standing();

    const executed = eventIn(receipt, 'Executed').args;
    expect(executed.toObject()).toMatchObject({ owner: loan.owner.address, action: 4n, debtRepaid: usdc(5000) });
    expect((executed.executor as string).toLowerCase()).toBe(fills.fillerAddress);
    expect(executed.hfAfter).toBeGreaterThanOrEqual(hf(1.21));
    expect(executed.hfAfter).toBeLessThanOrEqual(hf(1.5));
    expect(after.health).toBeGreaterThanOrEqual(executed.hfAfter as bigint);
    expect(after.health).toBeLessThanOrEqual(hf(1.5));

    const filled = eventIn(receipt, 'Filled').args;
    expect(filled.toObject()).toMatchObject({
      mandateHash: hashMandate(market.chain.chainId, market.guardAddress, loan.mandate), keeper: market.keeper.address, premium, kept: usdc(5),
    });
    expect(filled.swappedOut).toBe((filled.surplus as bigint) + usdc(5000) + premium + usdc(5));
    expect(await balance(market.token('USDC'), market.keeper.address)).toBe(keeperHad + usdc(5));

    // What the owner gave, at the oracle's price, against what the debt fell by: at most 1% of what was repaid.
    const gaveUsd = ((before.collateral - after.collateral) * 2800n) / 10n ** 12n;
    const fell = before.debt - after.debt;
    expect(fell + usdc(0.01)).toBeGreaterThanOrEqual(usdc(5000) + (filled.surplus as bigint));
    expect(gaveUsd - fell).toBeLessThanOrEqual(usdc(50));
    expect([after.walletUsdc, after.walletWeth]).toEqual([0n, 0n]);
    await expectNothingLeft(loan.mandate);
  });

  it.each(Object.keys(lenders) as Lender[])('sells over two hops, with a loan of %s', async (lender) => {
    const loan = await newLoan();
    await priceFalls(2800);
    const { args } = eventIn(await fills.fill(loan, { max: usdc(5000), costBps: 90n, lender, hops: [[3000, 'DAI'], [100, 'USDC']] }), 'Filled');
    expect(args.kept).toBe(usdc(5));
    await expectNothingLeft(loan.mandate);
  });

  it('saves a loan that is already below 1', async () => {
    const loan = await newLoan();
    await priceFalls(2350);
    expect((await loan.standing()).health).toBeLessThan(hf(1));
    const { args } = eventIn(await fills.fill(loan, { max: usdc(13_500) }), 'Executed');
    expect(args.hfBefore).toBeLessThan(hf(1));
    expect(args.hfAfter).toBeGreaterThanOrEqual(hf(1.21));
    await expectNothingLeft(loan.mandate);
  });

  it('ends at the health it was aimed at, also when the price fell after it was planned', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const order = await fills.order(loan, { max: usdc(9_000), costBps: 90n });
    await priceFalls(2790);
    const aim = { health: hf(1.3), otherDebt: 0n, thresholdBps: 8_250, costBps: 90 };
    const { args } = eventIn(await market.sent(fills.filler(), 'fillTowards', [order, aim]), 'Executed');
    // What the collateral costs at the new price is less than was planned: a little above the aim, never below.
    expect(args.hfAfter).toBeGreaterThanOrEqual(hf(1.3));
    expect(args.hfAfter).toBeLessThan(hf(1.305));
    await expectNothingLeft(loan.mandate);
  });

  it('of the wallet ends at the health it was aimed at', async () => {
    const loan = await newLoan();
    await loan.leaveInWallet('USDC', usdc(6_000));
    await priceFalls(2800);
    const { args } = eventIn(await fills.repayTowards(loan, hf(1.3), usdc(6_000)), 'Executed');
    // Give or take the unit that Aave's rounding takes.
    expect(args.hfAfter).toBeGreaterThan(hf(1.3) - 10n ** 9n);
    expect(args.hfAfter).toBeLessThan(hf(1.3) + 10n ** 9n);
    expect(args.action).toBe(2n);
    await expectNothingLeft(loan.mandate);
  });

  it('happens once when the same order is sent twice into one block', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const order = await fills.order(loan, { max: usdc(5000) });
    const nonce = await market.keeper.getNonce();
    const hashes = [await market.send(fills.filler(), 'fill', [order], { nonce }), await market.send(fills.filler(), 'fill', [order], { nonce: nonce + 1 })];
    await market.chain.mining.mine();
    const receipts = await Promise.all(hashes.map((hash) => market.provider.getTransactionReceipt(hash)));
    expect(receipts.map((receipt) => receipt?.status)).toEqual([1, 0]);
    await expectNothingLeft(loan.mandate);
  });
});

describe('what strangers do', () => {
  it('a unit of each token sent to the filler is no obstacle and goes to the owner', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const whale = market.wallet(market.chain.accounts.whale);
    const aWeth = (await market.pool().getFunction('getReserveAToken')(market.token('WETH'))) as string;
    await market.give('USDC', whale.address, 1n);
    await market.give('WETH', whale.address, 1n);
    for (const token of [market.token('USDC'), market.token('WETH'), aWeth]) {
      await market.sent(new Contract(token, ['function transfer(address, uint256) returns (bool)'], whale), 'transfer', [fills.fillerAddress, 1n]);
    }
    await fills.fill(loan, { max: usdc(5000) });
    await expectNothingLeft(loan.mandate);
  });

  it('a loan taken for the filler by somebody else reverts', async () => {
    const pool = new Contract(market.chain.deployment.aave.pool, ['function flashLoanSimple(address receiver, address asset, uint256 amount, bytes data, uint16 referral)'], market.wallet(market.chain.accounts.whale));
    expect(await market.refusal(pool, 'flashLoanSimple', [fills.fillerAddress, market.token('USDC'), usdc(5000), '0x', 0])).toMatchObject({ source: 'filler', name: 'NotInitiator' });
  });

  it('a loan that somebody takes of Morpho never reaches the filler', async () => {
    const morpho = new Contract(market.chain.deployment.morpho.address, ['function flashLoan(address token, uint256 assets, bytes data)'], market.wallet(market.chain.accounts.whale));
    // It calls its caller back, who is a plain account here.
    expect(await market.refusal(morpho, 'flashLoan', [market.token('USDC'), usdc(5000), '0x'])).not.toBeNull();
    expect(await market.refusal(fills.filler(), 'onMorphoFlashLoan', [usdc(5000), '0x'])).toMatchObject({ source: 'filler', name: 'NotLender' });
  });

  it('ether left in the router pays for the sale, and the collateral goes to the owner', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const whale = market.wallet(market.chain.accounts.whale);
    const router = new Contract(market.chain.deployment.uniswap.swapRouter, ['function multicall(bytes[] data) payable returns (bytes[])', 'function refundETH() payable'], whale);
    await market.sent(router, 'multicall', [[]], weth(3));
    const { args } = eventIn(await fills.fill(loan, { max: usdc(5000) }), 'Filled');
    const { walletWeth } = await loan.standing();
    // Nothing of the collateral was sold, and yet the loan is paid back: the stranger paid.
    expect(args.swappedIn).toBe(0n);
    expect(args.swappedOut).toBeGreaterThan(usdc(5000));
    expect(walletWeth).toBeGreaterThan(weth(1.79));
    await expectNothingLeft(loan.mandate);
    await market.sent(router, 'refundETH', []);
  });

  it('two units repaid for the owner just before a full repayment do not stop it', async () => {
    const loan = await newLoan({ fillPerDay: usdc(30_000) });
    await priceFalls(2800);
    await market.give('USDC', market.keeper.address, 2n);
    await market.sent(market.erc20('USDC', market.keeper), 'approve', [market.chain.deployment.aave.pool, 2n]);
    await market.sent(market.pool(market.keeper), 'repay', [market.token('USDC'), 2n, 2, loan.owner.address]);
    const receipt = await fills.fill(loan, { max: usdc(20_100), costBps: 90n });
    const after = await loan.standing();
    expect(after.debt).toBe(0n);
    expect(after.walletUsdc).toBe(eventIn(receipt, 'Filled').args.surplus);
    expect(eventIn(receipt, 'Executed').args.hfAfter).toBe(MaxUint256);
    await expectNothingLeft(loan.mandate);
  });
});

describe('the surplus', () => {
  it('of one unit, which Aave does not count, goes to the wallet', async () => {
    await market.passTime(30 * 86_400);
    for (const symbol of market.chain.feeds.settable) await market.chain.feeds.set(symbol, (await market.chain.feeds.latest(symbol)).price, await market.now());
    const loan = await newLoan();
    await priceFalls(2800);
    const order = await fills.order(loan, { max: usdc(5000) });
    // The guard's rounding in aTokens may cost a unit of WETH: what is sold is what the receipt of a trial says.
    const state = (await market.provider.send('evm_snapshot', [])) as string;
    const trial = eventIn(await market.sent(fills.filler(), 'fill', [order]), 'Filled').args;
    await market.provider.send('evm_revert', [state]);
    const keeps = order.keeps + (trial.surplus as bigint) - 1n;
    const receipt = await market.sent(fills.filler(), 'fill', [{ ...order, keeps }]);
    expect(eventIn(receipt, 'Filled').args.toObject()).toMatchObject({ kept: keeps, surplus: 1n });
    expect((await loan.standing()).walletUsdc).toBe(1n);
    await expectNothingLeft(loan.mandate);
  });

  it('is the keeper\'s to ask for, down to the last unit and no further', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const order = await fills.order(loan, { max: usdc(5000) });
    const state = (await market.provider.send('evm_snapshot', [])) as string;
    const trial = eventIn(await market.sent(fills.filler(), 'fill', [order]), 'Filled').args;
    await market.provider.send('evm_revert', [state]);
    const keeps = order.keeps + (trial.surplus as bigint);
    expect(await market.refusal(fills.filler(), 'fill', [{ ...order, keeps: keeps + 1n }])).toMatchObject({ source: 'message', args: { 0: 'Too little received' } });
    await market.sent(fills.filler(), 'fill', [{ ...order, keeps }]);
    await expectNothingLeft(loan.mandate);
  });
});

describe('when it does not go', () => {
  it("the guard's, the venue's and the lender's reasons come through", async () => {
    const loan = await newLoan();
    const refusal = async (changes: object = {}) => market.refusal(fills.filler(), 'fill', [{ ...(await fills.order(loan, { max: usdc(5000) })), ...changes }]);
    expect(await refusal()).toMatchObject({ source: 'guard', name: 'NotTriggered' });
    await priceFalls(2800);
    expect(await refusal()).toBeNull();
    expect(await refusal({ out: weth(2) })).toMatchObject({ source: 'guard', name: 'CostTooHigh' });
    expect(await refusal({ lender: 2 })).toMatchObject({ source: 'filler', name: 'UnknownLender' });
    // More than Morpho has.
    expect(await refusal({ lender: 1, max: usdc(20_000_000) })).toMatchObject({ source: 'message' });
    await market.sent(market.configurator(), 'setReservePause', [market.token('WETH'), true]);
    expect(await refusal()).toMatchObject({ source: 'venue', name: 'ReservePaused' });
    await market.sent(market.configurator(), 'setReservePause', [market.token('WETH'), false]);
    expect(await refusal()).toBeNull();
  });

  it("a reserve that cannot pay out leaves the keeper's own capital", async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const whale = market.wallet(market.chain.accounts.whale);
    const liquid = (await new Contract(market.chain.deployment.aave.pool, ['function getVirtualUnderlyingBalance(address) view returns (uint128)'], market.provider).getFunction('getVirtualUnderlyingBalance')(market.token('WETH'))) as bigint;
    await market.sent(market.pool(whale), 'borrow', [market.token('WETH'), liquid - weth(1), 2, 0, whale.address]);
    expect(await market.refusal(fills.filler(), 'fill', [await fills.order(loan, { max: usdc(5000) })])).not.toBeNull();
    const { args } = eventIn(await fills.fillWithCapital(loan, { max: usdc(5000) }), 'Executed');
    expect(args.toObject()).toMatchObject({ executor: market.keeper.address, debtRepaid: usdc(5000) });
    await expectNothingLeft(loan.mandate);
    await market.sent(market.erc20('WETH', whale), 'approve', [market.chain.deployment.aave.pool, MaxUint256]);
    await market.give('WETH', whale.address, weth(10));
    await market.sent(market.pool(whale), 'repay', [market.token('WETH'), MaxUint256, 2, whale.address]);
  });
});

describe('a keeper removed from the list', () => {
  it('cannot use the filler any more, nor can it make the filler remove itself', async () => {
    const loan = await newLoan();
    await priceFalls(2800);
    const order = await fills.order(loan, { max: usdc(5000) });
    expect(await market.refusal(fills.filler(), 'fill', [order])).toBeNull();
    expect(await market.refusal(fills.filler(), 'fill', [{ ...order, router: market.keepersAddress }])).toMatchObject({ name: 'UnknownRouter' });
    await market.sent(market.keepers(market.wallet(market.chain.accounts.remover)), 'remove', [market.keeper.address]);
    expect(await market.refusal(fills.filler(), 'fill', [order])).toMatchObject({ name: 'NotKeeper' });
    expect(await market.refusal(market.guard(market.keeper), 'fill', [order.m, order.min, order.max, order.out, order.deadline])).toMatchObject({ name: 'NotKeeper' });
  });
});
