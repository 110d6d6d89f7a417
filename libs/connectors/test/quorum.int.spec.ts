import { setTimeout as sleep } from 'node:timers/promises';
import { startDevchain, tokenOf, type Devchain } from '@ballast/devchain';
import { BallastError, address, chainId, hash32, type Address, type Hash32 } from '@ballast/units';
import { Wallet, keccak256 } from 'ethers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallReverted, LogRangeRefused } from '../src/errors.js';
import type { Call } from '../src/evm/call.js';
import { connect, type BlockRef, type ReadClient } from '../src/evm/read-client.js';
import type { EndpointOptions } from '../src/evm/rpc.js';
import { connectSender } from '../src/evm/send-client.js';
import type { Hex } from '../src/evm/wire.js';
import { FAULTS, FaultProxy, type Fault } from './fault-proxy.js';

const SEED = 7;
/** Enough for every fault to stand alone once; `BALLAST_FAULT_ROUNDS=400` looks longer. */
const ROUNDS = Number(process.env['BALLAST_FAULT_ROUNDS'] ?? 36);
/** Long, so that a slow machine is not taken for a fault; only a proxy that never answers lets it pass. */
const TIMEOUT_MS = 2_000;
const RANGE = 12n;
const DEPOSIT = '0xd0e30db0';
const NONSENSE = '0xdeadbeef';

/** The same numbers for the same seed, evenly from [0, 1). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

let chain: Devchain;
let direct: ReadClient;
let proxies: FaultProxy[];
let weth: Address;
let pool: Address;
let account: Address;
/** Of the schedule alone: what runs side by side must not take numbers from it. */
const random = seeded(SEED);
const restRandom = seeded(SEED + 20);
const clock = { now: 1_000_000 };
const reports: string[] = [];
const options = (): EndpointOptions => ({ timeoutMs: TIMEOUT_MS, now: () => clock.now, random: restRandom, report: ({ kind }) => reports.push(kind) });
const open = (count = 3): Promise<ReadClient> => connect({ urls: proxies.slice(0, count).map(({ url }) => url), chainId: chainId(chain.chainId), multicallSize: 2, ...options() });

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  weth = address(tokenOf(chain.deployment, 'WETH').address);
  pool = address(chain.book.aaveV3.pool);
  account = address(chain.accounts.backupKeeper.address);
  direct = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicallSize: 300 });
  proxies = await Promise.all([1, 2, 3].map((salt) => new FaultProxy(chain.rpcUrl, salt, seeded(SEED + salt)).start()));
  for (let block = 0; block < Number(RANGE) + 4; block += 1) await deposit(1 + block);
});
afterAll(async () => {
  await Promise.all((proxies ?? []).map((proxy) => proxy.stop()));
  await chain?.stop();
});
beforeEach(async () => {
  for (const proxy of proxies) {
    await proxy.set(null);
    proxy.before = () => Promise.resolve();
  }
  clock.now += 120_000;
  reports.length = 0;
});

/** One block with a deposit, mined when this returns: a balance, a nonce and a log change. */
async function deposit(wei: number): Promise<Hash32> {
  const hash = (await chain.provider.send('eth_sendTransaction', [{ from: account, to: weth, data: DEPOSIT, value: `0x${wei.toString(16)}`, gasPrice: '0x174876e800' }])) as string;
  while ((await direct.receipt(hash32(hash))) === null) await sleep(5);
  return hash32(hash);
}

const word = (of: Address): string => of.slice(2).padStart(64, '0');
const balanceCall = (): Call => ({ to: weth, data: `0x70a08231${word(account)}` });
const blockNumberCall = (): Call => ({ to: address(chain.book.multicall3), data: '0x42cbb15c' });
const calls = (): Call[] => [balanceCall(), { to: pool, data: NONSENSE }, { to: pool, data: `0xbf92857c${word(account)}` }, blockNumberCall(), balanceCall()];

