import { callOf, cometAbi, connect, parseAddressBook, ReadFailed, type ChainBook, type ReadClient } from '@ballast/connectors';
import { freshAccounts, startDevchain, type Devchain } from '@ballast/devchain';
import { absorbComet, cometHealth, cometSums, healthAgrees, type CometLoan } from '@ballast/positions';
import { SeededRandom } from '@ballast/risk';
import { WAD, address, chainId, type Address } from '@ballast/units';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled, Workshop, type Compiled } from '../../test/compiled.js';
import { CompoundPositions } from './compound-positions.js';
import { CompoundV3Reader } from './compound-v3-reader.js';

// On the fixture of Compound III, since no package ships the real Comet; its own isLiquidatable and absorb are what the figures are held against.
const contracts = compiled('libs/contracts/test/comet/CometFixture.sol', 'libs/contracts/test/support/MockFeed.sol', 'libs/contracts/test/support/MockTokens.sol');
const part = (name: string): Compiled => contracts[name] as Compiled;
const [Fixture, WithParts, Feed, Token] = [part('CometFixture'), part('CometFixtureWithParts'), part('MockFeed'), part('MockToken')];
const accounts = freshAccounts(9_100, 40).map(({ address: text }) => address(text));
const share = (percent: number): bigint => (WAD * BigInt(percent)) / 100n;
const DAY = 86_400;

let chain: Devchain;
let work: Workshop;
let client: ReadClient;
let book: ChainBook;
let reader: CompoundV3Reader;
const random = new SeededRandom(11);
const between = (least: number, most: number): number => least + (most - least) * random.uniform();
const units = (amount: number, decimals: number): bigint => BigInt(Math.round(amount * 1e6)) * 10n ** BigInt(decimals - 6);

interface Listed {
  readonly token: Address;
  readonly feed: Address;
  readonly usd: number;
  readonly decimals: number;
}
interface Place {
  readonly comet: Address;
  readonly base: Listed;
  readonly collaterals: readonly Listed[];
}
const places: Place[] = [];

async function listed(usd: number, decimals: number): Promise<Listed> {
  const token = await work.deploy(Token);
  await work.act(work.account, token, Token, 'setDecimals', decimals);
  return { token, feed: await work.deploy(Feed, units(usd, 8), 1), usd, decimals };
}

async function open(fixture: Compiled, base: Listed, collaterals: readonly Listed[], borrowRate = 1_585_489_599n): Promise<Place> {
  const comet = await work.deploy(fixture, base.token, base.feed, base.decimals, borrowRate, 1n);
  for (const { token, feed, decimals } of collaterals) await work.act(work.account, comet, Fixture, 'listAt', token, feed, decimals, share(60), share(80), share(93), units(1e12, decimals));
  await work.act(work.account, base.token, Token, 'mint', comet, units(1e9, base.decimals));
  return { comet, base, collaterals };
}

/** Some of the collaterals, and a loan of 40% to 99.9% of what they allow. */
async function borrow(account: Address, { comet, base, collaterals }: Place): Promise<void> {
  let worth = 0;
  for (const { token, usd, decimals } of collaterals.filter((_, index) => index === 0 || random.uniform() < 0.5)) {
    const amount = between(0.1, 20);
    worth += amount * usd;
    await work.act(account, token, Token, 'mint', account, units(amount, decimals));
    await work.act(account, token, Token, 'approve', comet, units(amount, decimals));
    await work.act(account, comet, Fixture, 'supplyTo', account, token, units(amount, decimals));
  }
  await work.act(account, comet, Fixture, 'withdrawFrom', account, account, base.token, units((worth * 0.6 * between(0.4, 0.999)) / base.usd, base.decimals));
}

const readAll = async (): Promise<readonly CometLoan[]> => reader.read(accounts, await client.head());

interface Own {
  readonly liquidatable: boolean | null;
  readonly absorbed: boolean;
  readonly lent: bigint;
  readonly principal: bigint;
  readonly debt: bigint;
}

