import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAction } from '../src/facade/hyperliquid/exchange-requests.js';
import { PRIVATE } from '../src/facade/deribit/private-methods.js';
import { PUBLIC } from '../src/facade/deribit/public-methods.js';

const FILE = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'data/cex_requests/ccxt_request_shapes.json');

describe.skipIf(!existsSync(FILE))('the requests that ccxt was recorded to send', () => {
  const { hyperliquid, deribit } = existsSync(FILE)
    ? (JSON.parse(readFileSync(FILE, 'utf8')) as { hyperliquid: { d: string; action: unknown }[]; deribit: { url: string }[] })
    : { hyperliquid: [], deribit: [] };

  it('Hyperliquid: every order with a limit and the timer are taken with price and size as they stand; triggers are not', () => {
    for (const { d, action } of hyperliquid) {
      const parsed = parseAction(action);
      expect([d, parsed.success]).toEqual([d, !JSON.stringify(action).includes('"trigger"')]);
      if (!parsed.success || parsed.data.type !== 'order') continue;
      const [order] = (action as { orders: { p: string; s: string; b: boolean }[] }).orders;
      expect(parsed.data.orders[0]).toMatchObject({ p: BigInt(Math.round(Number(order?.p) * 1e8)), s: BigInt(Math.round(Number(order?.s) * 1e8)), b: order?.b });
    }
  });

  it('Deribit: which methods and parameters are taken', () => {
    const taken = deribit.map(({ url }) => {
      const { pathname, searchParams } = new URL(url);
      const [area, name = ''] = pathname.replace('/api/v2/', '').split('/');
      const method = area === 'public' ? PUBLIC[name] : PRIVATE[name];
      return [name, method?.params.safeParse(Object.fromEntries(searchParams)).success ?? 'not offered'];
    });
    expect(taken).toEqual([
      ['get_last_trades_by_instrument', 'not offered'], ['buy', true], ['sell', true],
      // A trailing stop.
      ['sell', false],
      ['cancel_all', true], ['cancel_all_by_instrument', true], ['get_open_orders_by_currency', true], ['get_open_orders_by_instrument', true], ['get_user_trades_by_instrument_and_time', true],
      ['submit_transfer_to_subaccount', 'not offered'], ['edit', 'not offered'],
    ]);
  });
});