/** Every kind of read at a block, each as text for comparison; a revert is an outcome too. */
const questions: Record<string, (client: ReadClient, block: BlockRef, last: Hash32) => Promise<unknown>> = {
  balance: (client, block) => client.balanceAt(block, account),
  nonce: (client, block) => client.nonceAt(block, account),
  word: (client, block) => client.callAt(block, balanceCall().to, balanceCall().data),
  revert: (client, block) => client.callAt(block, pool, NONSENSE).catch((error: unknown) => (error instanceof CallReverted ? ['reverted', error.data] : Promise.reject(error))),
  code: (client, block) => client.codeAt(block, weth),
  multicall: (client, block) => client.multicall(block, calls()),
  blockLogs: (client, block) => client.getLogs({ blocks: { blockHash: block.hash }, address: weth }),
  rangeLogs: (client, block) => client.getLogs({ blocks: { from: block.number - RANGE, to: block.number } }),
  noLogs: (client, block) => client.getLogs({ blocks: { from: block.number - RANGE, to: block.number }, address: account }),
  height: (client, block) => client.blockAt(block.number - 3n),
  above: (client, block) => client.blockAt(block.number + 5n),
  receipt: (client, _, last) => client.receipt(last),
  unknownReceipt: (client, block) => client.receipt(hash32(block.hash)),
};
const text = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));

type Tally = Record<'right' | 'blind' | 'wrong', number>;

/** A fault is over once its endpoint has been looked for again and is asked like the others. */
async function allBack(client: ReadClient): Promise<void> {
  for (const proxy of proxies) await proxy.set(null);
  clock.now += 120_000;
  await vi.waitFor(async () => {
    const asked = new Set<FaultProxy>();
    for (const proxy of proxies) proxy.before = (method) => Promise.resolve(void (method === 'eth_getBlockByNumber' && asked.add(proxy)));
    await client.head();
    expect(asked.size).toBe(proxies.length);
  }, { timeout: 20_000 });
}

/** Two of three that lack a block or a receipt are a quorum that has not got it. */
const MAY_LACK = ['height', 'receipt'];
/** How far back a quorum of endpoints that stand still may have its head. */
const OLDEST_HEAD = 4;

/** Asks everything, first the head and its fee, and counts what came back beside the chain's own answers. With `exact` the head has to be the newest. */
async function askAll(client: ReadClient, last: Hash32, exact: boolean, tally: Tally, wrong: string[], said: string): Promise<void> {
  const judge = async (name: string, ask: Promise<unknown>, truths: () => Promise<readonly unknown[]>): Promise<void> => {
    const outcome = await ask.then((value) => ({ value: text(value) }), (error: unknown) => ({ error }));
    if ('error' in outcome) {
      const typed = outcome.error instanceof BallastError && (outcome.error.disposition === 'retryable' || outcome.error instanceof LogRangeRefused);
      tally[typed ? 'blind' : 'wrong'] += 1;
      if (!typed) wrong.push(`${said}: ${name}: ${String(outcome.error)}`);
      return;
    }
    const expected = (await truths()).map(text);
    const right = expected.includes(outcome.value);
    tally[right ? 'right' : 'wrong'] += 1;
    if (!right) wrong.push(`${said}: ${name}: ${outcome.value.slice(0, 200)} for ${expected.join(' or ').slice(0, 200)}`);
  };
  const newest = await direct.head();
  const heads = await Promise.all(Array.from({ length: exact ? 1 : OLDEST_HEAD }, (_, back) => direct.blockAt(newest.number - BigInt(back))));
  const head = await client.head().catch(() => null);
  await judge('head', head === null ? client.head() : Promise.resolve(head), () => Promise.resolve(heads));
  await judge('fee', client.baseFee(), () => Promise.all(heads.map((block) => feeOf(block as BlockRef))));
  const block = head ?? newest;
  await Promise.all(Object.entries(questions).map(([name, ask]) => judge(name, ask(client, block, last), async () => [await ask(direct, block, last), ...(!exact && MAY_LACK.includes(name) ? [null] : [])])));
}

async function feeOf(block: BlockRef): Promise<bigint> {
  return BigInt(((await chain.provider.send('eth_getBlockByHash', [block.hash, false])) as { baseFeePerGas: string }).baseFeePerGas);
}