/** What the fixture itself says and does at the block, in one call each: brought up to the block, asked, absorbed, looked at again. Nothing stays. */
async function itsOwn(block: { readonly hash: string }, { account, comet }: CometLoan): Promise<Own> {
  const ask = (name: string, ...args: unknown[]) => ({ to: comet, data: Fixture.abi.encodeFunctionData(name, args) as `0x${string}` });
  const [, liquidatable, absorption, lent, basic, debt] = await client.multicall(block, [ask('accrueAccount', account), ask('isLiquidatable', account), ask('absorb', account, [account]), ask('balanceOf', account), ask('userBasic', account), ask('borrowBalanceOf', account)]);
  return {
    liquidatable: liquidatable?.kind === 'ok' ? BigInt(liquidatable.data) === 1n : null, absorbed: absorption?.kind === 'ok',
    lent: BigInt(lent?.data ?? 0), principal: Fixture.abi.decodeFunctionResult('userBasic', basic?.data ?? '0x')[0] as bigint, debt: BigInt(debt?.data ?? 0),
  };
}

/** Every loan against the fixture's own word and deed; how many were absorbed, and how many of those left a bad debt or something to lend. */
async function compare(): Promise<{ readonly absorbed: number; readonly bad: number; readonly lent: number; readonly loans: readonly CometLoan[] }> {
  const block = await client.head();
  const loans = await reader.read(accounts, block);
  let [absorbed, bad, lent] = [0, 0, 0];
  for (const loan of loans) {
    const [own, health, told] = [await itsOwn(block, loan), cometHealth(loan), absorbComet(loan)];
    const sums = cometSums(loan);
    expect(own.liquidatable).toBe(sums.kind === 'no-price' ? null : health.kind === 'ratio' && health.wad < WAD);
    expect(own.absorbed).toBe(told !== null);
    if (told === null) continue;
    absorbed += 1;
    bad += told.badDebt > 0n ? 1 : 0;
    lent += told.after.lent > 0n ? 1 : 0;
    expect({ lent: own.lent, principal: own.principal, debt: own.debt }).toEqual(told.after);
  }
  return { absorbed, bad, lent, loans };
}

const setPrice = ({ feed }: Listed, usd: number): Promise<void> => work.act(work.account, feed, Feed, 'set', units(usd, 8), 1, 1);

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  work = await Workshop.open(chain);
  const [usdc, weth, wbtc, link] = [await listed(1, 6), await listed(2_700, 18), await listed(60_000, 8), await listed(14.123457, 18)];
  places.push(await open(Fixture, usdc, [weth, wbtc, link]), await open(WithParts, weth, [wbtc, link]));
  book = parseAddressBook({ [chain.chainId]: { ...chain.book, compoundV3: { comets: places.map(({ comet }) => comet) } } }, chain.chainId);
  client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: book.multicall3 });
  reader = new CompoundV3Reader(client, book, () => 1_234);
  // A fifth of the accounts stay without a loan.
  for (const account of accounts.slice(8)) {
    await work.endow(account);
    for (const place of places) await borrow(account, place);
  }
  for (const { comet } of places) await work.act(work.account, comet, Fixture, 'setLending', 1_037_000_000_000_001n, 900_000_007n, 870_000_000_000_000_001n);
});
afterAll(() => chain?.stop());

