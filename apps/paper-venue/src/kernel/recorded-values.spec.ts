import { readFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aLinear, aMarket, aVenue, e8, e12 } from '../../test/venues.js';
import { accountValueFloor, availableFloor, liquidationPrice, marginOf, profitFloor, tiersOfLeverage, valuationOf, type Account, type Position } from './index.js';
import { feeOf } from './matching.js';

/** A position as Hyperliquid reports it: signed size, entry, leverage. */
const held = (instrument: string, size: string, entry: string, leverage: bigint, rest: Partial<Position> = {}): Position => ({
  instrument, sizeE8: e8(size), costE8: (e8(size) * e8(entry)) / e8('1'), mode: { kind: 'cross', leverage }, isolatedE8: 0n, fundingE8: 0n, ...rest,
});
const listed = (name: string, price: string, maxLeverage: bigint) => aMarket(aLinear({ name, tiers: tiersOfLeverage([{ aboveE8: 0n, maxLeverage }]) }), price);

/** Real answers of Hyperliquid: ccxt, ts/src/test/static/response/hyperliquid.json (MIT), fetchPositions "short position" and "isolated short position". */
describe('values that Hyperliquid gave', () => {
  const state = aVenue([listed('SOL', '137.96', 50n), listed('ETH', '2387', 50n)], {});
  const positions = { SOL: held('SOL', '-0.5', '138.76', 20n), ETH: held('ETH', '1.6', '1100', 20n) };
  // totalRawUsd 7773.996934 is cash minus what the positions cost.
  const account: Account = { id: 'a', settlesIn: 'USDC', cashE8: e8('7773.996934') + positions.SOL.costE8 + positions.ETH.costE8, positions, modes: {} };
  const valuation = valuationOf(state);

  it('cross: account value, maintenance and initial margin', () => {
    expect(marginOf(account, valuation, 'cross')).toEqual({ equityE8: e8('11524.216934'), maintenanceE8: e8('38.8818'), initialE8: e8('194.409') });
    expect(accountValueFloor(account, valuation)).toBe(e8('11524.216934'));
    expect(profitFloor(aLinear(), positions.SOL, e8('137.96'))).toBe(e8('0.4'));
    expect(profitFloor(aLinear(), positions.ETH, e8('2387'))).toBe(e8('2059.2'));
  });

  it('cross: the short is liquidated at 22881.19788911, the long at no price', () => {
    const found = liquidationPrice(account, valuation, positions.SOL);
    // The first price of 1e-8 beyond the recorded one, which is cut after 8 digits.
    expect(found).toEqual({ kind: 'price', priceE8: expect.any(BigInt) });
    if (found.kind === 'price') expect(found.priceE8 - e8('22881.19788911')).toBeLessThanOrEqual(2n);
    if (found.kind === 'price') expect(found.priceE8 - e8('22881.19788911')).toBeGreaterThanOrEqual(0n);
    expect(liquidationPrice(account, valuation, positions.ETH)).toEqual({ kind: 'none' });
  });

  it('isolated: rawUsd 211.144417 on 4 short is liquidated at 50.2724802381', () => {
    const hype = aVenue([listed('HYPE', '48.145', 10n)], {});
    const short = held('HYPE', '-4', '47.9932', 10n, { mode: { kind: 'isolated', leverage: 10n } });
    const position = { ...short, isolatedE8: e8('211.144417') + short.costE8 };
    const isolated: Account = { id: 'a', settlesIn: 'USDC', cashE8: e8('57.6421'), positions: { HYPE: position }, modes: {} };
    const found = liquidationPrice(isolated, valuationOf(hype), position);
    expect(found.kind === 'price' && found.priceE8 - e8('50.27248023')).toBeLessThanOrEqual(2n);
    expect(found.kind === 'price' && found.priceE8 > e8('50.27248023')).toBe(true);
    expect(marginOf(isolated, valuationOf(hype), position).equityE8).toBe(e8('18.564417'));
    expect(accountValueFloor(isolated, valuationOf(hype))).toBe(e8('76.206517'));
    expect(availableFloor({ ...hype, accounts: { a: isolated } }, isolated)).toBe(e8('57.6421'));
  });

  const FEES = [['21.147', '5.2', '0.000432', '0.047504'], ['132.31', '0.5', '0.00035', '0.023154'], ['0.9641', '49', '0.00035', '0.016534']] as const;
  it.each(FEES)('a fill at %s of %s at the rate %s pays %s: cut to 1e-6', (price, size, rate, fee) => {
    expect(feeOf(aMarket(aLinear({ takerFeeE12: e12(rate) }), price), e8(size), e8(price), 'taker')).toBe(e8(fee));
  });
});

const FOLDER = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'data/exchange_fixtures/hyperliquid');
describe.skipIf(!existsSync(FOLDER))('the recorded messages of Hyperliquid', () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8'));

  it('account value is positions plus raw cash, and what may be withdrawn is that minus the margin used', () => {
    const { crossMarginSummary, withdrawable } = read('http_clearinghouse_state_negative_total_raw_usd.json') as { crossMarginSummary: Record<string, string>; withdrawable: string };
    const [value, notional, raw, used] = ['accountValue', 'totalNtlPos', 'totalRawUsd', 'totalMarginUsed'].map((key) => e8(crossMarginSummary[key] ?? ''));
    // One long of that notional at 25x, so that it uses exactly the margin of the record.
    const state = aVenue([listed('ETH', '24094.9691', 25n)], {});
    const position = held('ETH', '1', '24094.9691', 25n);
    const account: Account = { id: 'a', settlesIn: 'USDC', cashE8: (raw ?? 0n) + position.costE8, positions: { ETH: position }, modes: {} };
    expect(notional).toBe(position.costE8);
    const { equityE8, initialE8 } = marginOf(account, valuationOf(state), 'cross');
    expect(equityE8).toBe(value);
    expect(initialE8 / 100n * 100n).toBe(used);
    expect(availableFloor({ ...state, accounts: { a: account } }, account) - e8(withdrawable)).toBeLessThan(100n);
  });

  it('the maker fee of a fill in a liquidation', () => {
    const { data } = read('ws_user_fill_liquidation.json') as { data: { fills: readonly { px: string; sz: string; fee: string }[] } };
    for (const { px, sz, fee } of data.fills) expect(feeOf(aMarket(aLinear(), px), e8(sz), e8(px), 'maker')).toBe(e8(fee));
  });
});
