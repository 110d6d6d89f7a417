import { clientOrderId, instrumentId, venueAccountId } from '@ballast/positions';
import { parseDecimal } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { OwnAccounts } from '../accounts.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { DERIBIT_CALLS } from './deribit-calls.js';
import { DeribitReader } from './deribit-reader.js';

const PLACE = { environment: 'paper', venue: 'deribit' } as const;
const ACCOUNT = venueAccountId(PLACE, 'main.ETH');
const NOW = 1_790_000_000_000;

/** A reader of answers in a row, and what it asked. */
function reading(...results: readonly unknown[]) {
  const asked: (readonly [call: string, params: Readonly<Record<string, unknown>>])[] = [];
  const wire = { place: PLACE, read: async (call: string, params: Readonly<Record<string, unknown>>, schema: z.ZodType) => {
    asked.push([call, params]);
    return schema.parse({ result: results[asked.length - 1] });
  } } as unknown as VenueWire<typeof DERIBIT_CALLS>;
  return { asked, reader: new DeribitReader(wire, new OwnAccounts(PLACE, 'main', true), () => NOW) };
}

describe('funding on Deribit', () => {
  const settled = (id: number, timestamp: number, funding: number | null, name: string | null = 'ETH-PERPETUAL') => ({ id, type: 'settlement', instrument_name: name, timestamp, interest_pl: funding });

  it('is what settlements of perpetuals booked, read back page by page to the cursor, the oldest first', async () => {
    const { reader, asked } = reading({ logs: [settled(3, NOW - 1, -1.5e-8), settled(9, NOW - 1, null, null)], continuation: 77 }, { logs: [settled(1, NOW - 30, 0.004)], continuation: null });
    const page = await reader.funding(ACCOUNT, { kind: 'since', at: NOW - 100 });
    expect(page).toMatchObject({ more: false, next: { cursor: `t${NOW - 1}` }, items: [{ paymentId: '1', amount: parseDecimal('0.004', 18), at: NOW - 30 }, { paymentId: '3', amount: -15_000_000_000n, instrument: instrumentId(PLACE, 'ETH-PERPETUAL') }] });
    expect(asked.map(([, { continuation, query, currency, start_timestamp: start }]) => [continuation, query, currency, start])).toEqual([[undefined, 'settlement', 'ETH', NOW - 100], ['77', 'settlement', 'ETH', NOW - 100]]);
  });
});

describe('an order on Deribit', () => {
  const order = (amount: number, filled: number, state: string, instrument = 'ETH-PERPETUAL') => ({ order_id: `ETH-${amount}`, label: 'a'.repeat(32), instrument_name: instrument, direction: 'sell', amount, filled_amount: filled, reduce_only: false, order_state: state });

  it('under a label that was used twice is both of them together; one of another instrument is not among them', async () => {
    const { reader } = reading([order(10, 10, 'filled'), order(20, 5, 'open'), order(30, 30, 'filled', 'BTC-PERPETUAL')]);
    expect(await reader.order(ACCOUNT, instrumentId(PLACE, 'ETH-PERPETUAL'), clientOrderId('a'.repeat(32)))).toMatchObject({ kind: 'found', order: { requested: parseDecimal('30', 18), filled: parseDecimal('15', 18), state: 'open' } });
  });

  it('that is not known was looked for in the history', async () => {
    expect(await reading([]).reader.order(ACCOUNT, instrumentId(PLACE, 'ETH-PERPETUAL'), clientOrderId('a'.repeat(32)))).toEqual({ kind: 'not-found', searched: 'history', observedAt: NOW });
  });
});
