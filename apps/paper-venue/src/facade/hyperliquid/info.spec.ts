import { beforeEach, describe, expect, it } from 'vitest';
import { admin } from '../../admin/admin.js';
import { assemble } from '../../paper-venue.js';
import type { WireAnswer } from '../../wire-answer.js';
import { info } from './info.js';

let operated = assemble();
const bodyOf = (answer: WireAnswer): never => JSON.parse(answer.kind === 'reply' ? answer.body : 'null') as never;
const opened = (): { account: string; agent: string } => bodyOf(admin(operated, 'POST', '/admin/hyperliquid/accounts', { deposits: { USDC: '1000' } }));
const ask = (question: object): unknown => bodyOf(info(operated.hyperliquid, question));
const rested = (account: string, clientId: string | null = null) =>
  operated.hyperliquid.running.submit({ kind: 'order', order: { account, instrument: 'ETH', side: 'buy', priceE8: 200_000_000_000n, sizeE8: 10_000_000n, timeInForce: 'good-til-cancelled', postOnly: false, reduceOnly: false, clientId } }, {});

beforeEach(() => {
  operated = assemble({ wall: () => 1_700_000_000_000 });
});

describe('POST /info', () => {
  it('an address that is not known is an empty account', () => {
    const user = `0x${'9'.repeat(40)}`;
    expect(ask({ type: 'clearinghouseState', user })).toMatchObject({ marginSummary: { accountValue: '0.0' }, withdrawable: '0.0', assetPositions: [], time: 1_700_000_000_000 });
    expect([ask({ type: 'userFills', user }), ask({ type: 'openOrders', user }), ask({ type: 'userRole', user })]).toEqual([[], [], { role: 'missing' }]);
  });

  it('says what an address is, and which keys an account has until when; a revoked one is gone', () => {
    const { account, agent } = opened();
    expect([ask({ type: 'userRole', user: agent.toUpperCase().replace('0X', '0x') }), ask({ type: 'userRole', user: account })]).toEqual([{ role: 'agent', data: { user: account } }, { role: 'user' }]);
    expect(ask({ type: 'extraAgents', user: account })).toEqual([{ name: 'agent 1', address: agent, validUntil: 1_700_000_000_000 + 180 * 86_400_000 }]);
    operated.hyperliquid.running.revoke(agent);
    expect([ask({ type: 'extraAgents', user: account }), ask({ type: 'userRole', user: agent })]).toEqual([[], { role: 'missing' }]);
  });

  it('an order is found by either id, by its own account alone', () => {
    const [mine, theirs] = [opened(), opened()];
    const clientId = `0x${'ab'.repeat(16)}`;
    rested(mine.account, clientId);
    const found = ask({ type: 'orderStatus', user: mine.account, oid: 1 });
    expect(found).toMatchObject({ status: 'order', order: { status: 'open', order: { oid: 1, cloid: clientId, origSz: '0.1', sz: '0.1', limitPx: '2000.0', side: 'B', tif: 'Gtc' } } });
    expect(ask({ type: 'orderStatus', user: mine.account, oid: clientId.toUpperCase().replace('0X', '0x') })).toEqual(found);
    for (const oid of [1, clientId]) expect(ask({ type: 'orderStatus', user: theirs.account, oid })).toEqual({ status: 'unknownOid' });
    // 0.1 at 2000 with the highest leverage, 25, holds back 8.
    expect(ask({ type: 'clearinghouseState', user: mine.account })).toMatchObject({ withdrawable: '992.0' });
  });

  it('tells the leverage that is set where there is no position yet', () => {
    const { account } = opened();
    const leverage = (): unknown => (ask({ type: 'activeAssetData', user: account, coin: 'ETH' }) as { leverage: unknown }).leverage;
    expect(leverage()).toEqual({ type: 'cross', value: 25 });
    operated.hyperliquid.running.submit({ kind: 'mode', account, instrument: 'ETH', mode: { kind: 'isolated', leverage: 2n } }, {});
    expect(leverage()).toEqual({ type: 'isolated', value: 2 });
    expect(ask({ type: 'activeAssetData', user: account, coin: 'DOGE' })).toBeNull();
  });
});
