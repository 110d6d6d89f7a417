import { address, chainId, type Hash32 } from '@ballast/units';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScriptedNode, type Script } from '../../test/scripted-node.js';
import { CallReverted, LogRangeRefused, ReadFailed, RpcBlind, RpcDisagreement, RpcUnreachable, WrongChain } from '../errors.js';
import { quorumOf } from './quorum-rpc.js';
import { connect, type ReadClient } from './read-client.js';
import type { EndpointOptions, EndpointProblem } from './rpc.js';

const A = `0x${'a'.repeat(64)}` as Hash32;
const ACCOUNT = address(`0x${'2'.repeat(40)}`);
const at = { hash: A };
const nodes: ScriptedNode[] = [];
afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())));

async function start(...scripts: Record<string, Script>[]): Promise<ScriptedNode[]> {
  const started = await Promise.all(scripts.map((script) => ScriptedNode.start(script)));
  nodes.push(...started);
  return started;
}
const open = async (scripts: readonly Record<string, Script>[], options: EndpointOptions = {}): Promise<ReadClient> =>
  connect({ urls: (await start(...scripts)).map(({ url }) => url), chainId: chainId(1), timeoutMs: 5_000, ...options });
const balance = (value: string): Record<string, Script> => ({ eth_getBalance: { result: value } });
const refusing = (method: string, code: number, message: string, data?: string): Record<string, Script> => ({ [method]: { error: { code, message, ...(data === undefined ? {} : { data }) } } });
const disagreements = (client: ReadClient): number[] => client.endpointHealth().map((health) => health.disagreements);
const failures = (client: ReadClient): number[] => client.endpointHealth().map((health) => health.failures);

/** A chain up to a height; a fork letter makes its blocks others from `forkAt` on. */
const chainTo = (height: number, fork = '0', forkAt = 1_000): Script => ([tag]) => {
  const number = tag === 'latest' ? height : Number(tag);
  const hash = `0x${(number >= forkAt ? fork : '0').repeat(32)}${number.toString(16).padStart(32, '0')}`;
  return { result: number > height ? null : { number: `0x${number.toString(16)}`, hash, timestamp: `0x${(number + 100).toString(16)}`, baseFeePerGas: '0x7' } };
};
const blocks = (...args: Parameters<typeof chainTo>): Record<string, Script> => ({ eth_getBlockByNumber: chainTo(...args) });

it('a quorum is more than half', () => expect([1, 2, 3, 4, 5].map(quorumOf)).toEqual([1, 2, 2, 3, 3]));

describe('a value pinned to a block', () => {
  it('is what two of three say, and who says otherwise is on record', async () => {
    const client = await open([balance('0x1'), balance('0x2'), balance('0x02')]);
    expect(await client.balanceAt(at, ACCOUNT)).toBe(2n);
    expect(disagreements(client)).toEqual([1, 0, 0]);
    expect(client.endpointHealth()[0]?.lastError).toContain('eth_getBalance');
  });

  it('asks no more than it needs while all is well', async () => {
    const client = await open([balance('0x1'), balance('0x1'), balance('0x1')]);
    await client.balanceAt(at, ACCOUNT);
    expect(nodes.map(({ asked }) => asked.filter((method) => method === 'eth_getBalance').length)).toEqual([1, 1, 0]);
  });

  it('is nobody\'s when three say three things, and when one of two is alone', async () => {
    const three = await open([balance('0x1'), balance('0x2'), balance('0x3')]);
    await expect(three.balanceAt(at, ACCOUNT)).rejects.toMatchObject({ code: 'rpc-disagreement', disposition: 'retryable' });
    expect(disagreements(three)).toEqual([1, 1, 1]);
    const two = await open([balance('0x1'), balance('0x2')]);
    await expect(two.balanceAt(at, ACCOUNT)).rejects.toBeInstanceOf(RpcDisagreement);
    const one = await open([balance('0x1'), { eth_getBalance: 500 }]);
    await expect(one.balanceAt(at, ACCOUNT)).rejects.toMatchObject({ code: 'rpc-blind', disposition: 'retryable' });
  });

  it.each([['no answer', 'silence' as const], ['HTTP 500', 500], ['a refusal', { error: { code: -32000, message: 'header not found' } }], ['another shape', { result: null }]])('fails over from %s', async (_, script) => {
    const client = await open([{ eth_getBalance: script }, balance('0x1'), balance('0x1')], { timeoutMs: 1_500 });
    expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
    expect(failures(client)).toEqual([1, 0, 0]);
    expect(disagreements(client)).toEqual([0, 0, 0]);
  });

  it('names the place where long answers part', async () => {
    const word = (digit: string): Record<string, Script> => ({ eth_call: { result: `0x${'0'.repeat(500)}${digit}${'0'.repeat(11)}` } });
    const client = await open([word('1'), word('2')]);
    await expect(client.callAt(at, ACCOUNT, '0x')).rejects.toThrow(/character 494\) 0{8}1/);
  });

  it('takes a revert for an answer, which has to agree as well', async () => {
    const same = await open([refusing('eth_call', 3, 'execution reverted', '0xAA'), { eth_call: { result: '0x01' } }, refusing('eth_call', -32015, 'VM Exception: reverted', '0xaa')]);
    await expect(same.callAt(at, ACCOUNT, '0x')).rejects.toMatchObject({ code: 'call-reverted', data: '0xAA' });
    expect(disagreements(same)).toEqual([0, 1, 0]);
    const different = await open([refusing('eth_call', 3, 'execution reverted', '0xaa'), refusing('eth_call', 3, 'execution reverted', '0xbb'), { eth_call: { result: '0x01' } }]);
    await expect(different.callAt(at, ACCOUNT, '0x')).rejects.toBeInstanceOf(RpcDisagreement);
    await expect(different.callAt(at, ACCOUNT, '0x')).rejects.not.toBeInstanceOf(CallReverted);
  });

  it('is a failed read, not a guess, where a quorum does not know the block', async () => {
    const lost = refusing('eth_call', -32001, 'Resource not found');
    await expect((await open([lost, lost, { eth_call: { result: '0x01' } }])).callAt(at, ACCOUNT, '0x')).rejects.toBeInstanceOf(ReadFailed);
    await expect((await open([lost, { eth_call: 503 }, { eth_call: { result: '0x01' } }])).callAt(at, ACCOUNT, '0x')).rejects.toBeInstanceOf(RpcBlind);
  });
});

