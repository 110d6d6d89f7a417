import { connect, parseAddressBook, type ChainBook, type ReadClient } from '@ballast/connectors';
import { freshAccounts, openLoan, startDevchain, tokenOf, type DevAccount, type Devchain, type TokenSymbol } from '@ballast/devchain';
import type { LendingPosition } from '@ballast/positions';
import { healthFactor } from '@ballast/risk';
import { address, chainId, type Address } from '@ballast/units';
import { Interface } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AaveV3Prices } from './aave-v3-prices.js';
import { AaveV3Reader } from './aave-v3-reader.js';

const tokenAbi = new Interface(['function mint(address,uint256)', 'function approve(address,uint256)', 'function deposit() payable']);
const poolAbi = new Interface([
  'function supply(address,uint256,address,uint16)',
  'function borrow(address,uint256,uint256,uint16,address)',
  'function setUserEMode(uint8)',
  'function setUserUseReserveAsCollateral(address,bool)',
  'function liquidationCall(address,address,address,uint256,bool)',
]);
const [plain, eMode, idle, liquidated, unpriced] = freshAccounts(7_001, 5) as [DevAccount, DevAccount, DevAccount, DevAccount, DevAccount];
const of = (account: DevAccount): Address => address(account.address);

let chain: Devchain;
let book: ChainBook;
let client: ReadClient;
let reader: AaveV3Reader;
let prices: AaveV3Prices;
const token = (symbol: TokenSymbol): Address => address(tokenOf(chain.deployment, symbol).address);
const now = () => 1_234;

/** Sends as the account, in a block of its own. */
async function act(account: DevAccount, to: string, abi: Interface, method: string, args: readonly unknown[], value = 0n): Promise<{ hash: string }> {
  const hash = await chain.sender(account).send({ to, abi, method, args }, { gasLimit: 1_500_000n, value });
  await chain.mining.mine();
  const receipt = await chain.sender(account).mined(hash, { to, abi, method, args });
  return { hash: receipt.hash };
}
const onPool = (account: DevAccount, method: string, args: readonly unknown[]) => act(account, book.aaveV3.pool, poolAbi, method, args);
async function setPrice(symbol: TokenSymbol, usdE8: bigint): Promise<void> {
  const time = (await chain.mining.chainTime()) + 12;
  await chain.feeds.set(symbol, usdE8, time);
  await chain.mining.mine(time);
}
async function readOne(account: DevAccount): Promise<LendingPosition> {
  const [position] = await reader.read([of(account)], await client.head());
  return position as LendingPosition;
}

/** Ours against the protocol's: it drops what is under one unit in 1e18 and in its average threshold of four digits. */
function expectSameHealth(position: LendingPosition): void {
  const ours = healthFactor(position);
  const theirs = position.reported.health;
  if (ours.kind !== 'ratio' || theirs.kind !== 'ratio') throw new Error('expected a ratio');
  const gap = ours.wad > theirs.wad ? ours.wad - theirs.wad : theirs.wad - ours.wad;
  expect(gap <= theirs.wad / 1_000_000_000n).toBe(true);
}

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
  client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: book.multicall3 });
  reader = new AaveV3Reader(client, book, now);
  prices = new AaveV3Prices(client, book);
  for (const account of [plain, liquidated, unpriced]) await openLoan(chain, account);
  await chain.mining.takeInHand();
});
afterAll(async () => {
  await chain?.stop();
});

