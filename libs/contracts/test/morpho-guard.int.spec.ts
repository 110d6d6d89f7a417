import { address, type Bps, type RawAmount, type Wad } from '@ballast/units';
import { encodeVenuePlan, healthDown, morphoLoan, planVenue, type VenuePlan, type VenueTerms } from '@ballast/execution';
import fc from 'fast-check';
import { Contract, Interface, hexlify, type LogDescription, type TransactionReceipt } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRevert, hashMorphoMandate, hashRevokeAll, morphoGuardAbi, type MorphoMandateMessage } from '../src/index.js';
import { AaveMarket, hf, usdc, weth } from './aave-market.js';
import { MorphoMarket, type MorphoLoan } from './morpho-market.js';

// Morpho's guard on the real Morpho Blue, driven by the planner: what it reads and plans is what the guard does.
let market: AaveMarket;
let morpho: MorphoMarket;
let seed = 800;
const newLoan = (changes: Partial<MorphoMandateMessage> = {}): Promise<MorphoLoan> => morpho.openLoan(seed++, changes);
const events = new Interface(morphoGuardAbi);

beforeAll(async () => {
  market = await AaveMarket.start();
  morpho = new MorphoMarket(market);
});
afterAll(async () => {
  await market?.chain.stop();
});

const reading = new Interface([
  'function position(bytes32 id, address user) view returns (uint256 supplyShares, uint128 borrowShares, uint128 collateral)',
  'function market(bytes32 id) view returns (uint128 totalSupplyAssets, uint128 totalSupplyShares, uint128 totalBorrowAssets, uint128 totalBorrowShares, uint128 lastUpdate, uint128 fee)',
  'function accrueInterest((address loanToken, address collateralToken, address oracle, address irm, uint256 lltv) params)',
  'function liquidate((address loanToken, address collateralToken, address oracle, address irm, uint256 lltv) params, address borrower, uint256 seized, uint256 shares, bytes data) returns (uint256, uint256)',
]);
const blue = (): Contract => new Contract(market.chain.deployment.morpho.address, reading, market.keeper);

/** The loan as the planner reads it, with the market's interest brought up to the latest block first. */
async function facts(loan: MorphoLoan): Promise<ReturnType<typeof morphoLoan>> {
  const { params } = morpho;
  await market.sent(blue(), 'accrueInterest', [params]);
  const { borrowShares, collateral } = await blue().getFunction('position')(params.id, loan.owner.address);
  const { totalBorrowAssets, totalBorrowShares } = await blue().getFunction('market')(params.id);
  const price = (await new Contract(params.oracle, ['function price() view returns (uint256)'], market.provider).getFunction('price')()) as bigint;
  return morphoLoan({ borrowShares: borrowShares as bigint, collateral: collateral as bigint, totalBorrowAssets: totalBorrowAssets as bigint, totalBorrowShares: totalBorrowShares as bigint, price, lltv: BigInt(params.lltv) });
}

const termsOf = ({ mandate }: MorphoLoan): VenueTerms => ({
  actions: Number(mandate.actions), triggerHf: mandate.triggerHf as Wad, minHf: mandate.minHf as Wad, maxHf: mandate.maxHf as Wad, maxCostBps: BigInt(mandate.maxCostBps) as Bps,
});

async function plan(loan: MorphoLoan, target: number): Promise<VenuePlan> {
  const { maxRepay, maxTopUp, maxFill, maxOut } = await morpho.guard().getFunction('preview')(loan.mandate);
  const funds = { toRepay: maxRepay as RawAmount, toAdd: maxTopUp as RawAmount, maxFill: maxFill as RawAmount, maxOut: maxOut as RawAmount };
  return planVenue(await facts(loan), termsOf(loan), funds, hf(target) as Wad);
}

async function call(loan: MorphoLoan, planned: VenuePlan): Promise<{ readonly to: string; readonly data: string }> {
  return encodeVenuePlan({ guard: 'MorphoGuard', address: address(morpho.guardAddress), terms: loan.mandate }, planned, BigInt((await market.now()) + 120));
}

/** For a fill the keeper pays with tokens of its own: the capital lane. */
async function send(loan: MorphoLoan, planned: VenuePlan): Promise<LogDescription> {
  if (planned.action === 'fill') {
    await market.give('USDC', market.keeper.address, planned.max);
    await market.sent(market.erc20('USDC', market.keeper), 'approve', [morpho.guardAddress, planned.max]);
  }
  const { to, data } = await call(loan, planned);
  const sent = await market.keeper.sendTransaction({ to, data, gasLimit: 3_000_000n, maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n });
  await market.chain.mining.mine();
  const receipt = await market.provider.getTransactionReceipt(sent.hash);
  expect(receipt?.status).toBe(1);
  return executedIn(receipt as TransactionReceipt);
}

function executedIn(receipt: TransactionReceipt): LogDescription {
  const found = receipt.logs.filter((log) => log.address.toLowerCase() === morpho.guardAddress).map((log) => events.parseLog(log)).filter((log) => log?.name === 'Executed');
  expect(found).toHaveLength(1);
  return found[0] as LogDescription;
}

async function refusal(loan: MorphoLoan, planned: VenuePlan): Promise<{ readonly name: string; readonly args: Readonly<Record<string, string>> } | null> {
  try {
    await market.provider.send('eth_call', [{ from: market.keeper.address, ...(await call(loan, planned)) }, 'latest']);
    return null;
  } catch (error) {
    const found = error as { error?: { data?: string }; data?: string };
    return decodeRevert(found.error?.data ?? found.data ?? '0x');
  }
}

