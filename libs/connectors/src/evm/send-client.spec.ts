import { address, chainId } from '@ballast/units';
import { afterEach, describe, expect, it } from 'vitest';
import { ScriptedNode, type Script, type Scripted } from '../../test/scripted-node.js';
import { ReadFailed, RpcUnreachable, WrongChain } from '../errors.js';
import type { EndpointOptions } from './rpc.js';
import { classifyBroadcast, connectSender, type SendClient } from './send-client.js';

const nodes: ScriptedNode[] = [];
afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())));

async function open(scripts: readonly Record<string, Script>[], options: EndpointOptions = {}): Promise<SendClient> {
  nodes.push(...(await Promise.all(scripts.map((script) => ScriptedNode.start(script)))));
  return connectSender({ urls: nodes.slice(-scripts.length).map(({ url }) => url), chainId: chainId(1), timeoutMs: 5_000, ...options });
}
const sent = (script: Script): Record<string, Script> => ({ eth_sendRawTransaction: script });
const says = (message: string): Record<string, Script> => sent({ error: { code: -32000, message } });
const accepts = sent({ result: `0x${'1'.repeat(64)}` });
const timesSent = (): number[] => nodes.map(({ asked }) => asked.filter((method) => method === 'eth_sendRawTransaction').length);
const call = { from: address(`0x${'1'.repeat(40)}`), to: address(`0x${'2'.repeat(40)}`), data: '0x' as const };

describe('what a node says to signed bytes', () => {
  it.each([
    ['already known', 'already-known'],
    ['transaction already imported', 'already-known'],
    ['AlreadyKnown', 'already-known'],
    ['nonce too low: next nonce 5, tx nonce 4', 'nonce-too-low'],
    ['OldNonce', 'nonce-too-low'],
    ['nonce too high: address 0x1, tx: 9 state: 4', 'nonce-too-high'],
    ['NonceGap, Future nonce. Expected nonce: 4', 'nonce-too-high'],
    ['gapped-nonce tx from delegated accounts', 'nonce-too-high'],
    ['replacement transaction underpriced', 'underpriced'],
    ['transaction underpriced: gas tip cap 0', 'underpriced'],
    ['max fee per gas less than block base fee', 'underpriced'],
    ['insufficient funds for gas * price + value', 'rejected'],
    ['exceeds block gas limit', 'rejected'],
  ])('%s: %s', (reason, kind) => {
    expect(classifyBroadcast(reason).kind).toBe(kind);
  });
});

describe('sending through several endpoints', () => {
  it('tells the bytes to all, and is content when one takes them', async () => {
    expect(await (await open([says('nonce too low'), sent(500), accepts])).broadcast('0x01')).toEqual({ kind: 'accepted' });
    expect(timesSent()).toEqual([1, 1, 1]);
  });

  it('does not wait for who says nothing once the bytes are taken', async () => {
    const client = await open([sent('silence'), accepts], { timeoutMs: 60_000 });
    expect(await client.broadcast('0x01')).toEqual({ kind: 'accepted' });
  });

  it.each([
    [['insufficient funds', 'already known', 'nonce too low'], 'already-known'],
    [['replacement transaction underpriced', 'insufficient funds', 'nonce too low: next nonce 5'], 'nonce-too-low'],
    [['insufficient funds', 'transaction underpriced'], 'underpriced'],
    [['insufficient funds', 'nonce too high'], 'nonce-too-high'],
    [['insufficient funds', 'exceeds block gas limit'], 'rejected'],
  ])('%j: %s', async (answers, kind) => {
    expect((await (await open(answers.map(says))).broadcast('0x01')).kind).toBe(kind);
    expect((await (await open([...answers].reverse().map(says))).broadcast('0x01')).kind).toBe(kind);
  });

  it('does not know whether the bytes arrived when nobody answers', async () => {
    await expect((await open([sent(500), sent(502)])).broadcast('0x01')).rejects.toMatchObject({ code: 'rpc-blind', disposition: 'retryable' });
    await expect((await open([sent(500)])).broadcast('0x01')).rejects.toMatchObject({ code: 'rpc-unreachable' });
  });

  it('spares an endpoint under a rate limit unless no other takes the bytes', async () => {
    const client = await open([sent(429), accepts], { now: () => 0 });
    await client.broadcast('0x01');
    await client.broadcast('0x02');
    expect(timesSent()).toEqual([1, 2]);
    nodes[1]!.script['eth_sendRawTransaction'] = 500;
    nodes[0]!.script['eth_sendRawTransaction'] = accepts['eth_sendRawTransaction']!;
    expect(await client.broadcast('0x03')).toEqual({ kind: 'accepted' });
  });

  it('needs one endpoint of the right chain, and leaves the wrong ones out', async () => {
    const other: Record<string, Script> = { ...accepts, eth_chainId: { result: '0x2' } };
    const client = await open([other, accepts]);
    await client.broadcast('0x01');
    expect(timesSent()).toEqual([0, 1]);
    await expect(open([other, other])).rejects.toBeInstanceOf(WrongChain);
    await expect(open([other, { eth_chainId: 500 }])).rejects.toBeInstanceOf(RpcUnreachable);
  });
});

