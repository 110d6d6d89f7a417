import { Wallet } from 'ethers';
import { chainId } from '@ballast/units';
import { afterEach, describe, expect, it } from 'vitest';
import { ScriptedNode, type Script } from '../../test/scripted-node.js';
import { connectSender, type Delivery } from './send-client.js';
import { RelayedSends } from './send-relay.js';
import type { Hex } from './wire.js';

const nodes: ScriptedNode[] = [];
afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())));

const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const signed = async (nonce: number, gwei = 30n, tip = 1n): Promise<Hex> =>
  (await wallet.signTransaction({ type: 2, chainId: 1, nonce, to: wallet.address, gasLimit: 21_000n, maxFeePerGas: gwei * 1_000_000_000n, maxPriorityFeePerGas: tip })) as Hex;
const HASH = { result: `0x${'1'.repeat(64)}` } as const;
const says = (message: string, code = -32000): Script => ({ error: { code, message } });

async function open(relay: Record<string, Script>, everybody: Script = HASH, patience?: bigint) {
  const [there, node] = await Promise.all([ScriptedNode.start(relay), ScriptedNode.start({ eth_sendRawTransaction: everybody })]);
  nodes.push(there, node);
  const sends = new RelayedSends(await connectSender({ url: node.url, chainId: chainId(1) }), { url: there.url, timeoutMs: 500, ...(patience === undefined ? {} : { patience }) });
  return { sends, private_: () => there.asked.length, open_: () => node.asked.filter((method) => method === 'eth_sendRawTransaction').length, there };
}
const takes: Record<string, Script> = { eth_sendPrivateTransaction: HASH };
const at = (block: bigint, isUrgent = false): Delivery => ({ to: 'relay', isUrgent, block });

describe('sending through a private relay', () => {
  it('tells nobody else, for some blocks; then everybody', async () => {
    const { sends, private_, open_ } = await open(takes);
    const raw = await signed(4);
    expect(await sends.broadcast(raw, at(100n))).toEqual({ kind: 'accepted' });
    expect(await sends.broadcast(raw, at(101n))).toEqual({ kind: 'already-known' });
    expect([private_(), open_()]).toEqual([1, 0]);
    expect(await sends.broadcast(raw, at(102n))).toEqual({ kind: 'accepted' });
    expect([private_(), open_()]).toEqual([1, 1]);
  });

  it('gives a replacement to the relay, and no new patience', async () => {
    const { sends, private_, open_ } = await open(takes);
    await sends.broadcast(await signed(4), at(100n));
    expect(await sends.broadcast(await signed(4, 40n), at(101n))).toEqual({ kind: 'accepted' });
    expect([private_(), open_()]).toEqual([2, 0]);
    await sends.broadcast(await signed(4, 50n), at(102n));
    expect([private_(), open_()]).toEqual([3, 1]);
    // Another nonce has its own.
    await sends.broadcast(await signed(5), at(102n));
    expect([private_(), open_()]).toEqual([4, 1]);
  });

  it('gives it to the relay again when that has dropped it', async () => {
    const { sends, private_, open_, there } = await open(takes, HASH, 1_000n);
    const raw = await signed(4);
    for (const block of [100n, 110n, 124n]) await sends.broadcast(raw, at(block));
    expect(private_()).toBe(1);
    await sends.broadcast(raw, at(125n));
    expect([private_(), open_()]).toEqual([2, 0]);
    expect(there.asked).toEqual(['eth_sendPrivateTransaction', 'eth_sendPrivateTransaction']);
  });

  it.each<[string, Promise<Hex>, Delivery | undefined, number, number]>([
    ['urgent: both at once', signed(1), at(100n, true), 1, 1],
    ['without a tip: no relay would take it', signed(1, 30n, 0n), at(100n), 0, 1],
    ['what need not be private: everybody', signed(1), { to: 'everybody' }, 0, 1],
    ['nobody said how: everybody', signed(1), undefined, 0, 1],
  ])('%s', async (_, raw, delivery, toRelay, toAll) => {
    const { sends, private_, open_ } = await open(takes);
    expect(await sends.broadcast(await raw, delivery)).toEqual({ kind: 'accepted' });
    expect([private_(), open_()]).toEqual([toRelay, toAll]);
  });

  it.each<[string, Record<string, Script>, string, number]>([
    ['is away', { eth_sendPrivateTransaction: 500 }, 'accepted', 1],
    ['is silent', { eth_sendPrivateTransaction: 'silence' }, 'accepted', 1],
    ['refuses it', { eth_sendPrivateTransaction: says('simulation failed') }, 'accepted', 1],
    ['knows it', { eth_sendPrivateTransaction: says('already known') }, 'already-known', 0],
    ['says that its nonce is used', { eth_sendPrivateTransaction: says('nonce too low') }, 'nonce-too-low', 0],
    ['wants a higher fee', { eth_sendPrivateTransaction: says('replacement transaction underpriced') }, 'underpriced', 0],
    ['takes it only as a node does', { eth_sendRawTransaction: HASH }, 'accepted', 0],
  ])('where the relay %s: %s', async (_, relay, expected, toAll) => {
    const { sends, open_ } = await open(relay);
    expect(await sends.broadcast(await signed(1), at(100n))).toMatchObject({ kind: expected });
    expect(open_()).toBe(toAll);
  });

  it('does not know whether the bytes arrived when nobody answers', async () => {
    const { sends } = await open({ eth_sendPrivateTransaction: 500 }, 502);
    await expect(sends.broadcast(await signed(1), at(100n))).rejects.toMatchObject({ code: 'rpc-unreachable', disposition: 'retryable' });
    await expect(sends.broadcast(await signed(1), at(100n, true))).rejects.toMatchObject({ code: 'rpc-unreachable' });
  });
});
