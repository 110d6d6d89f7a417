import { connect, parseAddressBook, type ReadClient } from '@ballast/connectors';
import { startDevchain, tokenOf, type Devchain, type TokenSymbol } from '@ballast/devchain';
import { portfolioOf, tokenKey, type Asset, type TokenRate } from '@ballast/positions';
import { WAD, address, chainId, rawAmount, usdE8, type Address } from '@ballast/units';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tokens } from '../tokens.js';
import { compiled, Workshop, type Compiled } from '../../test/compiled.js';
import { Underlyings } from './underlyings.js';

// Fixtures tell the rates of staked ether; the tokens one for one, and the one that tells no rate, are the local chain's own.
const contracts = compiled('libs/readers/test/solidity/StakedEther.sol');
const part = (name: string): Compiled => contracts[name] as Compiled;
const fixtures = { wstETH: part('WstEthFixture'), rETH: part('REthFixture'), cbETH: part('CbEthFixture') };
const RATES = { wstETH: 1_215_543_210_987_654_321n, rETH: 1_142_000_000_000_000_007n, cbETH: 1_098_765_432_109_876_543n };

let chain: Devchain;
let work: Workshop;
let client: ReadClient;
let underlyings: Underlyings;
let tokens: Tokens;
const staked = new Map<string, Address>();
const of = (symbol: TokenSymbol): Address => address(tokenOf(chain.deployment, symbol).address);
const read = async (...wanted: Address[]): Promise<(TokenRate | undefined)[]> => {
  const rates = await underlyings.read(wanted, await client.head());
  return wanted.map((token) => rates.get(tokenKey({ chainId: client.chainId, address: token })));
};

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  work = await Workshop.open(chain);
  for (const [symbol, fixture] of Object.entries(fixtures)) {
    const token = await work.deploy(fixture);
    await work.act(work.account, token, fixture, 'set', RATES[symbol as keyof typeof RATES]);
    staked.set(symbol, token);
  }
  const listed = [...staked].map(([symbol, at]) => ({ symbol, address: at, decimals: 18 }));
  const book = parseAddressBook({ [chain.chainId]: { ...chain.book, tokens: [...chain.book.tokens, ...listed] } }, chain.chainId);
  client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: book.multicall3 });
  underlyings = new Underlyings(client, book);
  tokens = new Tokens(client, book);
});
afterAll(() => chain?.stop());

describe('what tokens are in their underlying', () => {
  it('is told by each staked ether itself, and is one for one otherwise', async () => {
    const [wstETH, rETH, cbETH] = [...staked.values()] as [Address, Address, Address];
    expect(await read(wstETH, rETH, cbETH, of('WETH'), of('WBTC'), of('USDC'), wstETH)).toEqual([
      { kind: 'rate', underlying: 'ETH', rateE18: RATES.wstETH }, { kind: 'rate', underlying: 'ETH', rateE18: RATES.rETH }, { kind: 'rate', underlying: 'ETH', rateE18: RATES.cbETH },
      { kind: 'rate', underlying: 'ETH', rateE18: WAD }, { kind: 'rate', underlying: 'BTC', rateE18: WAD }, { kind: 'rate', underlying: 'USD', rateE18: WAD }, { kind: 'rate', underlying: 'ETH', rateE18: RATES.wstETH },
    ]);
    expect(await underlyings.read([], await client.head())).toEqual(new Map());
  });

  it('is not known where the token does not tell, or tells what cannot be', async () => {
    const cbETH = staked.get('cbETH') as Address;
    expect(await read(of('wstETH'))).toEqual([{ kind: 'no-rate', underlying: 'ETH' }]);
    for (const rate of [0n, WAD / 2n - 1n, 3n * WAD + 1n]) {
      await work.act(work.account, cbETH, fixtures.cbETH, 'set', rate);
      expect(await read(cbETH)).toEqual([{ kind: 'no-rate', underlying: 'ETH' }]);
    }
    await work.act(work.account, cbETH, fixtures.cbETH, 'set', RATES.cbETH);
  });

  it('is nothing for a token that only calls itself so', async () => {
    const pretender = await work.deploy(fixtures.wstETH);
    await work.act(work.account, pretender, fixtures.wstETH, 'set', 2n * WAD);
    expect(await read(pretender)).toEqual([{ kind: 'own' }]);
  });

  it('is read at the block asked for, and adds up in a portfolio', async () => {
    const block = await client.head();
    const rETH = staked.get('rETH') as Address;
    await work.act(work.account, rETH, fixtures.rETH, 'set', RATES.rETH + 1n);
    const rates = await underlyings.read([rETH, of('WETH')], block);
    const [staking, weth] = (await tokens.assets(block, [rETH, of('WETH')])) as [Asset, Asset];
    const owner = address(chain.accounts.treasury.address);
    const [mine] = portfolioOf([{ id: 'one', owner, health: { kind: 'ratio', wad: WAD }, legs: [
      { side: 'collateral', asset: staking, amount: rawAmount(10n * WAD), usdE8: usdE8(0n) }, { side: 'debt', asset: weth, amount: rawAmount(4n * WAD), usdE8: usdE8(0n) },
    ] }], rates);
    expect(mine?.deltas).toEqual([{ of: { kind: 'underlying', underlying: 'ETH' }, longE18: 10n * RATES.rETH, shortE18: 4n * WAD, netE18: 10n * RATES.rETH - 4n * WAD }]);
  });
});