const nothingLeft = async (loan: MorphoLoan): Promise<void> => expect((await loan.leftWith(morpho.guardAddress)).filter((amount) => amount !== 0n)).toEqual([]);

describe("Morpho's guard on the real Morpho Blue", () => {
  it("hashes mandates as ethers' typed data does, and the revocation of everything", async () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((value) => hexlify(value));
    const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
    const mandate = fc.record({
      owner: bytes(20), marketId: bytes(32), actions: uint(8), triggerHf: uint(64), minHf: uint(64), maxHf: uint(64), maxCostBps: uint(16), fillPerDay: uint(128), keepers: bytes(20), expiry: uint(40), prev: bytes(32),
    });
    await fc.assert(fc.asyncProperty(mandate, async (given) => {
      expect(await morpho.guard().getFunction('hashMandate')(given)).toBe(hashMorphoMandate(market.chain.chainId, morpho.guardAddress, given));
    }), { numRuns: 20 });

    const loan = await newLoan();
    const epoch = (await morpho.guard().getFunction('epochOf')(loan.owner.address)) as string;
    const signature = loan.owner.signingKey.sign(hashRevokeAll(market.chain.chainId, morpho.guardAddress, loan.owner.address, epoch, 'MorphoGuard')).serialized;
    await market.sent(morpho.guard(), 'revokeAllBySig', [loan.owner.address, signature]);
    await market.setPrice('WETH', 2800);
    expect(await refusal(loan, { action: 'repay', min: 1n as RawAmount, max: usdc(1) as RawAmount })).toMatchObject({ name: 'EpochMoved' });
  });

  it('finds the health that the planner works out, and Morpho liquidates exactly below one', async () => {
    const loan = await newLoan();
    for (const price of [3000, 2700, 2330, 2320, 2000]) {
      await market.setPrice('WETH', price);
      const planned = healthDown(await facts(loan)) as bigint;
      const { health } = await loan.standing();
      // Both read at the accrual's block, or a second's interest later.
      expect(Number(planned - health) / 1e18).toBeCloseTo(0, 7);
      const attempt = blue().getFunction('liquidate').staticCall(morpho.params, loan.owner.address, weth(0.001), 0, '0x');
      const why = await attempt.then(() => 'went through', (error: unknown) => String((error as Error).message));
      expect(why.includes('position is healthy')).toBe(health >= hf(1));
    }
  });

  it('repays what the planner asks for, once, into the band, and keeps nothing', async () => {
    const loan = await newLoan();
    await loan.fund('USDC', usdc(15_000));
    expect(await plan(loan, 1.3)).toEqual({ action: 'none', reason: 'not-triggered' });
    await market.setPrice('WETH', 2800);
    const planned = await plan(loan, 1.35);
    expect(planned.action).toBe('repay');
    const { args } = await send(loan, planned);
    expect(args.toObject()).toMatchObject({ mandateHash: hashMorphoMandate(market.chain.chainId, morpho.guardAddress, loan.mandate), owner: loan.owner.address, executor: market.keeper.address, action: 2n });
    expect(Number(args.hfAfter as bigint) / 1e18).toBeCloseTo(1.35, 5);
    await nothingLeft(loan);
    expect(await refusal(loan, planned)).toMatchObject({ name: 'NotTriggered' });
  });

  it("fills with the keeper's own tokens what the planner asks for, at the signed cost, when the wallet is empty", async () => {
    const loan = await newLoan();
    await market.setPrice('WETH', 2700);
    const before = await loan.standing();
    const planned = await plan(loan, 1.3);
    if (planned.action !== 'fill') throw new Error(`expected a fill, got ${planned.action}`);
    const { args } = await send(loan, planned);
    expect(Number(args.hfAfter as bigint) / 1e18).toBeCloseTo(1.3, 5);
    expect([args.debtRepaid, args.collateralOut]).toEqual([planned.max, planned.out]);
    const after = await loan.standing();
    expect(before.collateral - after.collateral).toBe(planned.out);
    // 1% beyond what was repaid, and not a dollar more.
    const cost = Number(planned.out) / 1e18 * 2700 - Number(planned.max) / 1e6;
    expect(cost / (Number(planned.max) / 1e6)).toBeCloseTo(0.01, 6);
    await nothingLeft(loan);
  });

  it('adds collateral where nothing else may be done', async () => {
    const loan = await newLoan({ actions: 3 });
    await loan.fund('WETH', weth(5));
    await market.setPrice('WETH', 2700);
    const planned = await plan(loan, 1.35);
    expect(planned.action).toBe('top-up');
    const { args } = await send(loan, planned);
    expect(Number(args.hfAfter as bigint) / 1e18).toBeCloseTo(1.35, 5);
    await nothingLeft(loan);
  });

  it('saves a loan that is below one already by a fill large enough, and says what is in the way of a small one', async () => {
    const loan = await newLoan({ fillPerDay: usdc(20_000) });
    await market.setPrice('WETH', 2310);
    expect((await loan.standing()).health).toBeLessThan(hf(1));
    const small = { action: 'fill', min: 1n as RawAmount, max: usdc(50) as RawAmount, out: weth(0.0218) as RawAmount } as const;
    await market.give('USDC', market.keeper.address, small.max);
    await market.sent(market.erc20('USDC', market.keeper), 'approve', [morpho.guardAddress, small.max]);
    expect((await refusal(loan, small))?.args).toMatchObject({ 0: 'insufficient collateral' });
    const planned = await plan(loan, 1.3);
    expect(planned.action).toBe('fill');
    const { args } = await send(loan, planned);
    expect(args.hfAfter).toBeGreaterThanOrEqual(hf(1.26));
    await nothingLeft(loan);
  });
});
