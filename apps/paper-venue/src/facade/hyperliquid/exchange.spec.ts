import { Wallet } from 'ethers';
import { beforeEach, describe, expect, it } from 'vitest';
import { admin } from '../../admin/admin.js';
import { assemble } from '../../paper-venue.js';
import type { WireAnswer } from '../../wire-answer.js';
import { exchange } from './exchange.js';
import { actionHash, domainOf, PAPER, type ActionValue } from './signature.js';

let nowMs = 1_700_000_000_000;
let operated = assemble();
let key = { account: '', agent: '', privateKey: '' };
let nonce = 0;

const bodyOf = (answer: WireAnswer): { status?: string; response?: never } => JSON.parse(answer.kind === 'reply' && answer.status === 200 ? answer.body : '{}') as never;

async function send(action: ActionValue, more: { nonce?: number; vaultAddress?: string; expiresAfter?: number } = {}, place = PAPER): Promise<WireAnswer> {
  nonce += 1;
  const request = { action, nonce: more.nonce ?? nonce, vaultAddress: more.vaultAddress ?? null, expiresAfter: more.expiresAfter ?? null };
  const hex = await new Wallet(key.privateKey).signTypedData(domainOf(place), { Agent: [{ name: 'source', type: 'string' }, { name: 'connectionId', type: 'bytes32' }] }, { source: place.source, connectionId: actionHash(request) });
  return exchange(operated.hyperliquid, { ...request, signature: { r: hex.slice(0, 66), s: `0x${hex.slice(66, 130)}`, v: Number(`0x${hex.slice(130)}`) } });
}

const order = (overrides = {}): { [key: string]: ActionValue } => ({ a: 1, b: true, p: '3010', s: '0.1', r: false, t: { limit: { tif: 'Ioc' } }, ...overrides });
const orders = (...list: ActionValue[]): ActionValue => ({ type: 'order', orders: list, grouping: 'na' });
const refused = async (action: ActionValue, more = {}): Promise<unknown> => bodyOf(await send(action, more)).response;
const errors = async (...list: ActionValue[]): Promise<unknown> => (bodyOf(await send(orders(...list))).response as unknown as { data: { statuses: unknown[] } }).data.statuses;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  nonce = nowMs;
  operated = assemble({ wall: () => nowMs });
  key = bodyOf(admin(operated, 'POST', '/admin/hyperliquid/accounts', { deposits: { USDC: '50000' } })) as never;
});

