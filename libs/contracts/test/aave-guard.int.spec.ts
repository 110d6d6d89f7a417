import fc from 'fast-check';
import { Interface, MaxUint256, hexlify, type TransactionReceipt, type LogDescription } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aaveGuardAbi, hashMandate, isAaveGuardCode, isKeepersCode } from '../src/index.js';
import { AaveMarket, hf, usdc, weth, type Loan } from './aave-market.js';

// The guard on the real contracts of Aave v3.6, which the local chain carries.
let market: AaveMarket;
let seed = 0;
const newLoan = (...args: Parameters<Loan['terms']>): Promise<Loan> => market.openLoan(seed++, ...args);

beforeAll(async () => {
  market = await AaveMarket.start();
});
afterAll(async () => {
  await market?.chain.stop();
});

const events = new Interface(aaveGuardAbi);
function executedIn(receipt: TransactionReceipt): LogDescription {
  const found = receipt.logs.filter((log) => log.address.toLowerCase() === market.guardAddress).map((log) => events.parseLog(log)).filter((log) => log?.name === 'Executed');
  expect(found).toHaveLength(1);
  return found[0] as LogDescription;
}

/** What the guard itself holds, and may have taken from it, of both assets. */
async function leftInTheGuard(): Promise<bigint[]> {
  const pool = market.chain.deployment.aave.pool;
  const of = async (symbol: 'USDC' | 'WETH'): Promise<bigint[]> => [
    (await market.erc20(symbol).getFunction('balanceOf')(market.guardAddress)) as bigint,
    (await market.erc20(symbol).getFunction('allowance')(market.guardAddress, pool)) as bigint,
  ];
  return [...(await of('USDC')), ...(await of('WETH'))];
}

describe('the deployment', () => {
  it('carries this version of our contracts', async () => {
    expect(isAaveGuardCode(await market.provider.getCode(market.guardAddress))).toBe(true);
    expect(isKeepersCode(await market.provider.getCode(market.keepersAddress))).toBe(true);
    expect(isAaveGuardCode(await market.provider.getCode(market.keepersAddress))).toBe(false);
  });

  it("hashes mandates as ethers' typed data does, for any values", async () => {
    const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => hexlify(bytes));
    const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hexlify(bytes));
    const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
    const mandate = fc.record({
      owner: address, collateral: address, debt: address, actions: uint(8), triggerHf: uint(64), minHf: uint(64), maxHf: uint(64),
      maxCostBps: uint(16), fillPerDay: uint(128), keepers: address, expiry: uint(40), prev: word,
    });
    await fc.assert(
      fc.asyncProperty(mandate, async (given) => {
        expect(await market.guard().getFunction('hashMandate')(given)).toBe(hashMandate(market.chain.chainId, market.guardAddress, given));
      }),
      { numRuns: 40 },
    );
  });
});

describe('activating and revoking', () => {
  it("stores the mandate that the owner's wallet signed, under the hash that ethers computes", async () => {
    const loan = await newLoan();
    const hash = hashMandate(market.chain.chainId, market.guardAddress, loan.mandate);
    const { head, activeHash, seq } = await market.guard().getFunction('position')(loan.owner.address, loan.mandate.collateral, loan.mandate.debt);
    expect([head, activeHash, seq]).toEqual([hash, hash, 0n]);
  });

  it('lets anyone bring the revocation of everything, after which nothing executes', async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    const epoch = (await market.guard().getFunction('epochOf')(loan.owner.address)) as string;
    await market.sent(market.guard(market.keeper), 'revokeAllBySig', [loan.owner.address, await loan.signRevokeAll(epoch)]);
    expect(await loan.refusal('repay', 1n, usdc(3000))).toMatchObject({ name: 'EpochMoved' });
  });

  it('moves the chain of mandates to a head that nobody could foresee, another one in every block', async () => {
    const loan = await newLoan();
    const heads = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const receipt = await market.sent(market.guard(loan.owner), 'revoke', [loan.mandate.collateral, loan.mandate.debt]);
      const { head } = await market.guard().getFunction('position')(loan.owner.address, loan.mandate.collateral, loan.mandate.debt);
      heads.add(head as string);
      expect(BigInt((await market.provider.getBlock(receipt.blockNumber))?.parentHash ?? '0x0')).not.toBe(0n);
    }
    expect(heads.size).toBe(3);
    expect(await loan.refusal('repay', 1n, usdc(3000))).toMatchObject({ name: 'NotActive' });
  });
});