describe('trying out through several endpoints', () => {
  const head = { number: 5n, hash: `0x${'3'.repeat(64)}` as never, timestamp: 9n };
  const gas = (script: Script): Record<string, Script> => ({ eth_estimateGas: script });

  it('asks the first that can, in the order given', async () => {
    const client = await open([gas(500), gas({ result: '0x5' }), gas({ result: '0x6' })]);
    expect(await client.estimateGas(call)).toEqual({ kind: 'ok', gas: 5n });
    expect(nodes.map(({ asked }) => asked.length)).toEqual([2, 2, 1]);
    expect(client.endpointHealth().map(({ failures }) => failures)).toEqual([1, 0, 0]);
  });

  it('takes a revert for an answer, and a node that does not know the block for none', async () => {
    const reverts = gas({ error: { code: 3, message: 'execution reverted', data: '0xaa' } });
    expect(await (await open([gas({ error: { code: -32000, message: 'header not found' } }), reverts, gas({ result: '0x6' })])).estimateGas(call)).toMatchObject({ kind: 'reverted', data: '0xaa' });
  });

  it('simulates as each node can', async () => {
    const plain: Record<string, Script> = { eth_call: { result: '0x' } };
    const client = await open([{ eth_simulateV1: 500 }, plain]);
    expect(await client.simulate(call, head)).toEqual({ kind: 'ok', logs: null });
    expect(await client.simulate(call, head)).toEqual({ kind: 'ok', logs: null });
    expect(nodes[1]?.asked).toEqual(['eth_chainId', 'eth_simulateV1', 'eth_call', 'eth_call']);
  });

  const logged = (...topics: readonly string[]): Script => ({ result: [{ calls: [{ status: '0x1', gasUsed: '0x5', returnData: '0x', logs: topics.map((topic) => ({ address: call.to, topics: [`0x${topic.repeat(64)}`], data: '0x' })) }] }] });
  const simulates = (script: Script): Record<string, Script> => ({ eth_simulateV1: script });
  const reverted: Script = { result: [{ calls: [{ status: '0x0', gasUsed: '0x5', returnData: '0xaa', error: { message: 'no' } }] }] };

  it.each([
    ['two that say the same', [logged('1'), logged('1'), 500], { kind: 'ok', gasUsed: 5n, logs: [{}] }],
    ['two of three, whoever differs first', [reverted, logged('1'), logged('1')], { kind: 'ok' }],
    ['two of three, whoever differs last', [logged('1'), reverted, reverted], { kind: 'reverted', data: '0xaa' }],
    ['the other two where one fails', [500, logged('1'), logged('1')], { kind: 'ok' }],
    ['the only one that answers', [500, logged('1'), 502], { kind: 'ok' }],
    ['the one that answers, where the other is silent', [logged('1'), 'silence'], { kind: 'ok' }],
  ] as const)('goes by %s', async (_, scripts, expected) => {
    expect(await (await open(scripts.map(simulates))).simulate(call, head)).toMatchObject(expected);
  });

  it('knows nothing where no two say the same', async () => {
    const client = await open([logged('1'), logged('1', '2'), reverted].map(simulates));
    await expect(client.simulate(call, head)).rejects.toMatchObject({ code: 'rpc-disagreement', disposition: 'retryable', message: expect.stringContaining('success with 2 logs') });
  });

  it('asks for what would be paid too, at the block’s own hash, and without it where the node would not take that', async () => {
    const asked: unknown[][] = [];
    const client = await open([simulates((params) => {
      asked.push([...params]);
      return (params[0] as { validation: boolean }).validation ? { error: { code: -38014, message: 'insufficient funds' } } : (logged('1') as Scripted);
    })]);
    expect(await client.simulate({ ...call, offer: { gas: 9n, maxFeePerGas: 8n, maxPriorityFeePerGas: 7n } }, head)).toMatchObject({ kind: 'ok' });
    const shown = { from: call.from, to: call.to, data: '0x' };
    expect(asked).toMatchObject([
      [{ validation: true, traceTransfers: true, blockStateCalls: [{ calls: [{ ...shown, gas: '0x9', maxFeePerGas: '0x8', maxPriorityFeePerGas: '0x7' }] }] }, { blockHash: head.hash }],
      [{ validation: false, traceTransfers: true, blockStateCalls: [{ calls: [shown] }] }, { blockHash: head.hash }],
    ]);
  });

  it('fails as a node would where all fail alike', async () => {
    const lost = gas({ error: { code: -32000, message: 'header not found' } });
    await expect((await open([lost, lost])).estimateGas(call)).rejects.toBeInstanceOf(ReadFailed);
    await expect((await open([lost, gas(500)])).estimateGas(call)).rejects.toMatchObject({ code: 'rpc-blind' });
  });
});
