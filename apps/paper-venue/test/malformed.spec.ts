import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admin } from '../src/admin/admin.js';
import { call } from '../src/facade/deribit/call.js';
import { PRIVATE } from '../src/facade/deribit/private-methods.js';
import { PUBLIC } from '../src/facade/deribit/public-methods.js';
import { exchange } from '../src/facade/hyperliquid/exchange.js';
import { info } from '../src/facade/hyperliquid/info.js';
import { assemble } from '../src/paper-venue.js';
import type { WireAnswer } from '../src/wire-answer.js';

const statusOf = (answer: WireAnswer): number => (answer.kind === 'reply' ? answer.status : 0);
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', 'constructor', -1, 1e300, '', '0x', 'NaN', '1e9', `0x${'a'.repeat(40)}`, 'ETH', 'ETH-PERPETUAL', '9'.repeat(40)));
const fields = fc.dictionary(fc.constantFrom('user', 'coin', 'oid', 'startTime', 'endTime', 'dex', 'orders', 'cancels', 'asset', 'leverage', 'isCross', 'ntli', 'time', 'grouping', 'nonce', 'signature', 'action'), odd);

describe('malformed input', () => {
  it('Hyperliquid: whatever is asked is answered, in the venue\'s way', () => {
    const { hyperliquid } = assemble();
    const types = fc.constantFrom('meta', 'l2Book', 'clearinghouseState', 'orderStatus', 'userFillsByTime', 'userFunding', 'fundingHistory', 'activeAssetData', 'order', 'cancel', 'updateLeverage', 'what');
    fc.assert(fc.property(types, fields, odd, (type, rest, body) => {
      for (const asked of [{ ...rest, type }, body]) expect([200, 422]).toContain(statusOf(info(hyperliquid, asked)));
      for (const asked of [{ action: { ...rest, type }, nonce: 1, signature: { r: '0x1', s: '0x1', v: 27 } }, rest, body]) expect([200, 422]).toContain(statusOf(exchange(hyperliquid, asked)));
    }), { numRuns: 300 });
  });

  it('Deribit: whatever is asked is answered with a result or a code', () => {
    const operated = assemble();
    const answer = admin(operated, 'POST', '/admin/deribit/accounts', { deposits: { ETH: '10' } });
    const { clientId, clientSecret } = JSON.parse(answer.kind === 'reply' ? answer.body : '') as { clientId: string; clientSecret: string };
    const query = fc.dictionary(fc.constantFrom('instrument_name', 'currency', 'kind', 'amount', 'price', 'label', 'order_id', 'count', 'start_timestamp', 'end_timestamp', 'depth', 'time_in_force', 'valid_until', 'post_only'), odd.map((value) => (typeof value === 'object' && value !== null ? 'an object' : String(value))));
    let nonce = 0;
    fc.assert(fc.property(fc.constantFrom(...Object.keys(PUBLIC).map((name) => `public/${name}`), ...Object.keys(PRIVATE).map((name) => `private/${name}`), 'private/withdraw', 'x', 'public/__proto__'), query, (path, params) => {
      const target = `/api/v2/${path}?${new URLSearchParams(params).toString()}`;
      const ts = Date.now();
      nonce += 1;
      const sig = createHmac('sha256', clientSecret).update(`${ts}\n${nonce}\nGET\n${target}\n\n`).digest('hex');
      expect([200, 400]).toContain(statusOf(call(operated.deribit, { authorization: `deri-hmac-sha256 id=${clientId},ts=${ts},sig=${sig},nonce=${nonce}`, method: 'GET', target, body: '' })));
    }), { numRuns: 1_000 });
  });

  it('the operator: whatever is asked is done or refused', () => {
    const operated = assemble();
    const keys = fc.dictionary(fc.constantFrom('kind', 'instrument', 'mark', 'rate', 'account', 'amount', 'currency', 'deposits', 'rules', 'limit', 'advanceMs', 'key', 'inMs', 'markIv'), odd);
    fc.assert(fc.property(fc.constantFrom('accounts', 'keys', 'keys/revoke', 'deposits', 'events', 'faults', 'options', '__proto__'), fc.constantFrom('hyperliquid', 'deribit', 'toString'), keys, (route, venue, body) => {
      expect([200, 400, 404, 409]).toContain(statusOf(admin(operated, 'POST', `/admin/${venue}/${route}`, body)));
    }), { numRuns: 500 });
  });
});