describe('the newest block', () => {
  it('is the highest that a quorum knows, and each head\'s lag is known', async () => {
    const client = await open([blocks(10), blocks(12), blocks(11)]);
    expect(await client.head()).toMatchObject({ number: 11n, timestamp: 111n });
    expect(await client.baseFee()).toBe(7n);
    expect(client.endpointHealth().map(({ headLag }) => headLag)).toEqual([2, 0, 1]);
  });

  it('of two is the lower one', async () => {
    const client = await open([blocks(10), blocks(12)]);
    expect((await client.head()).number).toBe(10n);
    expect(client.endpointHealth().map(({ headLag }) => headLag)).toEqual([2, 0]);
  });

  it('is not one that somebody invents', async () => {
    const client = await open([blocks(1_000_000, 'f', 0), blocks(12), blocks(12)]);
    expect((await client.head()).number).toBe(12n);
    expect(client.endpointHealth().map(({ headLag }) => headLag)).toEqual([0, 0, 0]);
    expect(disagreements(client)).toEqual([1, 0, 0]);
  });

  it('is below a fork that splits the endpoints', async () => {
    const client = await open([blocks(12, 'b', 11), blocks(12, 'c', 11), blocks(9)]);
    expect((await client.head()).number).toBe(10n);
    const apart = await open([blocks(30, 'b', 0), blocks(30, 'c', 0)]);
    await expect(apart.head()).rejects.toBeInstanceOf(RpcDisagreement);
  });

  it('is not a late one while a node that was away knows better', async () => {
    const client = await open([{ ...blocks(12), ...balance('0x9') }, { ...blocks(9), ...balance('0x1') }, { ...blocks(12), ...balance('0x1') }], { now: () => 0 });
    expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
    expect(client.endpointHealth()[0]?.restingUntil).not.toBeNull();
    expect((await client.head()).number).toBe(12n);
  });

  it('is unknown while too few tell theirs', async () => {
    const client = await open([blocks(12), { eth_getBlockByNumber: 500 }, { eth_getBlockByNumber: 500 }]);
    await expect(client.head()).rejects.toMatchObject({ code: 'rpc-blind' });
    await expect(client.blockAt(5n)).rejects.toBeInstanceOf(RpcUnreachable);
  });

  it('that stands still while the others move is told as stale, and comes back when it moves again', async () => {
    const problems: EndpointProblem[] = [];
    const client = await open([blocks(10), blocks(10), blocks(10)], { report: (problem) => problems.push(problem) });
    for (let height = 11; height < 16; height += 1) {
      for (const node of nodes.slice(1)) node.script['eth_getBlockByNumber'] = chainTo(height);
      await client.head();
    }
    expect(client.endpointHealth().map(({ stale, headLag }) => [stale, headLag])).toEqual([[true, 5], [false, 0], [false, 0]]);
    expect(problems.map(({ kind, endpoint }) => [kind, endpoint])).toEqual([['stale', nodes[0]?.url]]);
    for (const node of nodes) node.script['eth_getBlockByNumber'] = chainTo(16);
    await client.head();
    expect(client.endpointHealth().map(({ stale }) => stale)).toEqual([false, false, false]);
  });

  it('at a height is null only where a quorum has not got there', async () => {
    const client = await open([blocks(10), blocks(12), blocks(12)]);
    expect((await client.blockAt(12n))?.number).toBe(12n);
    expect(await client.blockAt(13n)).toBeNull();
    expect(disagreements(client)).toEqual([0, 0, 0]);
    await expect((await open([blocks(10), blocks(12)])).blockAt(11n)).rejects.toMatchObject({ code: 'rpc-blind' });
  });
});