describe('POST /exchange', () => {
  it('carries a list out part by part: each has its own status', async () => {
    expect(await errors(order(), order({ p: '3010.05' }), order({ s: '0.00001' }), order({ a: 77 }), order({ p: '2000', t: { limit: { tif: 'Gtc' } } }))).toEqual([
      { filled: { totalSz: '0.1', avgPx: '3000.3', oid: 1 } },
      { error: 'Price must be divisible by tick size. asset=1' },
      { error: 'Order has invalid size. asset=1' },
      { error: 'Asset 77 does not exist.' },
      { resting: { oid: 3 } },
    ]);
  });

  it('a price has five significant digits, or is whole', async () => {
    admin(operated, 'POST', '/admin/hyperliquid/events', { kind: 'prices', instrument: 'BTC', mark: '123456' });
    const at = (p: string): Promise<unknown> => errors(order({ a: 0, s: '0.01', p, t: { limit: { tif: 'Gtc' } } }));
    expect(await at('123001')).toEqual([{ resting: { oid: 1 } }]);
    expect(await at('99999.5')).toEqual([{ error: 'Price must be divisible by tick size. asset=0' }]);
    expect(await at('99999')).toEqual([{ resting: { oid: 2 } }]);
  });

  it('an action past its expiry, for a vault, or with a nonce that is used or far from now, is refused', async () => {
    expect(await refused(orders(order()), { expiresAfter: nowMs - 1 })).toBe('Action has expired.');
    expect(await refused(orders(order()), { vaultAddress: `0x${'12'.repeat(20)}` })).toContain('Vault not registered');
    expect(await refused(orders(order()), { nonce: nowMs - 2 * 86_400_000 })).toContain('Invalid nonce');
    expect(await refused(orders(order()), { nonce: nowMs + 86_400_000 })).toContain('Invalid nonce');
    expect(bodyOf(await send(orders(order()), { nonce: nowMs, expiresAfter: nowMs })).status).toBe('ok');
    expect(await refused(orders(order()), { nonce: nowMs })).toBe(`Invalid nonce: duplicate nonce ${nowMs}`);
    expect(operated.refusals.all).toHaveLength(5);
  });

  it('of a key a hundred nonces are remembered, and one below them all is too low', async () => {
    for (let count = 0; count < 100; count += 1) await send({ type: 'cancel', cancels: [{ a: 1, o: 999 }] });
    expect(await refused(orders(order()), { nonce: nowMs })).toContain('is too low');
    expect(bodyOf(await send(orders(order()))).status).toBe('ok');
  });

  it('a request that was lost on its way has not used its nonce; one whose reply was lost has', async () => {
    const lose = (kind: string): void => void admin(operated, 'POST', '/admin/hyperliquid/faults', { rules: [{ on: 'order', fault: { kind } }] });
    lose('request-lost');
    expect((await send(orders(order()), { nonce: nowMs + 7 })).kind).toBe('silence');
    lose('reply-lost');
    expect((await send(orders(order()), { nonce: nowMs + 7 })).kind).toBe('silence');
    expect(await refused(orders(order()), { nonce: nowMs + 7 })).toContain('duplicate nonce');
  });

  it('prices and sizes are signed without zeros at their end: with them the venue sees another signer', async () => {
    expect(await refused(orders(order({ p: '3010.0' })))).toMatch(/^User or API Wallet 0x[0-9a-f]{40} does not exist\.$/);
    expect(await refused(orders(order({ s: '0.10' })))).toContain('does not exist');
    expect(bodyOf(await send(orders(order({ p: '3010', s: '1' })))).status).toBe('ok');
  });

  it('the timer is a change, and not a question, to the script of faults', async () => {
    const script = (on: string): void => void admin(operated, 'POST', '/admin/hyperliquid/faults', { rules: [{ on, fault: { kind: 'rate-limited' } }] });
    script('read');
    expect(await send({ type: 'scheduleCancel' })).toMatchObject({ status: 200 });
    script('change');
    expect(await send({ type: 'scheduleCancel' })).toMatchObject({ status: 429 });
  });

  it('a key runs out', async () => {
    nowMs += 181 * 86_400_000;
    expect(await refused(orders(order()), { nonce: nowMs })).toBe(`User or API Wallet ${key.agent} does not exist.`);
  });

  const REFUSED: readonly [string, ActionValue][] = [
    ['withdraw3', { type: 'withdraw3', amount: '1' }], ['usdSend', { type: 'usdSend' }], ['approveAgent', { type: 'approveAgent' }], ['batchModify', { type: 'batchModify' }],
    ['order', orders(order({ t: { trigger: { isMarket: true, triggerPx: '1', tpsl: 'sl' } } }))], ['order', { ...(orders(order()) as object), builder: { b: `0x${'1'.repeat(40)}`, f: 0 } }],
    ['order', orders(order({ p: 3010 }))], ['order', orders(order({ c: 'hedge-1' }))], ['order', orders(order({ extra: 1 }))], ['cancel', { type: 'cancel', cancels: [] }],
  ];
  it.each(REFUSED)('refuses and records %s: %j', async (asked, action) => {
    expect(bodyOf(await send(action)).status).not.toBe('ok');
    expect(operated.refusals.all.map((refusal) => refusal.asked)).toEqual([asked]);
    expect(operated.hyperliquid.running.state.fills).toEqual([]);
  });

  it.each([undefined, null, 'text', [], {}, { action: { type: 'order' } }, { action: { type: 'order' }, nonce: 1, signature: { r: '0x1', s: '0x1', v: 99 } }])('a body that is no signed action is answered as the venue does: %j', (body) => {
    expect(exchange(operated.hyperliquid, body)).toMatchObject({ kind: 'reply', status: 422 });
  });
});
