import { connect } from '@ballast/connectors';
import type { Borrower } from '@ballast/devchain';
import { missingRanges } from '@ballast/positions';
import { address, hash32, type Address } from '@ballast/units';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { DiscoveryStage, PROTOCOLS, settle } from '../../test/discovery-stage.js';
import { AaveV3Reader, MorphoBlueReader, VenusReader } from '../index.js';

let stage: DiscoveryStage;
let borrowers: Borrower[];
const SMALL = { firstRange: 7n, mostRange: 7n };

beforeAll(async () => {
  stage = await DiscoveryStage.open(inject('postgresUrl'));
  borrowers = await stage.borrowers(24);
  await stage.mine(3);
});
afterAll(() => stage?.close());
beforeEach(() => stage.clear());

const of = (protocol: string, among = borrowers): Borrower[] => among.filter(({ plan }) => plan.protocol === protocol);
const sorted = (accounts: readonly Address[]): Address[] => [...new Set(accounts)].sort();

/** Runs SQL in the stage's database, as a foreign hand would. */
async function byHand(sql: string, values: readonly unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: stage.made.url });
  await client.connect();
  await client.query(sql, [...values]).finally(() => client.end());
}

describe('discovery on the real protocols', () => {
  it('finds from block 0, in ranges of seven, every account that the protocols\' own views show with collateral or debt, and no stranger', async () => {
    const discovery = await stage.discovery(SMALL);
    await settle(discovery);
    const client = await connect({ url: stage.chain.rpcUrl, chainId: stage.id, multicall3: stage.book.multicall3 });
    const block = await client.head();
    const accounts = borrowers.map((borrower) => address(borrower.address));
    const roles = Object.values(stage.chain.accounts).map((role) => address(role.address));
    const found = await stage.entries();

    const aave = await new AaveV3Reader(client, stage.book, Date.now).read(accounts, block);
    const atAave = aave.filter(({ collaterals, debts }) => collaterals.some(({ enabled }) => enabled) || debts.length > 0).map(({ account }) => account);
    expect(atAave.length).toBeGreaterThanOrEqual(of('aave-v3').length - 1);
    expect(sorted(found['aave-v3'].places.map(({ account }) => account).filter((account) => !roles.includes(account)))).toEqual(sorted(atAave));

    const ids = stage.chain.deployment.morpho.markets.map(({ id }) => hash32(id));
    expect(sorted(found['morpho-blue'].markets.map(({ market }) => market as string as Address))).toEqual(sorted(ids as string[] as Address[]));
    const places = accounts.flatMap((account) => ids.map((marketId) => ({ account, marketId })));
    const loans = await new MorphoBlueReader(client, stage.book, Date.now).read(places, block);
    const atMorpho = loans.filter(({ collateral, borrowShares }) => collateral > 0n || borrowShares > 0n).map(({ account, terms }) => `${account} ${terms.id}`).sort();
    expect(atMorpho.length).toBe(of('morpho-blue').length);
    expect(found['morpho-blue'].places.filter(({ account }) => !roles.includes(account)).map(({ account, market }) => `${account} ${market}`).sort()).toEqual(atMorpho);

    const venus = await new VenusReader(client, stage.book, Date.now).read(accounts, block);
    const atVenus = venus.filter(({ holdings }) => holdings.length > 0).map(({ account }) => account);
    expect(atVenus.length).toBe(of('venus').length);
    expect(sorted(found.venus.places.map(({ account }) => account).filter((account) => !roles.includes(account)))).toEqual(sorted(atVenus));

    for (const { address: account, plan } of borrowers) expect((await discovery.placesOf(address(account))).map(({ protocol }) => protocol)).toEqual([plan.protocol]);
    expect(await discovery.found('venus')).toEqual(found.venus.places);
    expect(await discovery.marketsOf('morpho-blue')).toEqual(found['morpho-blue'].markets);
    const height = BigInt(await stage.height());
    expect(await discovery.status()).toEqual(PROTOCOLS.map((protocol) => ({
      protocol, from: 0n, head: height, newest: height, scannedBlocks: height + 1n, missingBlocks: 0n, scannedPpm: 1_000_000, gaps: [], problem: null,
      places: found[protocol].places.length, markets: found[protocol].markets.length,
    })));
  });

  it('starts where the address book says, and tells of new borrowers in the step of their block', async () => {
    const fromBlock = (await stage.height()) - 2;
    const { morpho, venus } = stage.book;
    const discovery = await stage.discovery({}, 10_000, { ...stage.book, aaveV3: { ...stage.book.aaveV3, fromBlock }, ...(morpho && { morpho: { ...morpho, fromBlock } }), ...(venus && { venus: { ...venus, fromBlock } }) });
    await settle(discovery);
    expect((await discovery.status()).map(({ from, scannedBlocks, places }) => ({ from, scannedBlocks, places }))).toEqual(PROTOCOLS.map(() => ({ from: BigInt(fromBlock), scannedBlocks: 3n, places: 0 })));
    const fresh = await stage.borrowers(3);
    const steps = await discovery.step();
    for (const { protocol, found, missingBlocks } of steps) {
      expect(missingBlocks).toBe(0n);
      expect(sorted(found.places.map(({ account }) => account))).toEqual(of(protocol, fresh).map((one) => address(one.address)));
    }
  });

  it('killed after any step goes on where it was, and asks for no block twice', async () => {
    for (let life = 0; ; life += 1) {
      const steps = await (await stage.discovery({ ...SMALL, requestsAStep: 12 })).step();
      if (steps.every(({ missingBlocks }) => missingBlocks === 0n)) break;
      expect(life).toBeLessThan(200);
    }
    // Three protocols ask for each range: each of them once.
    const asked = new Map<bigint, number>();
    for (const { from, to } of stage.proxy.ranges) for (let block = from; block <= to; block += 1n) asked.set(block, (asked.get(block) ?? 0) + 1);
    expect(Math.max(...asked.values())).toBe(3);
    expect(await stage.entries()).toEqual(await stage.freshEntries());
  });

  it('finds a gap that a foreign hand made, tells of it, and reads that gap again and nothing else', async () => {
    const discovery = await stage.discovery();
    await settle(discovery);
    const whole = await stage.entries();
    const height = BigInt(await stage.height());
    const gap = { from: height - 20n, to: height - 3n };
    const scanned = missingRanges([gap], 0n, height).map(({ from, to }) => ({ from: from.toString(), to: to.toString() }));
    await byHand('UPDATE "DiscoveryCursor" SET "scanned" = $1', [JSON.stringify(scanned)]);
    await byHand('DELETE FROM "DiscoveredPlace" WHERE "blockNumber" BETWEEN $1 AND $2', [gap.from.toString(), gap.to.toString()]);
    for (const status of await discovery.status()) expect(status).toMatchObject({ gaps: [gap], missingBlocks: 18n, newest: height });
    expect(await stage.entries()).not.toEqual(whole);
    stage.proxy.ranges.length = 0;
    await settle(discovery);
    expect(stage.proxy.ranges).toEqual([gap, gap, gap]);
    expect(await stage.entries()).toEqual(whole);
  });

  it('reads what came while the worker was down, newest first', async () => {
    await settle(await stage.discovery(SMALL));
    const before = BigInt(await stage.height());
    await stage.borrowers(6);
    await stage.mine(20);
    const steps = await (await stage.discovery({ ...SMALL, requestsAStep: 7 })).step();
    const height = BigInt(await stage.height());
    for (const { recorded, missingBlocks } of steps) {
      expect(recorded).toEqual([{ from: height - 6n, to: height }]);
      expect(missingBlocks).toBe(height - before - 7n);
    }
    await settle(await stage.discovery(SMALL));
    expect(await stage.entries()).toEqual(await stage.freshEntries());
  });
});

