import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RelayedSends } from '@ballast/connectors';
import type { Economics } from '@ballast/policy';
import { rawAmount, usdE8, wad } from '@ballast/units';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut } from '../../../../test/chaos/executor-stage.js';
import { executions, plan, type ProtectedLoan } from '../../../../test/chaos/protected-loan.js';
import { openScene, type Scene, type Sends } from '../../test/scene.js';

let scene: Scene;
let relay: Server;
let url: string;
/** What the relay does with what it is given: hand it to the block's maker, keep it to itself, or be away. */
let mode: 'includes' | 'keeps' | 'away' = 'includes';
const held: string[] = [];
let isPublic = 0;

beforeAll(async () => {
  scene = await openScene(inject('postgresUrl'), 7_008);
  relay = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => void answer(body).then((text) => (text === null ? response.destroy() : response.writeHead(200, { 'content-type': 'application/json' }).end(text))));
  });
  await new Promise<void>((ready) => relay.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((closed) => relay?.close(closed));
  await scene?.close();
});

async function answer(body: string): Promise<string | null> {
  const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: readonly { readonly tx: string }[] };
  if (mode === 'away') return null;
  const [given] = params;
  if (method !== 'eth_sendPrivateTransaction' || given === undefined) return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } });
  held.push(given.tx);
  const result: unknown = mode === 'includes' ? await scene.chain.provider.send('eth_sendRawTransaction', [given.tx]) : `0x${'0'.repeat(64)}`;
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

/** Through the relay, counting what everybody is told. */
const relayed = (): Sends => new RelayedSends(scene.sends({
  broadcast: (raw) => {
    isPublic += 1;
    return scene.stage.sends.broadcast(raw);
  },
}) as never, { url, timeoutMs: 2_000 });

async function repay(loan: ProtectedLoan, hundredths: bigint): Promise<string> {
  const { stage } = scene;
  const economics: Economics = { healthFactor: wad(hundredths * 10n ** 16n), lossAvoidedUsdE8: usdE8(5_000n * 10n ** 8n), coinUsdE8: usdE8(2_850n * 10n ** 8n), chance: null };
  const head = await stage.reads.head();
  const { guard, hash } = loan.mandate;
  const planned = await stage.journal.plan({ kind: 'REPAY', chainId: stage.chain, guard, mandateHash: hash, positionId: loan.positionId, min: rawAmount(0n), max: rawAmount(1_914_000_000n), deadline: head.timestamp + 3_600n, economics }, null, null, []);
  return planned.kind === 'planned' ? planned.intent.id : expect.fail('busy');
}
function begin(how: typeof mode): void {
  mode = how;
  held.length = 0;
  isPublic = 0;
}

describe('a private relay', () => {
  it('carries a rescue that nobody else is told of', async () => {
    begin('includes');
    const loan = await scene.loanInDanger();
    const id = await repay(loan, 117n);
    const executor = scene.executor({ sends: relayed() });
    expect(await executor.advance(id)).toMatchObject({ waiting: 'mining' });
    await scene.withBlocks(() => carryOut(executor, id));
    expect((await scene.intent(id)).state).toBe('DONE');
    expect([held.length, isPublic]).toEqual([1, 0]);
  });

  it('that keeps it to itself for two blocks is not waited for', async () => {
    begin('keeps');
    const loan = await scene.loanInDanger();
    const id = await repay(loan, 117n);
    const executor = scene.executor({ sends: relayed() }, { rebroadcastAfterMs: 30 });
    expect(await executor.advance(id)).toMatchObject({ waiting: 'mining' });
    await new Promise((later) => setTimeout(later, 50));
    await executor.advance(id);
    expect([held.length, isPublic]).toEqual([1, 0]);
    await scene.withBlocks(() => carryOut(executor, id));
    expect((await scene.intent(id)).state).toBe('DONE');
    expect(isPublic).toBeGreaterThan(0);
    expect(await executions(scene.stage, loan.mandate.hash)).toBe(1);
  });

  it('that is away costs nothing but the attempt', async () => {
    begin('away');
    const loan = await scene.loanInDanger();
    const id = await repay(loan, 117n);
    const executor = scene.executor({ sends: relayed() });
    await scene.withBlocks(() => carryOut(executor, id));
    expect((await scene.intent(id)).state).toBe('DONE');
    expect([held.length, isPublic > 0]).toEqual([0, true]);
  });

  it('is not waited for when the loan is about to be liquidated, and is not asked for what moves no funds', async () => {
    begin('keeps');
    const loan = await scene.loanInDanger();
    const id = await repay(loan, 104n);
    const executor = scene.executor({ sends: relayed() });
    await executor.advance(id);
    expect([held.length, isPublic]).toEqual([1, 1]);
    await scene.withBlocks(() => carryOut(executor, id));
    expect((await scene.intent(id)).state).toBe('DONE');

    begin('includes');
    const late = await plan(scene.stage, await scene.loanInDanger(), 'REPAY', 1_914_000_000n, 600n);
    await scene.executor({ sends: scene.sends({ broadcast: async () => ({ kind: 'accepted' }) }) }).advance(late.id);
    await scene.chain.mining.mine((await scene.chain.mining.chainTime()) + 700);
    await scene.withBlocks(() => carryOut(executor, late.id));
    expect((await scene.intent(late.id)).state).toBe('EXPIRED');
    expect([held.length, isPublic > 0]).toEqual([0, true]);
  });
});