describe('a loan on the real Aave v3.6', () => {
  it('is read with its collateral, debt, wallet and allowance, and the health that the pool itself reports', async () => {
    await act(plain, token('USDC'), tokenAbi, 'approve', [book.ballast.aaveGuard, 9_000_000_000n]);
    const position = await readOne(plain);
    expect(position.collaterals).toMatchObject([{ asset: { symbol: 'WETH', decimals: 18 }, liquidationThreshold: 8_250n, liquidationBonus: 500n, enabled: true, reserve: { active: true, frozen: false, paused: false } }]);
    expect(position.debts).toMatchObject([{ asset: { symbol: 'USDC', decimals: 6 } }]);
    expect(position.debts[0]?.amount).toBeGreaterThanOrEqual(20_000_000_000n);
    expect(position.wallet).toMatchObject([{ asset: { symbol: 'WETH' }, balance: 0n, allowance: 0n }, { asset: { symbol: 'USDC' }, balance: 15_000_000_000n, allowance: 9_000_000_000n }]);
    expect(position.provenance).toMatchObject({ chainId: chain.chainId, observedAt: 1_234 });
    expect(position.collaterals[0]?.valueUsdE8).toBe(position.reported.collateralUsdE8);
    expect(position.debts[0]?.valueUsdE8).toBe(position.reported.debtUsdE8);
    expectSameHealth(position);
  });

  it('says what the guard may take of the collateral, and whether anything can be borrowed against it', async () => {
    expect((await readOne(plain)).collaterals[0]).toMatchObject({ releasable: 0n, zeroLtv: false });
    const reserve = new Interface(['function getReserveAToken(address) view returns (address)']);
    const aToken = address(reserve.decodeFunctionResult('getReserveAToken', await client.callAt(await client.head(), book.aaveV3.pool, reserve.encodeFunctionData('getReserveAToken', [token('WETH')]) as `0x${string}`))[0] as string);
    await act(plain, aToken, tokenAbi, 'approve', [book.ballast.aaveGuard, 7n]);
    expect((await readOne(plain)).collaterals[0]).toMatchObject({ releasable: 7n });
  });

  it('is the same when asked for with others, in the order asked for; an account without a loan has no debt', async () => {
    const block = await client.head();
    const [none, loan] = await reader.read([of(idle), of(plain)], block);
    expect(none).toMatchObject({ account: of(idle), collaterals: [], debts: [], wallet: [], eMode: { kind: 'none' }, reported: { health: { kind: 'no-debt' } } });
    expect(loan).toEqual((await reader.read([of(plain)], block))[0]);
    expect(await reader.read([], block)).toEqual([]);
  });

  it('is read as it was at an earlier block', async () => {
    const before = await client.head();
    const old = (await reader.read([of(plain)], before))[0];
    await setPrice('WETH', 290_000_000_000n);
    expect((await readOne(plain)).collaterals[0]?.price).toMatchObject({ usdE8: 290_000_000_000n });
    expect((await reader.read([of(plain)], before))[0]).toEqual(old);
    await setPrice('WETH', 300_000_000_000n);
  });

  it('refuses a block that the chain does not have', async () => {
    const block = await client.head();
    await expect(reader.read([of(plain)], { ...block, hash: `0x${'1'.repeat(64)}` })).rejects.toMatchObject({ code: 'read-failed', disposition: 'retryable' });
  });

  it('in an e-mode category counts with the category\'s threshold and bonus, other collateral with its own', async () => {
    const whale = chain.accounts.whale;
    await chain.sender(whale).pay(eMode.address, 10n ** 20n);
    for (const symbol of ['wstETH', 'WBTC'] as const) await act(whale, token(symbol), tokenAbi, 'mint', [eMode.address, symbol === 'WBTC' ? 10n ** 7n : 10n ** 19n]);
    for (const symbol of ['wstETH', 'WBTC'] as const) {
      const amount = symbol === 'WBTC' ? 10n ** 7n : 10n ** 19n;
      await act(eMode, token(symbol), tokenAbi, 'approve', [book.aaveV3.pool, amount]);
      await onPool(eMode, 'supply', [token(symbol), amount, eMode.address, 0]);
    }
    await onPool(eMode, 'setUserEMode', [1]);
    await onPool(eMode, 'borrow', [token('WETH'), 10n ** 19n, 2, 0, eMode.address]);
    const position = await readOne(eMode);
    expect(position.eMode).toEqual({ kind: 'category', id: 1, label: 'ETH correlated' });
    const bySymbol = Object.fromEntries(position.collaterals.map((leg) => [leg.asset.symbol, leg]));
    expect(bySymbol['wstETH']).toMatchObject({ liquidationThreshold: 9_500n, liquidationBonus: 100n });
    expect(bySymbol['WBTC']).toMatchObject({ liquidationThreshold: 7_800n, liquidationBonus: 500n, asset: { decimals: 8 } });
    expectSameHealth(position);
  });

  it('shows collateral that its owner switched off, and does not count it', async () => {
    await onPool(eMode, 'setUserUseReserveAsCollateral', [token('WBTC'), false]);
    const position = await readOne(eMode);
    expect(position.collaterals.find((leg) => leg.asset.symbol === 'WBTC')).toMatchObject({ enabled: false });
    expectSameHealth(position);
  });
});