describe('nodes with limits', () => {
  it('that refuse ranges above some blocks, down to a single one, are asked for less until they answer', async () => {
    const expected = await stage.freshEntries();
    for (const limit of [50n, 3n, 1n]) {
      await stage.clear();
      stage.proxy.fate = (method, blocks) => (method === 'eth_getLogs' && blocks > limit ? { code: -32005, message: `query exceeds max block range ${limit}` } : 'pass');
      const discovery = await stage.discovery();
      await settle(discovery);
      expect(await stage.entries()).toEqual(expected);
    }
  }, 300_000);

  it('that are too slow for a wide range, or answer nothing for a while, cost a step and are told of', async () => {
    stage.proxy.fate = (method, blocks) => (method === 'eth_getLogs' && blocks > 40n ? 'silence' : 'pass');
    const discovery = await stage.discovery({ firstRange: 200n }, 400);
    const [first] = await discovery.step();
    expect(first).toMatchObject({ recorded: [], problem: expect.stringMatching(/^rpc-unreachable: .*eth_getLogs: got no answer within 400 ms/) });
    expect((await discovery.status())[0]?.problem).toBe(first?.problem);
    await settle(discovery);
    stage.proxy.fate = (_, __, count) => (count % 7 === 0 ? 'silence' : count % 5 === 0 ? { code: -32603, message: 'internal error' } : 'pass');
    await stage.borrowers(3);
    for (let step = 0; step < 12; step += 1) await discovery.step();
    stage.proxy.fate = () => 'pass';
    await settle(discovery);
    expect(await stage.entries()).toEqual(await stage.freshEntries());
    expect((await discovery.status()).map(({ problem }) => problem)).toEqual([null, null, null]);
  });
});

