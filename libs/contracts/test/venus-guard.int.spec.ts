import { address, type Bps, type RawAmount, type Wad } from '@ballast/units';
import { encodeVenuePlan, healthDown, planVenue, type VenuePlan, type VenueTerms } from '@ballast/execution';
import fc from 'fast-check';
import { Interface, hexlify, type LogDescription, type TransactionReceipt } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRevert, hashMandate, isVenusGuardCode, venusGuardAbi, type MandateMessage } from '../src/index.js';
import { AaveMarket, hf, usdc, weth } from './aave-market.js';
import { VenusMarket, type VenusLoan } from './venus-market.js';

// Venus's guard on the real contracts of Venus 9.0.0, driven by the planner: what it reads and plans is what the guard does.
let market: AaveMarket;
let venus: VenusMarket;
let seed = 300;
const newLoan = (changes: Partial<MandateMessage> = {}): Promise<VenusLoan> => venus.openLoan(seed++, changes);
const events = new Interface(venusGuardAbi);

beforeAll(async () => {
  market = await AaveMarket.start();
  venus = await VenusMarket.on(market);
});
afterAll(async () => {
  await market?.chain.stop();
});

const termsOf = ({ mandate }: VenusLoan): VenueTerms => ({
  actions: Number(mandate.actions), triggerHf: mandate.triggerHf as Wad, minHf: mandate.minHf as Wad, maxHf: mandate.maxHf as Wad, maxCostBps: BigInt(mandate.maxCostBps) as Bps,
});

async function plan(loan: VenusLoan, target: number): Promise<VenuePlan> {
  const { maxRepay, maxTopUp } = await loan.preview();
  const none = 0n as RawAmount;
  // The preview clamps to the debt; the planner takes what the wallet gives.
  return planVenue(await venus.facts(loan.owner.address), termsOf(loan), { toRepay: maxRepay as RawAmount, toAdd: maxTopUp as RawAmount, maxFill: none, maxOut: none }, hf(target) as Wad);
}

async function call(loan: VenusLoan, planned: VenuePlan): Promise<{ readonly to: string; readonly data: string }> {
  return encodeVenuePlan({ guard: 'VenusGuard', address: address(venus.guardAddress), terms: loan.mandate }, planned, BigInt((await market.now()) + 120));
}

async function send(loan: VenusLoan, planned: VenuePlan): Promise<TransactionReceipt> {
  const { to, data } = await call(loan, planned);
  const sent = await market.keeper.sendTransaction({ to, data, gasLimit: 3_000_000n, maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n });
  await market.chain.mining.mine();
  const receipt = await market.provider.getTransactionReceipt(sent.hash);
  expect(receipt?.status).toBe(1);
  return receipt as TransactionReceipt;
}

function executedIn(receipt: TransactionReceipt): LogDescription {
  const found = receipt.logs.filter((log) => log.address.toLowerCase() === venus.guardAddress.toLowerCase()).map((log) => events.parseLog(log)).filter((log) => log?.name === 'Executed');
  expect(found).toHaveLength(1);
  return found[0] as LogDescription;
}

async function refusal(loan: VenusLoan, planned: VenuePlan): Promise<string | null> {
  try {
    await market.provider.send('eth_call', [{ from: market.keeper.address, ...(await call(loan, planned)) }, 'latest']);
    return null;
  } catch (error) {
    const found = error as { error?: { data?: string }; data?: string };
    return decodeRevert(found.error?.data ?? found.data ?? '0x').name;
  }
}