describe('prices', () => {
  it('carry the time at which the feed was updated, by the chain\'s clock', async () => {
    await setPrice('WETH', 301_000_000_000n);
    const updated = BigInt(await chain.mining.chainTime());
    await chain.mining.mine((await chain.mining.chainTime()) + 1_000);
    const position = await readOne(plain);
    const price = position.collaterals[0]?.price;
    expect(price).toMatchObject({ kind: 'price', usdE8: 301_000_000_000n, updatedAt: updated });
    expect(position.provenance.blockTimestamp - updated).toBe(1_000n);
  });

  it('are told back in time, oldest first, at most as many as asked for and none older than asked for', async () => {
    for (const usd of [302n, 303n, 304n]) await setPrice('WETH', usd * 1_000_000_000n);
    const all = await prices.history(token('WETH'), 0n, 1_000);
    expect(all.slice(-3).map((tick) => tick.usdE8)).toEqual([302_000_000_000n, 303_000_000_000n, 304_000_000_000n]);
    expect([...all].sort((a, b) => Number(a.at - b.at))).toEqual(all);
    expect(await prices.history(token('WETH'), 0n, 2)).toEqual(all.slice(-2));
    const since = all.at(-2)?.at ?? 0n;
    expect(await prices.history(token('WETH'), since, 1_000)).toEqual(all.slice(-2));
  });

  it('of a feed that follows another one are read the same way', async () => {
    expect((await prices.history(token('wstETH'), 0n, 1)).at(-1)?.usdE8).toBe(364_800_000_000n);
  });

  it('that the protocol does not have leave the asset unpriced, and the rest of the loan readable', async () => {
    await setPrice('WETH', 0n);
    const position = await readOne(unpriced);
    expect(position.collaterals).toMatchObject([{ price: { kind: 'no-price' }, valueUsdE8: 0n, asset: { symbol: 'WETH' } }]);
    expect(position.debts[0]?.price.kind).toBe('price');
    expect(position.reported).toMatchObject({ collateralUsdE8: 0n, debtUsdE8: 0n, health: { kind: 'ratio', wad: 0n } });
    await setPrice('WETH', 300_000_000_000n);
  });
});

describe('liquidations', () => {
  it('of watched accounts are seen with what was paid and seized, by block or range; those of others are not', async () => {
    const from = await client.head();
    await setPrice('WETH', 235_000_000_000n);
    const liquidator = chain.accounts.liquidator;
    await act(chain.accounts.whale, token('USDC'), tokenAbi, 'mint', [liquidator.address, 5_000_000_000n]);
    await act(liquidator, token('USDC'), tokenAbi, 'approve', [book.aaveV3.pool, 5_000_000_000n]);
    const { hash } = await onPool(liquidator, 'liquidationCall', [token('WETH'), token('USDC'), liquidated.address, 5_000_000_000n, false]);
    const block = await client.head();
    const [seen, ...more] = await reader.liquidations({ blockHash: block.hash }, [of(plain), of(liquidated)]);
    expect(more).toEqual([]);
    expect(seen).toMatchObject({ account: of(liquidated), collateral: { symbol: 'WETH' }, debt: { symbol: 'USDC', decimals: 6 }, debtCovered: 5_000_000_000n, transactionHash: hash, blockNumber: block.number });
    expect(seen?.collateralSeized).toBeGreaterThan(2_200_000_000_000_000_000n);
    expect(await reader.liquidations({ from: from.number, to: block.number }, [of(liquidated)])).toEqual([seen]);
    expect(await reader.liquidations({ from: from.number, to: block.number }, [of(plain)])).toEqual([]);
    expect(await reader.liquidations({ from: from.number, to: block.number }, [])).toEqual([]);
  });
});