describe('loans of Compound III', () => {
  it('are read as they were opened, account by account and Comet by Comet', async () => {
    const { loans, absorbed } = await compare();
    expect(loans.map(({ account, comet }) => `${account} ${comet}`)).toEqual(accounts.flatMap((account) => places.map(({ comet }) => `${account} ${comet}`)));
    expect(absorbed).toBe(0);
    expect(loans.slice(0, 16).every(({ baseDebt, holdings }) => baseDebt === 0n && holdings.length === 0)).toBe(true);
    const [loan] = loans.slice(16) as [CometLoan];
    expect(loan.provenance).toMatchObject({ chainId: chain.chainId, observedAt: 1_234, source: 'compound-v3' });
    expect(loan.base).toMatchObject({ address: places[0]?.base.token, decimals: 6 });
    expect(loan.holdings[0]).toMatchObject({ borrowCollateralFactor: share(60), liquidateCollateralFactor: share(80), liquidationFactor: share(93), scale: WAD, supplyPaused: false, price: { kind: 'price', e8: 270_000_000_000n } });
    expect(loan.holdings[0]?.totalSupplied).toBe(loans.filter(({ comet }) => comet === loan.comet).flatMap(({ holdings }) => holdings).filter(({ asset }) => asset.address === loan.holdings[0]?.asset.address).reduce((sum, { amount }) => sum + amount, 0n));
  });

  it('have the health and the absorption that the fixture itself finds, with interest and after prices fell', async () => {
    const [weth, wbtc, link] = places[0]?.collaterals as [Listed, Listed, Listed];
    let [absorbed, bad, lent, healthy] = [0, 0, 0, 0];
    for (const fall of [1, 0.9, 0.82, 0.75, 0.68, 0.5, 0.3, 0.2]) {
      await chain.mining.mine((await chain.mining.chainTime()) + 20 * DAY);
      await setPrice(weth, 2_700 * fall * between(0.97, 1.03));
      await setPrice(wbtc, 60_000 * fall * between(0.97, 1.03));
      await setPrice(link, 14 * fall * fall * between(0.97, 1.03));
      const found = await compare();
      absorbed += found.absorbed;
      bad += found.bad;
      lent += found.lent;
      healthy += found.loans.filter(({ baseDebt }) => baseDebt > 0n).length - found.absorbed;
    }
    expect({ absorbed: absorbed > 60, bad: bad > 20, lent: lent > 5, healthy: healthy > 60 }).toEqual({ absorbed: true, bad: true, lent: true, healthy: true });
  });

  it('turn liquidatable at the very digit of the price at which the fixture says so', async () => {
    // Without interest, so that a block more changes nothing but the price.
    const [usdc, weth] = [places[0]?.base, places[0]?.collaterals[0]] as [Listed, Listed];
    const still = await open(Fixture, usdc, [weth], 0n);
    await setPrice(weth, 2_700);
    await borrow(accounts[39] as Address, still);
    const only = new CompoundV3Reader(client, { ...book, compoundV3: { comets: [still.comet] } }, () => 0);
    const [loan] = (await only.read(accounts.slice(39), await client.head())) as [CometLoan];
    const below = (e8: bigint): boolean => absorbComet({ ...loan, holdings: loan.holdings.map((holding) => ({ ...holding, price: { kind: 'price', e8 } })) }) !== null;
    let [short, enough] = [1n, 270_000_000_000n];
    while (enough - short > 1n) [short, enough] = below((short + enough) / 2n) ? [(short + enough) / 2n, enough] : [short, (short + enough) / 2n];
    for (const [e8, expected] of [[short, true], [enough, false]] as const) {
      await work.act(work.account, weth.feed, Feed, 'set', e8, 1, 1);
      expect(await itsOwn(await client.head(), loan)).toMatchObject({ liquidatable: expected, absorbed: expected });
    }
  });

  it('cannot be valued nor absorbed while a feed that is needed has no price', async () => {
    const [weth] = places[0]?.collaterals as [Listed];
    await work.act(work.account, weth.feed, Feed, 'set', 0, 1, 1);
    const { loans } = await compare();
    expect(loans.filter((loan) => cometSums(loan).kind === 'no-price').length).toBeGreaterThan(20);
    await setPrice(weth, 1_500);
  });

  it('are really absorbed: all collateral gone, nothing owed', async () => {
    const before = (await readAll()).find((loan) => absorbComet(loan) !== null) as CometLoan;
    await work.act(work.account, before.comet, Fixture, 'absorb', work.account, [before.account]);
    const after = (await readAll()).find(({ account, comet }) => account === before.account && comet === before.comet);
    expect(after).toMatchObject({ baseDebt: 0n, holdings: [] });
    expect(cometHealth(after as CometLoan)).toEqual({ kind: 'no-debt' });
  });

  it('tell which of the Comet’s doors are shut, the finer ones of newer Comets as well', async () => {
    const [older, newer] = places as [Place, Place];
    await work.act(work.account, older.comet, Fixture, 'pause', true, false, true, true, false);
    await work.act(work.account, newer.comet, WithParts, 'pauseParts', true, true, 2);
    const loans = await readAll();
    expect(loans.find(({ comet }) => comet === older.comet)?.paused).toEqual({ supply: true, baseSupply: false, collateralSupply: false, withdraw: true, absorb: true });
    expect(loans.find(({ comet }) => comet === newer.comet)?.paused).toEqual({ supply: false, baseSupply: true, collateralSupply: true, withdraw: false, absorb: false });
    const both = loans.find(({ comet, holdings }) => comet === newer.comet && holdings.length === 2);
    expect(both?.holdings.map(({ supplyPaused }) => supplyPaused)).toEqual([false, true]);
    await compare();
    await work.act(work.account, older.comet, Fixture, 'pause', false, false, false, false, false);
  });

  it('are positions with the same health, told in dollars, one for each Comet', async () => {
    const block = await client.head();
    const [loans, positions] = [await reader.read(accounts, block), await new CompoundPositions(client, book, () => 0).read(accounts, block)];
    expect(positions.map(({ market, account, reported }) => [market, account, reported.health])).toEqual(loans.map((loan) => [loan.comet, loan.account, cometHealth(loan)]));
    for (const position of positions) if (![...position.collaterals, ...position.debts].some(({ price }) => price.kind === 'no-price')) expect(healthAgrees(position), position.id).toBe(true);
    expect(new Set(positions.map(({ id }) => id)).size).toBe(positions.length);
  });

  it('are seen when they are absorbed, with what was paid and taken', async () => {
    const before = await client.head();
    const loan = (await reader.read(accounts, before)).find((one) => absorbComet(one) !== null) as CometLoan;
    await work.act(work.account, loan.comet, Fixture, 'absorb', work.account, [loan.account]);
    const after = await client.head();
    const positions = new CompoundPositions(client, book, () => 0);
    const seen = await positions.liquidations({ from: before.number + 1n, to: after.number }, [loan.account]);
    expect(seen.map(({ collateral, collateralSeized }) => [collateral.address, collateralSeized])).toEqual(loan.holdings.map(({ asset, amount }) => [asset.address, amount]));
    for (const one of seen) expect(one).toMatchObject({ account: loan.account, contract: loan.comet, debt: { address: loan.base.address } });
    expect(seen[0]?.debtCovered).toBeGreaterThanOrEqual(loan.baseDebt);
    expect(await positions.liquidations({ from: before.number + 1n, to: after.number }, [work.account as Address])).toEqual([]);
  });

  it('are read at the block asked for, and not at all where one Comet is none', async () => {
    const block = await client.head();
    const before = await reader.read(accounts, block);
    await work.act(accounts[8] as Address, (places[0] as Place).comet, Fixture, 'allow', work.account, true);
    await chain.mining.mine((await chain.mining.chainTime()) + 100 * DAY);
    expect(await reader.read(accounts, block)).toEqual(before);
    expect(await reader.read([], block)).toEqual([]);
    const wrong = parseAddressBook({ [chain.chainId]: { ...chain.book, compoundV3: { comets: [places[0]?.comet, places[0]?.base.token] } } }, chain.chainId);
    await expect(new CompoundV3Reader(client, wrong, () => 0).read(accounts, block)).rejects.toThrow(ReadFailed);
    expect(() => new CompoundV3Reader(client, parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId), () => 0)).toThrow(/no Comet/);
  });
});

it('has the public selectors of the interface', () => {
  expect(callOf(accounts[0] as Address, cometAbi, 'borrowBalanceOf', [accounts[0]]).data.slice(0, 10)).toBe('0x374c49b4');
});