describe('three proxies before one chain', () => {
  it(`give right numbers with one faulty endpoint of three, and right ones or none with more (${ROUNDS} rounds, seed ${SEED})`, async () => {
    const tallies: Tally[] = [0, 1, 2, 3].map(() => ({ right: 0, blind: 0, wrong: 0 }));
    const wrong: string[] = [];
    const client = await open();
    const alone: Fault[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await allBack(client);
      const dice = random();
      const faulty = dice < 0.1 ? 0 : dice < 0.7 ? 1 : dice < 0.9 ? 2 : 3;
      const order = [0, 1, 2].sort(() => random() - 0.5);
      const faults: (Fault | null)[] = [null, null, null];
      // Every fault gets its turn as the only one.
      if (faulty === 1) alone.push(FAULTS[alone.length % FAULTS.length] as Fault);
      for (const place of order.slice(0, faulty)) faults[place] = faulty === 1 ? (alone.at(-1) as Fault) : (FAULTS[Math.floor(random() * FAULTS.length)] as Fault);
      for (const [place, proxy] of proxies.entries()) await proxy.set(faults[place] ?? null, Math.floor(random() * 3));
      if (random() < 0.1) await chain.provider.send('anvil_reorg', [1 + Math.floor(random() * 3), []]);
      await chain.provider.send('anvil_setBalance', [account, `0x${(10n ** 20n + BigInt(Math.floor(random() * 1e9))).toString(16)}`]);
      const last = await deposit(1 + Math.floor(random() * 1e6));
      await askAll(client, last, faulty <= 1, tallies[faulty] as Tally, wrong, `round ${round}, ${faults.join(' ')}`);
    }
    console.log(`right, blind, wrong by faulty endpoints: ${tallies.map(({ right, blind, wrong: bad }, faulty) => `${faulty}: ${right}, ${blind}, ${bad}`).join('; ')}`);
    expect(wrong).toEqual([]);
    expect(new Set(alone)).toEqual(new Set(FAULTS));
    expect([tallies[0]?.blind, tallies[1]?.blind]).toEqual([0, 0]);
    for (const tally of tallies) expect(tally.right).toBeGreaterThan(0);
    expect(tallies[3]?.blind).toBeGreaterThan(0);
  }, 600_000);

  it('answer of one chain only while blocks come and go', async () => {
    const client = await open();
    const truth = new Map<string, string>();
    const moving = seeded(SEED + 10);
    const outcomes = { whole: 0, none: 0 };
    const at: BlockRef[] = [];
    const see = async (): Promise<void> => {
      const block = await direct.head();
      truth.set(block.hash, text(await direct.multicall(block, calls())));
      at.push(block);
    };
    for (let round = 0; round < 25; round += 1) {
      await deposit(1 + Math.floor(moving() * 1e6));
      await see();
      const pinned = at[at.length - 1 - Math.floor(moving() * Math.min(3, at.length))] as BlockRef;
      // The chain loses blocks and takes in others in the middle of a read of several requests.
      const turn = Math.floor(moving() * 12);
      let asked = 0;
      let change: Promise<unknown> = Promise.resolve();
      const before = async (): Promise<void> => {
        asked += 1;
        if (asked === turn) change = chain.provider.send('anvil_reorg', [1 + Math.floor(moving() * 2), []]).then(() => deposit(1));
        await change;
      };
      for (const proxy of proxies) proxy.before = before;
      const [values, head] = await Promise.all([client.multicall(pinned, calls()).then(text, (error: unknown) => error), client.head().catch((error: unknown) => error)]);
      for (const proxy of proxies) proxy.before = () => Promise.resolve();
      await change;
      if (values instanceof Error) expect(values).toMatchObject({ disposition: 'retryable' });
      else expect(values).toBe(truth.get(pinned.hash));
      outcomes[values instanceof Error ? 'none' : 'whole'] += 1;
      if (head instanceof Error) expect(head).toMatchObject({ disposition: 'retryable' });
      await see();
    }
    expect(outcomes.whole).toBeGreaterThan(0);
    expect(outcomes.none).toBeGreaterThan(0);
  });

  it('have no answer at a block that a reorganisation took away, and agree on the one that took its place', async () => {
    const client = await open();
    const snapshot = (await chain.provider.send('evm_snapshot', [])) as string;
    await deposit(5);
    const gone = await client.head();
    const balance = await client.callAt(gone, balanceCall().to, balanceCall().data);
    await chain.provider.send('evm_revert', [snapshot]);
    await expect(client.callAt(gone, balanceCall().to, balanceCall().data)).rejects.toMatchObject({ disposition: 'retryable' });
    await deposit(6);
    const head = await client.head();
    expect(head).toMatchObject({ number: gone.number, hash: expect.not.stringMatching(gone.hash) });
    expect(BigInt(await client.callAt(head, balanceCall().to, balanceCall().data))).toBe(BigInt(balance) + 1n);
    await expect(client.multicall(gone, calls())).rejects.toMatchObject({ disposition: 'retryable' });
  });

  it('tell who lies, who is late and who is out of reach', async () => {
    const client = await open();
    await proxies[0]?.set('lying-balance');
    await proxies[1]?.set('rate-limit');
    for (let block = 0; block < 5; block += 1) {
      await deposit(1);
      clock.now += 120_000;
      await client.balanceAt(await client.head(), account).catch(() => null);
    }
    await proxies[1]?.set(null);
    await proxies[2]?.set('stale-head');
    for (let block = 0; block < 5; block += 1) {
      await deposit(1);
      clock.now += 120_000;
      await client.balanceAt(await client.head(), account).catch(() => null);
    }
    const [liar, limited, late] = client.endpointHealth();
    expect(liar?.disagreements).toBeGreaterThan(0);
    expect(limited?.failures).toBeGreaterThan(0);
    expect(late).toMatchObject({ stale: true, headLag: 5 });
    expect(new Set(reports)).toEqual(new Set(['disagreement', 'rate-limited', 'stale']));
  });

  it('leave out one that serves another chain, and refuse when two do', async () => {
    await proxies[0]?.set('wrong-chain');
    const client = await open();
    expect(reports).toEqual(['wrong-chain']);
    expect(await client.head()).toEqual(await direct.head());
    await proxies[1]?.set('wrong-chain');
    await expect(open()).rejects.toMatchObject({ code: 'wrong-chain' });
    await expect(open(2)).rejects.toMatchObject({ code: 'wrong-chain' });
  });

  it('halve a range that one node refuses and another does not tell', async () => {
    await proxies[0]?.set('log-range');
    await proxies[1]?.set('garbage');
    const client = await open();
    const { number: to } = await direct.head();
    await expect(client.getLogs({ blocks: { from: to - RANGE, to } })).rejects.toMatchObject({ code: 'log-range-refused' });
    const scan = async (from: bigint, until: bigint): Promise<number> => {
      try {
        return (await client.getLogs({ blocks: { from, to: until } })).length;
      } catch (error) {
        if (!(error instanceof LogRangeRefused) || from === until) throw error;
        const middle = (from + until) / 2n;
        return (await scan(from, middle)) + (await scan(middle + 1n, until));
      }
    };
    expect(await scan(to - RANGE, to)).toBe((await direct.getLogs({ blocks: { from: to - RANGE, to } })).length);
  });
});

describe('a sender through three proxies', () => {
  it('brings bytes to the chain as long as one proxy works, and knows them again', async () => {
    await proxies[0]?.set('rate-limit');
    await proxies[1]?.set('garbage');
    const sends = await connectSender({ urls: proxies.map(({ url }) => url), chainId: chainId(chain.chainId), ...options() });
    const head = await direct.head();
    const call = { from: account, to: weth, data: DEPOSIT as Hex };
    expect(await sends.simulate(call, head)).toMatchObject({ kind: 'ok' });
    const estimate = await sends.estimateGas(call);
    expect(estimate).toMatchObject({ kind: 'ok' });
    const raw = (await new Wallet(chain.accounts.backupKeeper.privateKey).signTransaction({
      chainId: chain.chainId, to: weth, data: DEPOSIT, value: 3n, nonce: Number(await direct.nonceAt(head, account)), gasLimit: 100_000n, gasPrice: 100_000_000_000n, type: 0,
    })) as Hex;
    expect(await sends.broadcast(raw)).toEqual({ kind: 'accepted' });
    while ((await direct.receipt(hash32(keccak256(raw)))) === null) await sleep(5);
    expect((await sends.broadcast(raw)).kind).toMatch(/already-known|nonce-too-low/);
  });
});