describe('REPAY on the real market', () => {
  it("moves USDC from the owner's wallet into the owner's debt, once, and keeps nothing", async () => {
    const loan = await newLoan();
    expect(await loan.refusal('repay', 1n, usdc(3000))).toMatchObject({ name: 'NotTriggered' });
    await market.setPrice('WETH', 2800);
    const before = await loan.standing();
    const receipt = await loan.act('repay', usdc(100), usdc(3000));
    const after = await loan.standing();

    const { args } = executedIn(receipt);
    expect(args.toObject()).toMatchObject({
      mandateHash: hashMandate(market.chain.chainId, market.guardAddress, loan.mandate), owner: loan.owner.address, executor: market.keeper.address,
      action: 2n, seq: 1n, debtRepaid: usdc(3000), collateralIn: 0n, collateralOut: 0n,
    });
    expect(args.hfBefore).toBeLessThan(hf(1.2));
    expect(args.hfAfter).toBeGreaterThanOrEqual(hf(1.21));
    expect(args.hfAfter).toBeLessThanOrEqual(hf(1.5));
    expect(before.walletUsdc - after.walletUsdc).toBe(usdc(3000));
    // Interest of a second or two runs between the two readings.
    expect(Number(before.debt - after.debt) / 1e6).toBeCloseTo(3000, 2);
    // A unit or two of the collateral's interest may have come in meanwhile; nothing went out.
    expect(after.collateral).toBeGreaterThanOrEqual(before.collateral);
    expect(await leftInTheGuard()).toEqual([0n, 0n, 0n, 0n]);
    expect(await loan.refusal('repay', 1n, usdc(3000))).toMatchObject({ name: 'NotTriggered' });
  });

  it('succeeds once when the same call is sent twice into one block', async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    const before = await loan.standing();
    const guard = market.guard(market.keeper);
    const nonce = await market.keeper.getNonce();
    const call = [loan.mandate, 1n, usdc(3000), (await market.now()) + 120];
    const hashes = [await market.send(guard, 'repay', call, { nonce }), await market.send(guard, 'repay', call, { nonce: nonce + 1 })];
    await market.chain.mining.mine();
    const receipts = await Promise.all(hashes.map((hash) => market.provider.getTransactionReceipt(hash)));
    expect(receipts.map((receipt) => receipt?.status)).toEqual([1, 0]);
    expect(new Set(receipts.map((receipt) => receipt?.blockNumber)).size).toBe(1);
    expect(before.walletUsdc - (await loan.standing()).walletUsdc).toBe(usdc(3000));
  });

  it('repays a debt in full above the band, also when a stranger repaid two units just before', async () => {
    const loan = await newLoan();
    await loan.leaveInWallet('USDC', usdc(30_000));
    await loan.approve('USDC', usdc(30_000));
    await market.setPrice('WETH', 2800);
    await market.give('USDC', market.keeper.address, usdc(1));
    await market.sent(market.erc20('USDC', market.keeper), 'approve', [market.chain.deployment.aave.pool, usdc(1)]);
    await market.sent(market.pool(market.keeper), 'repay', [market.token('USDC'), 2n, 2, loan.owner.address]);
    const { args } = executedIn(await loan.act('repay', usdc(19_000), MaxUint256));
    expect(args.hfAfter).toBe(MaxUint256);
    expect((await loan.standing()).debt).toBe(0n);
    expect(await leftInTheGuard()).toEqual([0n, 0n, 0n, 0n]);
  });

  it('may end below the band with all that the wallet holds, and with nothing less', async () => {
    const loan = await newLoan();
    await loan.leaveInWallet('USDC', usdc(500));
    await market.setPrice('WETH', 2800);
    expect(await loan.refusal('repay', 1n, usdc(500) - 1n)).toMatchObject({ name: 'BelowBand' });
    const { args } = executedIn(await loan.act('repay', 1n, usdc(3000)));
    expect(args.debtRepaid).toBe(usdc(500));
    expect(args.hfAfter).toBeLessThan(hf(1.21));
    expect((await loan.standing()).walletUsdc).toBe(0n);
    expect(await loan.refusal('repay', 1n, usdc(3000))).toMatchObject({ name: 'NothingToMove' });
  });

  it('takes a gift to the wallet along when it was asked for the target, where the balance that was seen would be refused', async () => {
    const loan = await newLoan();
    await loan.leaveInWallet('USDC', usdc(500));
    await market.setPrice('WETH', 2800);
    await market.give('USDC', loan.owner.address, 1n);
    expect(await loan.refusal('repay', 1n, usdc(500))).toMatchObject({ name: 'BelowBand' });
    const { args } = executedIn(await loan.act('repay', 1n, usdc(3000)));
    expect(args.debtRepaid).toBe(usdc(500) + 1n);
    expect(args.hfAfter).toBeLessThan(hf(1.21));
  });

  it('refuses an amount that would end above the band', async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    expect(await loan.refusal('repay', 1n, usdc(6000))).toMatchObject({ name: 'AboveBand' });
  });

  it('rescues a loan that is already below 1', async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2350);
    expect((await loan.standing()).health).toBeLessThan(hf(1));
    const { args } = executedIn(await loan.act('repay', 1n, usdc(4500)));
    expect(args.hfAfter).toBeGreaterThanOrEqual(hf(1.21));
  });

  it("accepts Aave's rounding for any amount, with months of interest in the index", async () => {
    const loan = await newLoan({ minHf: hf(1.2) + 1n, maxHf: hf(1.9) });
    await market.passTime(90 * 86_400);
    for (const odd of [1n, 777_777n, 333_333n, 999_999n, 123_457n, 654_321n]) {
      await loan.leaveInWallet('USDC', usdc(15_000));
      await loan.approve('USDC', usdc(15_000));
      await market.setPrice('WETH', 3000);
      await market.setPrice('WETH', 3000 * 1.15 / (Number((await loan.standing()).health) / 1e18));
      const { health, debt } = await loan.standing();
      const amount = debt - (debt * health) / hf(1.3) + odd;
      expect(executedIn(await loan.act('repay', amount, amount)).args.debtRepaid).toBe(amount);
    }
    expect(await leftInTheGuard()).toEqual([0n, 0n, 0n, 0n]);
  });

  it('is refused to whoever is not on the keepers list', async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    for (const account of [market.chain.accounts.deployer, market.chain.accounts.whale, market.chain.accounts.remover]) {
      expect(await loan.refusal('repay', 1n, usdc(3000), market.wallet(account))).toMatchObject({ name: 'NotKeeper' });
    }
    expect(await loan.refusal('repay', 1n, usdc(3000), loan.owner)).toMatchObject({ name: 'NotKeeper' });
  });
});

