import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  applyScenario, Arbitrageur, baseFee, feedBack, freshAccounts, heartbeatSeconds, HealthSampler, largestStepBps, Liquidator, march2020, openLoan, pauseReserve,
  playHistory, playScenario, priceOfBase, read, readOutcome, scaledPath, shapeOf, staleFeed, startDevchain, TransactionFailed, tokenOf, unpauseReserve,
  type DevAccount, type Devchain, type TokenSymbol, type PlayedBlock,
} from '@ballast/devchain';
import { dataProviderAbi, erc20Abi, feedAbi, oracleAbi, poolAbi, uniswapPoolAbi } from '../src/abis.js';
import { stepSize } from '../src/path.js';

let chain: Devchain;
let seed = 100;
const start = 300_000_000_000n;

async function health(account: DevAccount): Promise<number> {
  const data = await read(chain.provider, { to: chain.deployment.aave.pool, abi: poolAbi, method: 'getUserAccountData', args: [account.address] });
  return Number(data[5]) / 1e18;
}

async function setPrice(price: bigint): Promise<void> {
  await chain.feeds.set('WETH', price, await chain.mining.chainTime());
  await chain.mining.flush();
}

async function answerOf(symbol: TokenSymbol): Promise<bigint> {
  const [answer] = await read(chain.provider, { to: chain.deployment.feeds[symbol], abi: feedAbi, method: 'latestAnswer', args: [] });
  return answer as bigint;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 100) {
    if (await isSo()) return;
    await sleep(100);
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Prices of the ETH feed in order, from its events since a block. */
async function answersSince(fromBlock: number): Promise<{ price: bigint; block: number }[]> {
  const logs = await chain.provider.getLogs({ address: chain.deployment.feeds.WETH, fromBlock, toBlock: 'latest' });
  return logs.map((log) => ({ price: feedAbi.parseLog(log)?.args.current as bigint, block: log.blockNumber }));
}

beforeAll(async () => {
  chain = await startDevchain();
});
afterAll(async () => {
  await chain?.stop();
});
beforeEach(() => {
  seed += 1;
});

describe('the deployed market', () => {
  it('has code at every address of its book, and six listed tokens with prices', async () => {
    const { multicall3, aaveV3, ballast, morpho, uniswapV3, safe, tokens } = chain.book;
    for (const at of [multicall3, ...[aaveV3, ballast, { address: morpho.address }, uniswapV3, safe].flatMap((part) => Object.values(part)), ...tokens.map((token) => token.address)]) {
      expect((await chain.provider.getCode(at)).length, at).toBeGreaterThan(2);
    }
    expect(tokens.map((token) => token.symbol)).toEqual(['WETH', 'wstETH', 'WBTC', 'USDC', 'DAI', 'CRV']);
    const priceOf = async (symbol: 'wstETH' | 'USDC'): Promise<unknown> =>
      (await read(chain.provider, { to: aaveV3.oracle, abi: oracleAbi, method: 'getAssetPrice', args: [tokenOf(chain.deployment, symbol).address] }))[0];
    expect(await priceOf('USDC')).toBe(100_000_000n);
    const eth = await chain.feeds.latest('WETH');
    expect(await priceOf('wstETH')).toBe((eth.price * 12n) / 10n);
  });

  it('begins its time in the past and holds the base fee', async () => {
    const block = await chain.provider.getBlock('latest');
    expect(Date.now() / 1000 - (block?.timestamp ?? 0)).toBeGreaterThan(20 * 86_400);
    expect(block?.baseFeePerGas).toBe(baseFee);
  });

  it('refuses what the market refuses, by the name of its error', async () => {
    const [account] = freshAccounts(seed, 1) as [DevAccount];
    const greedy = openLoan(chain, account, { usdc: 25_000_000_000n });
    await expect(greedy).rejects.toThrow(TransactionFailed);
    await expect(greedy).rejects.toThrow(/HealthFactorLowerThanLiquidationThreshold/);
  });
});

describe('a loan', () => {
  it('has the health of its terms and a wallet of exactly what was asked for', async () => {
    await setPrice(start);
    const [account] = freshAccounts(seed, 1) as [DevAccount];
    await openLoan(chain, account, { walletUsdc: 15_000_000_000n });
    expect(await health(account)).toBeCloseTo(1.2375, 5);
    const [balance] = await read(chain.provider, { to: tokenOf(chain.deployment, 'USDC').address, abi: erc20Abi, method: 'balanceOf', args: [account.address] });
    expect(balance).toBe(15_000_000_000n);
  });
});

describe('the actors', () => {
  let actors: { stop(): Promise<void> }[] = [];
  const started = async <T extends { start(): Promise<void>; stop(): Promise<void> }>(actor: T): Promise<T> => {
    await actor.start();
    actors.push(actor);
    return actor;
  };
  afterEach(async () => {
    await Promise.all(actors.map((actor) => actor.stop()));
    actors = [];
    await setPrice(start);
  });

  it('liquidate a loan through the protocol once the price has fallen, at a loss that the events tell', async () => {
    await setPrice(start);
    const [account] = freshAccounts(seed, 1) as [DevAccount];
    const sampler = await started(new HealthSampler(chain, [account.address]));
    const { blockNumber } = await openLoan(chain, account);
    await started(new Liquidator(chain));
    await setPrice(230_000_000_000n);
    const outcome = () => readOutcome(chain, { protectedAccount: freshAccounts(seed, 2)[1]!.address, twin: account.address, fromBlock: blockNumber });
    await until('the loan is liquidated', async () => (await outcome()).twin.liquidated);

    const { twin, protected: untouched } = await outcome();
    expect(twin.liquidations).toHaveLength(1);
    // Below 0.95 the whole debt may be covered: 20,000 USDC, and 5% of it lost.
    expect(Number(twin.liquidations[0]?.debtCovered)).toBeCloseTo(20_000, 1);
    expect(Number(twin.liquidations[0]?.collateralSeized)).toBeCloseTo((20_000 * 1.05) / 2300, 4);
    expect(Number(twin.lossUsd)).toBeCloseTo(1000, 1);
    expect(untouched).toMatchObject({ liquidated: false, repaid: [], costUsd: '0.00' });
    await until('the sampler has seen it', async () => (sampler.lowestOf(account.address)?.health ?? 10n ** 18n) < 10n ** 18n);
    expect(Number(sampler.lowestOf(account.address)?.health) / 1e18).toBeCloseTo((10 * 2300 * 0.825) / 20_000, 4);
  });

  it("bring every pool back within its fee of the feeds' price", async () => {
    const arbitrageur = await started(new Arbitrageur(chain));
    for (const price of [285_000_000_000n, 150_000_000_000n, start]) {
      await setPrice(price);
      for (const pool of chain.deployment.uniswap.pools) {
        await until(`${pool.base}/${pool.quote} is level`, async () => {
          const [slot] = await read(chain.provider, { to: pool.address, abi: uniswapPoolAbi, method: 'slot0', args: [] });
          const [base, quote] = await Promise.all([pool.base, pool.quote].map((symbol) => answerOf(symbol)));
          const distance = Math.abs((Number(priceOfBase(slot as bigint, shapeOf(chain, pool))) / 1e8 / Number(base)) * Number(quote) - 1);
          return distance <= (pool.fee / 1e6) * 1.01 + 1e-6;
        });
      }
    }
    // Four pools hold WETH against something that stays; wstETH moves with it, and two stablecoins do not move.
    expect(arbitrageur.swaps).toBe(12);
    expect(arbitrageur.failures).toBe(0);
  });

  it('go on after the chain was out of reach', async () => {
    const liquidator = await started(new Liquidator(chain));
    const send = chain.provider.send.bind(chain.provider);
    const own = (liquidator as unknown as { provider: typeof chain.provider }).provider;
    own.send = () => Promise.reject(new Error('connection refused'));
    await until('a round has failed', async () => liquidator.failures > 0);
    own.send = send;
    const failed = liquidator.failures;
    await sleep(500);
    expect(liquidator.failures).toBeLessThanOrEqual(failed + 1);
  });
});

describe('a replay', () => {
  it('sets a day of hourly closes before the story, an hour of chain time apart', async () => {
    const fromBlock = (await chain.provider.getBlockNumber()) + 1;
    await playHistory(chain, march2020);
    const day = (await answersSince(fromBlock)).slice(-24);
    expect(day.map((answer) => answer.price)).toEqual(scaledPath(march2020).history.map((hour) => hour.price));
    const times = await Promise.all(day.map(async ({ block }) => (await chain.provider.getBlock(block))?.timestamp ?? 0));
    expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual(Array(23).fill(3600));
    expect(await chain.feeds.latest('WETH')).toMatchObject({ price: start });
  });

  it('spreads every hour over 20 blocks or more, by updates of at most half a percent, in chain time of an hour', async () => {
    await playHistory(chain, march2020);
    const before = await chain.provider.getBlock('latest');
    const played: PlayedBlock[] = [];
    const hours: number[] = [];
    const result = await playScenario(chain, march2020, { variant: 'spread', secondsTotal: 3, hours: [0, 12], onBlock: (block) => played.push(block), onHour: ({ hour }) => hours.push(hour) });

    expect(hours).toEqual(Array.from({ length: 12 }, (_, hour) => hour));
    for (const hour of hours) expect(played.filter((block) => block.hour === hour).length).toBeGreaterThanOrEqual(20);
    expect(played.at(-1)?.timestamp).toBe((before?.timestamp ?? 0) + 12 * 3600);
    expect((await chain.provider.getBlock(result.toBlock))?.timestamp).toBe(played.at(-1)?.timestamp);
    let last = start;
    const answers = await answersSince(result.fromBlock);
    for (const { price } of answers) {
      expect(stepSize(last, price)).toBeLessThanOrEqual(largestStepBps * 100);
      last = price;
    }
    expect(last).toBe(scaledPath(march2020).story[11]?.price);
  });

  it('keeps every feed within its heartbeat in every block, and lets the chain go on by itself afterwards', async () => {
    const fromBlock = await chain.provider.getBlockNumber();
    await playHistory(chain, march2020);
    const { toBlock } = await playScenario(chain, march2020, { variant: 'raw', secondsTotal: 1, hours: [9, 13] });
    const times = await Promise.all(Array.from({ length: toBlock - fromBlock + 1 }, async (_, index) => (await chain.provider.getBlock(fromBlock + index))?.timestamp ?? 0));
    for (const symbol of chain.feeds.settable) {
      const logs = await chain.provider.getLogs({ address: chain.deployment.feeds[symbol], fromBlock, toBlock });
      const answers = logs.map((log) => ({ block: log.blockNumber, at: Number(feedAbi.parseLog(log)?.args.updatedAt) }));
      const ages = times.map((time, index) => time - (answers.findLast(({ block }) => block <= fromBlock + index)?.at ?? time));
      expect(answers.length, symbol).toBeGreaterThan(24);
      expect(Math.max(...ages), symbol).toBeLessThan(heartbeatSeconds);
    }
    const block = await chain.provider.getBlockNumber();
    await until('a block comes by itself', async () => (await chain.provider.getBlockNumber()) > block);
  });

  it('takes the steepest hour in one step when raw', async () => {
    await playHistory(chain, march2020);
    const { fromBlock } = await playScenario(chain, march2020, { variant: 'raw', secondsTotal: 1, hours: [9, 11] });
    const prices = [start, ...(await answersSince(fromBlock)).map((answer) => answer.price)];
    const steps = prices.slice(1).map((price, index) => stepSize(prices[index] ?? 1n, price));
    expect(steps.filter((step) => step > largestStepBps * 100)).toHaveLength(1);
    expect(Math.max(...steps)).toBeCloseTo(208_700, -3);
  });

  it('ends when asked to and leaves the chain going', async () => {
    const abort = new AbortController();
    const play = playScenario(chain, march2020, { variant: 'spread', secondsTotal: 60, onBlock: () => abort.abort(new Error('enough')), signal: abort.signal });
    await expect(play).rejects.toThrow('enough');
    expect(chain.mining.isInHand).toBe(false);
  });
});

describe('a computer that slept', () => {
  it('finds every feed answered anew in its first block', async () => {
    const before = await chain.provider.getBlock('latest');
    await chain.mining.takeInHand();
    await sleep(500); // a round of the idle loop that has begun is over
    await chain.provider.send('evm_increaseTime', [2 * heartbeatSeconds]);
    await chain.mining.idle();
    const firstAfter = async (): Promise<{ number: number; timestamp: number } | undefined> => {
      const head = await chain.provider.getBlockNumber();
      for (let number = (before?.number ?? 0) + 1; number <= head; number += 1) {
        const block = await chain.provider.getBlock(number);
        if (block && block.timestamp - (before?.timestamp ?? 0) > heartbeatSeconds) return block;
      }
      return undefined;
    };
    await until('a block comes', async () => (await firstAfter()) !== undefined);
    const block = await firstAfter();
    for (const symbol of chain.feeds.settable) {
      const [, , , updatedAt] = await read(chain.provider, { to: chain.deployment.feeds[symbol], abi: feedAbi, method: 'latestRoundData', args: [] }, `0x${block?.number.toString(16)}`);
      expect((block?.timestamp ?? 0) - Number(updatedAt), symbol).toBeLessThan(heartbeatSeconds);
    }
  });
});

describe('a change of the market', () => {
  it('pauses a reserve and opens it again', async () => {
    const isPaused = async (): Promise<unknown> =>
      (await read(chain.provider, { to: chain.deployment.aave.dataProvider, abi: dataProviderAbi, method: 'getPaused', args: [tokenOf(chain.deployment, 'USDC').address] }))[0];
    await applyScenario(chain, pauseReserve);
    expect(await isPaused()).toBe(true);
    await applyScenario(chain, unpauseReserve);
    expect(await isPaused()).toBe(false);
  });

  it('silences one feed while the others go on, and lets it answer again', async () => {
    const age = async (symbol: 'WETH' | 'USDC'): Promise<number> => (await chain.mining.chainTime()) - (await chain.feeds.latest(symbol)).updatedAt;
    await applyScenario(chain, staleFeed);
    expect(await age('WETH')).toBeGreaterThan(heartbeatSeconds);
    expect(await age('USDC')).toBeLessThan(heartbeatSeconds);
    await applyScenario(chain, feedBack);
    expect(await age('WETH')).toBeLessThan(60);
  });
});

describe('a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-devchain-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('gives the same accounts and addresses, on a chain that can be told from the earlier one', async () => {
    const other = await startDevchain();
    try {
      expect(other.accounts).toEqual(chain.accounts);
      expect(other.book).toEqual(chain.book);
      expect(other.instanceId).not.toBe(chain.instanceId);
    } finally {
      await other.stop();
    }
  });

  it('goes on from a state file as the same chain', async () => {
    const stateFile = join(folder, 'chain.json');
    const first = await startDevchain({ stateFile });
    await first.feeds.set('WETH', 123_400_000_000n, await first.mining.chainTime());
    await first.mining.flush();
    const { instanceId } = first;
    const head = await first.provider.getBlock('latest');
    await first.stop();
    const second = await startDevchain({ stateFile });
    try {
      expect(second.instanceId).toBe(instanceId);
      expect((await second.feeds.latest('WETH')).price).toBe(123_400_000_000n);
      expect(await second.mining.chainTime() - (head?.timestamp ?? 0)).toBeLessThan(120);
    } finally {
      await second.stop();
    }
  });

  it.skipIf(process.platform === 'win32')('leaves no chain behind when its owner is killed', async () => {
    const program = `import('${join(import.meta.dirname, '../src/index.ts')}').then((lib) => lib.startDevchain()).then((chain) => console.log(chain.rpcUrl));`;
    const owner = spawn(process.execPath, ['--import', 'tsx', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const rpcUrl = await new Promise<string>((resolve) => owner.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())));
    const answers = (): Promise<boolean> =>
      fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}' }).then(() => true, () => false);
    expect(await answers()).toBe(true);
    owner.kill('SIGKILL');
    await until('the chain is gone', async () => !(await answers()));
  });
});
