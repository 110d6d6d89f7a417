import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { address, chainId } from '@ballast/units';
import { afterEach, describe, expect, it } from 'vitest';
import { CallReverted, ReadFailed, RpcUnreachable, WrongChain } from '../errors.js';
import { connect } from './read-client.js';

const HASH = `0x${'1'.repeat(64)}`;
const POOL = address(`0x${'2'.repeat(40)}`);
const servers: Server[] = [];

/** A node that answers each method with the given text. */
async function node(answers: Record<string, unknown>, status = 200): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const answer = answers[(JSON.parse(body) as { method: string }).method] ?? { error: { code: -32601, message: 'Method not found' } };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify({ jsonrpc: '2.0', id: 1, ...(answer as object) }));
    });
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

const CHAIN = { eth_chainId: { result: '0x7a69' } };
const to = async (answers: Record<string, unknown>) => connect({ url: await node({ ...CHAIN, ...answers }), chainId: chainId(31337) });

describe('connecting', () => {
  it('says where nothing answers, without the path that may hold a key', async () => {
    await expect(connect({ url: 'http://127.0.0.1:9/secret-key', chainId: chainId(1) })).rejects.toThrow(/^http:\/\/127\.0\.0\.1:9: eth_chainId: got /);
    await expect(connect({ url: 'http://127.0.0.1:9/secret-key', chainId: chainId(1) })).rejects.not.toThrow(/secret/);
  });

  it('names the chain it met and the chain it expected', async () => {
    await expect(connect({ url: await node(CHAIN), chainId: chainId(1) })).rejects.toThrow(/got chain id 31337, expected 1/);
    await expect(connect({ url: await node({ eth_chainId: { result: 'mainnet' } }), chainId: chainId(1) })).rejects.toBeInstanceOf(WrongChain);
  });

  it('takes a page that is not JSON-RPC, or an HTTP error, for no answer', async () => {
    await expect(connect({ url: await node({ eth_chainId: '<html>' }), chainId: chainId(1) })).rejects.toBeInstanceOf(RpcUnreachable);
    await expect(connect({ url: await node({ eth_chainId: 'busy' }, 503), chainId: chainId(1) })).rejects.toThrow(/HTTP 503/);
  });

  it('gives up after its time', async () => {
    const silent = createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(connect({ url, chainId: chainId(1), timeoutMs: 50 })).rejects.toThrow(/no answer within 50 ms/);
  });
});

describe('reading', () => {
  it('waits for what goes first, before every request, where it was told to', async () => {
    const client = await to({ eth_getBalance: { result: '0x5' } });
    const gates: (() => void)[] = [];
    const patient = client.waitingFor(() => new Promise<void>((go) => gates.push(go)));
    let answered = 0;
    const asked = [patient.balanceAt({ hash: HASH }, POOL), patient.balanceAt({ hash: HASH }, POOL)].map((one) => one.then((wei) => (answered += Number(wei))));
    expect(await client.balanceAt({ hash: HASH }, POOL)).toBe(5n);
    expect([gates.length, answered]).toEqual([2, 0]);
    for (const go of gates) go();
    await Promise.all(asked);
    expect(answered).toBe(10);
    expect(patient.endpoint).toBe(client.endpoint);
  });

  it('parses a block into bigints and lower case', async () => {
    const client = await to({ eth_getBlockByNumber: { result: { number: '0x10', hash: HASH.toUpperCase().replace('0X', '0x'), timestamp: '0x5', baseFeePerGas: '0x7' } } });
    expect(await client.head()).toEqual({ number: 16n, hash: HASH, timestamp: 5n });
    expect(await client.baseFee()).toBe(7n);
  });

  it('refuses an answer of another shape, naming the field', async () => {
    const client = await to({ eth_getBlockByNumber: { result: { number: '0x10', hash: HASH, timestamp: 5 } } });
    await expect(client.head()).rejects.toThrow(/eth_getBlockByNumber\.timestamp/);
  });

  it('tells a revert, with its data, from a node that does not know the block', async () => {
    const reverting = await to({ eth_call: { error: { code: 3, message: 'execution reverted', data: '0x12345678' } } });
    await expect(reverting.callAt({ hash: HASH }, POOL, '0x')).rejects.toMatchObject({ code: 'call-reverted', data: '0x12345678' });
    const nested = await to({ eth_call: { error: { code: -32015, message: 'VM execution error', data: { data: '0xaabbccdd' } } } });
    await expect(nested.callAt({ hash: HASH }, POOL, '0x')).rejects.toBeInstanceOf(CallReverted);
    const lost = await to({ eth_call: { error: { code: -32001, message: 'Resource not found' } } });
    await expect(lost.callAt({ hash: HASH }, POOL, '0x')).rejects.toBeInstanceOf(ReadFailed);
  });

  it('asks whether the Multicall3 address is right when the answer is not its', async () => {
    const client = await to({ eth_call: { result: '0x' } });
    await expect(client.multicall({ hash: HASH }, [{ to: POOL, data: '0x' }])).rejects.toThrow(/Multicall3/);
    expect(await client.multicall({ hash: HASH }, [])).toEqual([]);
  });
});