describe('TOP_UP on the real market', () => {
  it("moves WETH from the owner's wallet into the owner's collateral and keeps nothing", async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    const before = await loan.standing();
    const { args } = executedIn(await loan.act('topUp', 1n, weth(1.5)));
    const after = await loan.standing();
    expect(args.toObject()).toMatchObject({ action: 1n, seq: 1n, debtRepaid: 0n, collateralIn: weth(1.5), collateralOut: 0n });
    expect(before.walletWeth - after.walletWeth).toBe(weth(1.5));
    expect(after.collateral - before.collateral + 2n).toBeGreaterThanOrEqual(weth(1.5));
    expect(after.health).toBeGreaterThanOrEqual(hf(1.21));
    expect(await leftInTheGuard()).toEqual([0n, 0n, 0n, 0n]);
    expect(await loan.refusal('topUp', 1n, weth(1.5))).toMatchObject({ name: 'NotTriggered' });
  });

  it('is refused for a collateral that the owner switched off, where REPAY still works', async () => {
    const loan = await newLoan();
    await market.give('DAI', loan.owner.address, 40_000n * 10n ** 18n);
    await market.sent(market.erc20('DAI', loan.owner), 'approve', [market.chain.deployment.aave.pool, MaxUint256]);
    await market.sent(market.pool(loan.owner), 'supply', [market.token('DAI'), 30_000n * 10n ** 18n, loan.owner.address, 0]);
    await market.sent(market.pool(loan.owner), 'setUserUseReserveAsCollateral', [market.token('WETH'), false]);
    expect(await loan.refusal('topUp', 1n, weth(1))).toMatchObject({ name: 'CollateralNotEnabled' });
    executedIn(await loan.act('repay', 1n, usdc(2000)));
  });

  it('is refused into a reserve of which more than 95% is lent out', async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    const whale = market.wallet(market.chain.accounts.whale);
    await market.sent(market.pool(whale), 'borrow', [market.token('WETH'), weth(19_500), 2, 0, whale.address]);
    expect(await loan.refusal('topUp', 1n, weth(1.5))).toMatchObject({ name: 'ReserveDrained' });
    await market.sent(market.erc20('WETH', whale), 'approve', [market.chain.deployment.aave.pool, MaxUint256]);
    await market.give('WETH', whale.address, weth(10));
    await market.sent(market.pool(whale), 'repay', [market.token('WETH'), MaxUint256, 2, whale.address]);
    expect(await loan.refusal('topUp', 1n, weth(1.5))).toBeNull();
  });
});