describe('reorganisations', () => {
  /** The chain takes another branch: the newest blocks go, one more come, with other borrowers. */
  async function reorganise(snapshot: string, depth: number): Promise<Borrower[]> {
    await stage.chain.provider.send('evm_revert', [snapshot]);
    const before = await stage.height();
    const others = await stage.borrowers(3);
    await stage.mine(Math.max(0, depth + 1 - ((await stage.height()) - before)));
    return others;
  }

  /** Blocks that will be taken back: `depth` of them, with borrowers in them. */
  async function doomed(depth: number): Promise<{ snapshot: string; gone: Borrower[] }> {
    const snapshot = (await stage.chain.provider.send('evm_snapshot', [])) as string;
    const before = await stage.height();
    const gone = await stage.borrowers(depth === 1 ? 2 : 3);
    await stage.mine(depth - ((await stage.height()) - before));
    expect((await stage.height()) - before).toBe(depth);
    return { snapshot, gone };
  }

  async function expectFresh(gone: readonly Borrower[], there: readonly Borrower[]): Promise<void> {
    const found = await stage.entries();
    expect(found).toEqual(await stage.freshEntries());
    const accounts = PROTOCOLS.flatMap((protocol) => found[protocol].places.map(({ account }) => account));
    for (const borrower of gone) expect(accounts).not.toContain(address(borrower.address));
    for (const borrower of there) expect(accounts).toContain(address(borrower.address));
  }

  it('of depth 1 to 5 between steps leave what a fresh discovery finds', async () => {
    const discovery = await stage.discovery();
    await settle(discovery);
    for (const depth of [1, 2, 3, 4, 5]) {
      const { snapshot, gone } = await doomed(depth);
      await settle(discovery);
      const there = await reorganise(snapshot, depth);
      const [step] = await discovery.step();
      expect(step?.rolledBackTo).not.toBeNull();
      await settle(discovery);
      await expectFresh(gone, there);
    }
  });

  it('of depth 1 to 5 at any request within a step leave what a fresh discovery finds', async () => {
    const discovery = await stage.discovery();
    await settle(discovery);
    for (const depth of [1, 2, 3, 4, 5]) {
      for (const at of [1, 2, 4, 5, 7, 8, 11, 15]) {
        const { snapshot, gone } = await doomed(depth);
        // Half of the time the branch that goes was scanned before.
        if (at % 2 === 0) await settle(discovery);
        const start = stage.proxy.count;
        let there: Borrower[] | undefined;
        stage.proxy.fate = async (_, __, count) => {
          if (count === start + at) there = await reorganise(snapshot, depth);
          return 'pass' as const;
        };
        await discovery.step();
        stage.proxy.fate = () => 'pass';
        expect(there).toBeDefined();
        await settle(discovery);
        await expectFresh(gone, there ?? []);
      }
    }
  }, 300_000);

  it('that leave the chain as high as it was, with other blocks, are seen by their hashes alone', async () => {
    const discovery = await stage.discovery(SMALL);
    await settle(discovery);
    for (const depth of [1, 3, 5]) {
      const { gone } = await doomed(depth);
      await settle(discovery);
      const height = await stage.height();
      await stage.chain.provider.send('anvil_reorg', [depth, []]);
      expect(await stage.height()).toBe(height);
      await settle(discovery);
      await expectFresh(gone, []);
    }
  });

  it('while the history is still being read, by two processes at once, leave what a fresh discovery finds', async () => {
    const options = { ...SMALL, requestsAStep: 14 };
    const [one, other] = [await stage.discovery(options), await stage.discovery(options)];
    const all: { gone: Borrower[]; there: Borrower[] }[] = [];
    for (const depth of [5, 2, 4, 1, 3]) {
      const { snapshot, gone } = await doomed(depth);
      await Promise.all([one.step(), other.step()]);
      const there = await reorganise(snapshot, depth);
      await Promise.all([one.step(), other.step()]);
      all.push({ gone, there });
    }
    await Promise.all([settle(one), settle(other)]);
    await expectFresh(all.flatMap(({ gone }) => gone), all.flatMap(({ there }) => there));
  });
});