describe("Venus's guard on the real Venus", () => {
  it("has this version's code and hashes mandates as ethers' typed data does", async () => {
    expect(isVenusGuardCode(await market.provider.getCode(venus.guardAddress))).toBe(true);
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((value) => hexlify(value));
    const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
    const mandate = fc.record({
      owner: bytes(20), collateral: bytes(20), debt: bytes(20), actions: uint(8), triggerHf: uint(64), minHf: uint(64), maxHf: uint(64),
      maxCostBps: uint(16), fillPerDay: uint(128), keepers: bytes(20), expiry: uint(40), prev: bytes(32),
    });
    await fc.assert(fc.asyncProperty(mandate, async (given) => {
      expect(await venus.guard().getFunction('hashMandate')(given)).toBe(hashMandate(market.chain.chainId, venus.guardAddress, given, 'VenusGuard'));
    }), { numRuns: 20 });
  });

  it('finds the health that the planner works out, and the sign that Venus finds', async () => {
    const loan = await newLoan();
    for (const price of [3000, 2700, 2250.5, 2249, 1800]) {
      await venus.setPrice(price);
      const { health } = await loan.preview();
      expect(health).toBe(healthDown(await venus.facts(loan.owner.address)));
      const { shortfall } = await venus.comptroller().getFunction('getAccountLiquidity')(loan.owner.address);
      expect(health >= hf(1)).toBe(shortfall === 0n);
    }
  });

  it('repays what the planner asks for, once, into the band, and keeps nothing', async () => {
    const loan = await newLoan();
    expect(await plan(loan, 1.3)).toEqual({ action: 'none', reason: 'not-triggered' });
    await venus.setPrice(2700);
    const planned = await plan(loan, 1.35);
    expect(planned.action).toBe('repay');
    const receipt = await send(loan, planned);
    const { args } = executedIn(receipt);
    expect(args.toObject()).toMatchObject({ mandateHash: hashMandate(market.chain.chainId, venus.guardAddress, loan.mandate, 'VenusGuard'), owner: loan.owner.address, executor: market.keeper.address, action: 2n });
    // Interest of a block or two runs between the plan and the call.
    expect(Number(args.hfAfter as bigint) / 1e18).toBeCloseTo(1.35, 4);
    expect(await venus.leftInTheGuard()).toEqual([0n, 0n, 0n, 0n]);
    expect(await refusal(loan, planned)).toBe('NotTriggered');
  });

  it('adds collateral where the wallet has no debt tokens, and Venus counts it', async () => {
    const loan = await newLoan();
    await market.sent(market.erc20('USDC', loan.owner), 'approve', [venus.guardAddress, 0n]);
    await venus.setPrice(2700);
    const planned = await plan(loan, 1.35);
    expect(planned.action).toBe('top-up');
    const before = (await venus.comptroller().getFunction('getAccountLiquidity')(loan.owner.address)).liquidity as bigint;
    const { args } = executedIn(await send(loan, planned));
    expect(Number(args.hfAfter as bigint) / 1e18).toBeCloseTo(1.35, 4);
    const after = (await venus.comptroller().getFunction('getAccountLiquidity')(loan.owner.address)).liquidity as bigint;
    expect(Number(after - before) / 1e18).toBeCloseTo((Number(args.collateralIn as bigint) / 1e18) * 2700 * 0.8, 0);
    expect(await venus.leftInTheGuard()).toEqual([0n, 0n, 0n, 0n]);
  });

  it('saves a loan that is below one already, and repays a whole debt', async () => {
    const loan = await newLoan();
    await loan.fund('USDC', usdc(30_000));
    await venus.setPrice(2100);
    expect((await loan.preview()).health).toBeLessThan(hf(1));
    executedIn(await send(loan, await plan(loan, 1.3)));
    expect((await loan.preview()).health).toBeGreaterThanOrEqual(hf(1.26));
    await venus.setPrice(1800);
    const { args } = executedIn(await send(loan, { action: 'repay', min: 1n as RawAmount, max: usdc(30_000) as RawAmount }));
    expect(args.hfAfter).toBe(2n ** 256n - 1n);
    expect(await venus.leftInTheGuard()).toEqual([0n, 0n, 0n, 0n]);
  });

  it('does nothing for a key that is no keeper, or once the owner has revoked', async () => {
    const loan = await newLoan();
    await venus.setPrice(2700);
    const planned = await plan(loan, 1.35);
    await market.sent(venus.guard(loan.owner), 'revoke', [loan.mandate.collateral, loan.mandate.debt]);
    expect(await refusal(loan, planned)).toBe('NotActive');
    expect(await market.erc20('WETH').getFunction('balanceOf')(loan.owner.address)).toBe(weth(5));
  });
});