describe("what Aave's governance may do meanwhile", () => {
  it("names Aave's own reason when a reserve is paused or frozen or full, and does what still works", async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    const configurator = market.configurator();
    const [wethAddress, usdcAddress] = [market.token('WETH'), market.token('USDC')];
    const during = async (method: string, asset: string, on: unknown, off: unknown, check: () => Promise<void>): Promise<void> => {
      await market.sent(configurator, method, [asset, on]);
      await check();
      await market.sent(configurator, method, [asset, off]);
    };
    const repay = () => loan.refusal('repay', 1n, usdc(3000));
    const topUp = () => loan.refusal('topUp', 1n, weth(1.5));

    await during('setReservePause', usdcAddress, true, false, async () => {
      expect(await repay()).toMatchObject({ source: 'venue', name: 'ReservePaused' });
      expect(await topUp()).toBeNull();
    });
    await during('setReserveFreeze', wethAddress, true, false, async () => {
      expect(await topUp()).toMatchObject({ source: 'venue', name: 'ReserveFrozen' });
      expect(await repay()).toBeNull();
    });
    // Thawing a reserve leaves the loan-to-value of zero that freezing gave it.
    await market.sent(configurator, 'setReserveLtvzero', [wethAddress, false]);
    await during('setSupplyCap', wethAddress, 1, 0, async () => {
      expect(await topUp()).toMatchObject({ source: 'venue', name: 'SupplyCapExceeded' });
      expect(await repay()).toBeNull();
    });
  });

  it("passes on Aave's refusal of an amount too small for its index", async () => {
    const loan = await newLoan();
    await market.passTime(30 * 86_400);
    await market.setPrice('WETH', 2800);
    await loan.leaveInWallet('USDC', 1n);
    expect(await loan.refusal('repay', 1n, usdc(3000))).toMatchObject({ source: 'venue', name: 'InvalidBurnAmount' });
  });
});

describe('a keeper removed from the list', () => {
  it('can do nothing any more', async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2800);
    expect(await loan.refusal('repay', 1n, usdc(3000))).toBeNull();
    await market.sent(market.keepers(market.wallet(market.chain.accounts.remover)), 'remove', [market.keeper.address]);
    expect(await loan.refusal('repay', 1n, usdc(3000))).toMatchObject({ name: 'NotKeeper' });
  });
});
