import { openBorrowers, setVenusPrices, startDevchain, tokenOf, type Borrower, type Devchain, type TokenSymbol } from '@ballast/devchain';
import { connect, parseAddressBook, type ReadClient } from '@ballast/connectors';
import { figuresOf, venueReaders, type RefreshingReader } from '@ballast/readers';
import type { BlockRef, LendingPosition } from '@ballast/positions';
import { address, chainId, type Address } from '@ballast/units';
import { Interface, MaxUint256 } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAnybody } from './as-anybody.js';

const token = new Interface(['function approve(address,uint256)', 'function transfer(address,uint256)']);
const pool = new Interface(['function withdraw(address,uint256,address)', 'function repay(address,uint256,uint256,address)', 'function setUserUseReserveAsCollateral(address,bool)']);
const morpho = new Interface(['function setAuthorization(address,bool)', 'function repay((address,address,address,address,uint256),uint256,uint256,address,bytes)']);
const vToken = new Interface(['function borrow(uint256)', 'function redeem(uint256)']);
const COUNT = 45;

let chain: Devchain;
let client: ReadClient;
let borrowers: Borrower[];
let accounts: Address[];
let kept: readonly RefreshingReader[];
let book: ReturnType<typeof parseAddressBook>;
let seed = 20_261_126;
const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
const oneOf = <T>(list: readonly T[]): T => list[random(list.length)] as T;

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  await chain.mining.takeInHand();
  borrowers = await openBorrowers(chain, COUNT, 11);
  accounts = borrowers.map((one) => address(one.address));
  book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
  client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: book.multicall3 });
  kept = venueReaders(client, book, Date.now);
});
afterAll(() => chain?.stop());

/** One thing that a borrower, or anybody, does; what the protocol refuses changes nothing. */
async function something(): Promise<void> {
  const { address: who, plan } = oneOf(borrowers);
  const { aave, morpho: blue, venus } = chain.deployment;
  const at = (symbol: TokenSymbol): string => tokenOf(chain.deployment, symbol).address;
  await asAnybody(chain, async (send) => {
    const act = (to: string, data: string) => send(who, to, data).then(() => undefined, () => undefined);
    if (random(4) === 0) return act(at(oneOf(['USDC', 'DAI', 'WETH'])), token.encodeFunctionData('approve', [oneOf([book.ballast.aaveGuard, book.ballast.morphoGuard as string, book.ballast.venusGuard as string]), random(1_000_000)]));
    if (random(4) === 0) return act(at('USDC'), token.encodeFunctionData('transfer', [oneOf(borrowers).address, random(1_000)]));
    if (plan.protocol === 'aave-v3') {
      const asset = at(oneOf([...plan.collaterals, ...plan.debts]).symbol);
      await act(asset, token.encodeFunctionData('approve', [aave.pool, MaxUint256]));
      return act(aave.pool, oneOf([pool.encodeFunctionData('withdraw', [asset, 1_000, who]), pool.encodeFunctionData('repay', [asset, 1_000, 2, who]), pool.encodeFunctionData('setUserUseReserveAsCollateral', [asset, random(2) === 0])]));
    }
    if (plan.protocol === 'venus') {
      const { WETH, USDC } = venus.vTokens;
      return act(oneOf([WETH, USDC]), oneOf([vToken.encodeFunctionData('borrow', [1_000]), vToken.encodeFunctionData('redeem', [10])]));
    }
    const { loanToken, collateralToken, oracle, irm, lltv } = blue.markets[plan.market] as (typeof blue.markets)[number];
    await act(loanToken, token.encodeFunctionData('approve', [blue.address, MaxUint256]));
    return act(blue.address, oneOf([morpho.encodeFunctionData('setAuthorization', [book.ballast.morphoGuard, random(2) === 0]), morpho.encodeFunctionData('repay', [[loanToken, collateralToken, oracle, irm, lltv], 1_000, 0, who, '0x'])]));
  });
}

async function movePrices(): Promise<void> {
  const symbol = oneOf(['WETH', 'WBTC'] as const);
  const { price } = await chain.feeds.latest(symbol);
  await chain.feeds.set(symbol, (price * BigInt(985 + random(30))) / 1_000n, await chain.mining.chainTime());
  await setVenusPrices(chain);
}

async function nextBlock(): Promise<void> {
  for (let deeds = random(4); deeds > 0; deeds -= 1) await something();
  if (random(3) === 0) await movePrices();
  await chain.mining.mine();
}

const read = async (readers: readonly RefreshingReader[], block: BlockRef): Promise<readonly LendingPosition[]> => (await Promise.all(readers.map((reader) => reader.read(accounts, block)))).flat();
const sorted = (positions: readonly LendingPosition[]): string[] => positions.map(figuresOf).sort();

/** What is kept at the head, and what somebody reads who has never looked before. */
async function bothAtHead(): Promise<{ readonly told: string[]; readonly fresh: string[] }> {
  const head = await client.head();
  return { told: sorted(await read(kept, head)), fresh: sorted(await read(venueReaders(client, book, Date.now), head)) };
}

describe('loans kept between blocks', () => {
  it('are at every block what a fresh read gives, and most are told without reading them', async () => {
    expect((await bothAtHead()).told.length).toBeGreaterThan(COUNT);
    const before = kept.map(({ figures }) => figures);
    for (let block = 0; block < 25; block += 1) {
      await nextBlock();
      const { told, fresh } = await bothAtHead();
      expect(told).toEqual(fresh);
    }
    // Nobody looked at these.
    for (let block = 0; block < 4; block += 1) await nextBlock();
    const { told, fresh } = await bothAtHead();
    expect(told).toEqual(fresh);
    const [aave] = kept.map(({ figures }, index) => ({ read: figures.accountsRead - (before[index]?.accountsRead ?? 0), composed: figures.accountsComposed - (before[index]?.accountsComposed ?? 0), drifted: figures.drifted }));
    expect(aave?.drifted).toBe(0);
    expect(aave?.composed).toBeGreaterThan((aave?.read ?? 0) * 5);
  });

  it('are what a fresh read gives for whoever is asked for, also when the others were asked for first', async () => {
    await bothAtHead();
    for (let block = 0; block < 6; block += 1) {
      await nextBlock();
      const head = await client.head();
      const half = accounts.length / 2;
      const parts = [accounts.filter((_, index) => index < half), accounts.filter((_, index) => index >= half)];
      for (const reader of kept) {
        const [mine] = venueReaders(client, book, Date.now).filter(({ protocol }) => protocol === reader.protocol);
        for (const part of parts) expect(sorted(await reader.read(part, head))).toEqual(sorted(await (mine as RefreshingReader).read(part, head)));
      }
    }
  });

  it.each([1, 2, 3, 4, 5])('are what a fresh read gives after a reorganisation of depth %i', async (depth) => {
    await nextBlock();
    await bothAtHead();
    const snapshot = (await chain.provider.send('evm_snapshot', [])) as string;
    for (let block = 0; block < depth; block += 1) {
      await nextBlock();
      await bothAtHead();
    }
    await chain.provider.send('evm_revert', [snapshot]);
    chain.feeds.resync();
    for (let block = 0; block <= depth; block += 1) await nextBlock();
    const { told, fresh } = await bothAtHead();
    expect(told).toEqual(fresh);
  });
});