describe('logs', () => {
  const log = (block: number, index: number) => ({ address: ACCOUNT, topics: [], data: '0x', blockNumber: `0x${block.toString(16)}`, blockHash: A, transactionHash: A, logIndex: `0x${index.toString(16)}` });
  const logs = (...all: ReturnType<typeof log>[]): Record<string, Script> => ({ ...blocks(12), eth_getLogs: { result: all } });
  const range = { blocks: { from: 1n, to: 12n } };

  it('of a range are one set, whatever their order', async () => {
    const client = await open([logs(log(2, 1), log(2, 0)), logs(log(2, 0), log(2, 1)), logs()]);
    expect((await client.getLogs(range)).map(({ logIndex }) => logIndex)).toEqual([0n, 1n]);
    expect(disagreements(client)).toEqual([0, 0, 0]);
  });

  it('are not what a node has that has not got to the end of the range', async () => {
    const client = await open([{ ...logs(), ...blocks(9) }, logs(log(2, 0)), logs(log(2, 0))]);
    expect(await client.getLogs(range)).toHaveLength(1);
    expect(failures(client)).toEqual([1, 0, 0]);
    const late = await open([{ ...logs(), ...blocks(9) }, { ...logs(), ...blocks(9) }, logs(log(2, 0))]);
    await expect(late.getLogs(range)).rejects.toBeInstanceOf(RpcBlind);
  });

  it('are refused as too many where fewer blocks would help', async () => {
    const large: Record<string, Script> = { ...blocks(12), ...refusing('eth_getLogs', -32005, 'query returned more than 10000 results') };
    await expect((await open([large, large, logs()])).getLogs(range)).rejects.toBeInstanceOf(LogRangeRefused);
    await expect((await open([large, logs(), { ...blocks(12), eth_getLogs: 500 }])).getLogs(range)).rejects.toMatchObject({ code: 'log-range-refused', disposition: 'refused' });
    expect(await (await open([large, logs(), logs()])).getLogs(range)).toEqual([]);
    await expect((await open([large])).getLogs(range)).rejects.toBeInstanceOf(LogRangeRefused);
  });
});

describe('an endpoint that limits us', () => {
  it('rests for a growing time, while the others are asked', async () => {
    let now = 1_000_000;
    const client = await open([{ eth_getBalance: { error: { code: -32005, message: 'too many requests' } } }, balance('0x1'), balance('0x1')], { now: () => now, random: () => 1 });
    const rests: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
      const asked = nodes[0]?.asked.length;
      expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
      expect(nodes[0]?.asked.length).toBe(asked);
      const until = client.endpointHealth()[0]?.restingUntil ?? 0;
      rests.push(until - now);
      now = until;
    }
    expect(rests).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    nodes[0]!.script['eth_getBalance'] = { result: '0x1' };
    await client.balanceAt(at, ACCOUNT);
    expect(client.endpointHealth()[0]?.restingUntil).toBeNull();
  });

  it('is given the pause that it names, and a random part of ours', async () => {
    const client = await open([{ eth_getBalance: 429 }, balance('0x1'), balance('0x1')], { now: () => 0, random: () => 0 });
    await client.balanceAt(at, ACCOUNT);
    expect(client.endpointHealth()[0]?.restingUntil).toBe(2_000);
    const half = await open([refusing('eth_getBalance', 429, 'slow down'), balance('0x1'), balance('0x1')], { now: () => 0, random: () => 0 });
    await half.balanceAt(at, ACCOUNT);
    expect(half.endpointHealth()[0]?.restingUntil).toBe(250);
  });

  it('leaves two of two blind, in a word that may be tried again', async () => {
    const client = await open([{ eth_getBalance: 429 }, balance('0x1')]);
    await expect(client.balanceAt(at, ACCOUNT)).rejects.toMatchObject({ code: 'rpc-blind', disposition: 'retryable' });
  });

  it('rests not at all where it is the only one', async () => {
    const client = await open([{ eth_getBalance: 429 }]);
    await expect(client.balanceAt(at, ACCOUNT)).rejects.toMatchObject({ code: 'rpc-rate-limited', retryAfterMs: 2_000 });
    nodes[0]!.script['eth_getBalance'] = { result: '0x5' };
    expect(await client.balanceAt(at, ACCOUNT)).toBe(5n);
    expect(client.endpointHealth()).toMatchObject([{ failures: 1, restingUntil: null }]);
  });
});

describe('opening', () => {
  const other: Record<string, Script> = { eth_chainId: { result: '0x2' } };

  it('leaves out a wrong chain aloud while a quorum is right', async () => {
    const problems: EndpointProblem[] = [];
    const client = await open([other, balance('0x1'), balance('0x1')], { report: (problem) => problems.push(problem) });
    expect(problems).toMatchObject([{ kind: 'wrong-chain', endpoint: nodes[0]?.url, detail: expect.stringContaining('got chain id 2, expected 1') }]);
    expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
    expect(nodes[0]?.asked).toEqual(['eth_chainId']);
  });

  it('fails where no quorum is right', async () => {
    await expect(open([other, other, {}])).rejects.toBeInstanceOf(WrongChain);
    await expect(open([other, {}])).rejects.toBeInstanceOf(WrongChain);
    await expect(open([{ eth_chainId: 500 }, { eth_chainId: 500 }, {}])).rejects.toMatchObject({ code: 'rpc-blind', message: expect.stringMatching(/HTTP 500.*2 of 3/) });
    await expect(open([other, { eth_chainId: 500 }, {}])).rejects.toBeInstanceOf(RpcUnreachable);
  });

  it('asks an endpoint that was away for its chain id before anything else', async () => {
    let now = 0;
    const client = await open([{ ...balance('0x9'), eth_chainId: 500 }, balance('0x1'), balance('0x1')], { now: () => now });
    nodes[0]!.script['eth_chainId'] = { result: '0x2' };
    now = 60_000;
    expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
    await vi.waitFor(() => expect(client.endpointHealth()[0]?.lastError).toContain('got chain id 2'));
    expect(nodes[0]?.asked).toEqual(['eth_chainId', 'eth_chainId']);
    nodes[0]!.script['eth_chainId'] = { result: '0x1' };
    now = 180_000;
    await vi.waitFor(async () => {
      expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
      expect(nodes[0]?.asked.slice(2)).toEqual(['eth_chainId', 'eth_getBalance']);
    });
    expect(disagreements(client)).toEqual([1, 0, 0]);
  });

  it('waits for no endpoint that was away while the others suffice, and asks it where they do not', async () => {
    let now = 0;
    const client = await open([{ ...balance('0x1'), eth_chainId: 'silence' }, balance('0x1'), balance('0x1')], { now: () => now, timeoutMs: 1_500 });
    now = 60_000;
    nodes[0]!.script['eth_chainId'] = 'silence';
    expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
    expect(failures(client)).toEqual([1, 0, 0]);
    nodes[0]!.script['eth_chainId'] = { result: '0x1' };
    nodes[1]!.script['eth_getBalance'] = 500;
    expect(await client.balanceAt(at, ACCOUNT)).toBe(1n);
  });

  it('takes no endpoint twice, none at all, and shows no path', async () => {
    const [node] = await start({});
    await expect(connect({ urls: [`${node?.url}/key`, `${node?.url}/key`], chainId: chainId(1) })).rejects.toMatchObject({ code: 'invalid-input', message: expect.not.stringContaining('key') });
    await expect(connect({ urls: [], chainId: chainId(1) })).rejects.toMatchObject({ code: 'invalid-input' });
    const client = await connect({ urls: [`${node?.url}/key1`, `${node?.url}/key2`], chainId: chainId(1) });
    await expect(client.balanceAt(at, ACCOUNT)).rejects.not.toThrow(/key/);
    expect(JSON.stringify(client.endpointHealth())).not.toContain('key');
  });
});
