import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VENUE_ORDER_RULES } from '@ballast/policy';
import { clientOrderId, instrumentId, venueAccountId, type DerivativesVenue, type OrderLookup, type PlaceAnswer, type VenueOrder } from '@ballast/positions';
import type { ContractsE18, UsdE8 } from '@ballast/units';
import { afterAll, describe, expect, it } from 'vitest';
import type { LogEntry } from './log-entries.js';
import { OrderEnds } from './order-ends.js';
import { OrderLog } from './order-log.js';
import { Turnover } from './turnover.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-order-ends-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SENT_AT = 1_000_000_000;
const HOUR = 3_600_000;
const ID = clientOrderId('a'.repeat(32));
const count = (value: number): ContractsE18 => BigInt(value) as ContractsE18;
let files = 0;

/** An order of 10 contracts for 1,001, written down at SENT_AT, in a log of its own. */
async function stage(venue: DerivativesVenue = 'deribit', { validForMs = 20_000, isOld = false } = {}) {
  const place = { environment: 'paper', venue } as const;
  const id = `paper:${venue}:main`;
  const where = { account: venueAccountId(place, 'main'), instrument: instrumentId(place, 'ETH'), clientId: ID };
  const sent: LogEntry = {
    kind: 'order', at: SENT_AT, key: id, clientId: ID, instrument: where.instrument, side: 'sell', reduceOnly: false, worthUsdE8: 1_001n as UsdE8,
    ...(isOld ? {} : { asked: { account: where.account, contracts: count(10), validUntil: SENT_AT + validForMs } }),
  };
  const file = join(folder, `${(files += 1)}.jsonl`);
  const clock = { now: SENT_AT };
  const underWay = new Set([ID]);
  const open = async () => {
    const turnover = new Turnover();
    const log = await OrderLog.open(file, (entry) => turnover.count(entry));
    const ends = new OrderEnds({ id, venue, log, turnover, underWay, now: () => clock.now, tell: () => undefined });
    return { log, turnover, ends, spent: () => turnover.spent(id, clock.now) };
  };
  const first = await open();
  first.turnover.count(sent);
  await first.log.append(sent);
  underWay.clear();
  const told = (filled: number, state: VenueOrder['state'] = 'done'): VenueOrder => ({ ...where, venueId: 'v', clientId: { kind: 'ours', id: ID }, side: 'sell', reduceOnly: false, requested: count(10), filled: count(filled), state, observedAt: clock.now });
  return {
    ...first, where, clock, underWay,
    found: (filled: number, state?: VenueOrder['state']): OrderLookup => ({ kind: 'found', order: told(filled, state) }),
    accepted: (filled: number, state?: VenueOrder['state']): PlaceAnswer => ({ kind: 'accepted', order: told(filled, state) }),
    absent: (at: number, searched: 'history' | 'open-orders' = 'history'): OrderLookup => {
      clock.now = at;
      return { kind: 'not-found', searched, observedAt: at };
    },
    again: async () => {
      await first.log.close();
      return open();
    },
  };
}

describe('what of an order counts', () => {
  it.each<[string, (by: Awaited<ReturnType<typeof stage>>) => PlaceAnswer, bigint]>([
    ['nothing, when it is turned down', () => ({ kind: 'rejected', rejection: { reason: 'no-match', code: 'x', message: 'x' } }), 0n], ['what was filled, rounded up', ({ accepted }) => accepted(3), 301n], ['all, when all was filled', ({ accepted }) => accepted(10), 1_001n],
    ['all, while it is open', ({ accepted }) => accepted(3, 'open'), 1_001n], ['all, while nobody knows', () => ({ kind: 'unknown', because: 'timeout' }), 1_001n],
  ])('is %s; also after a restart', async (_, answer, worth) => {
    const one = await stage();
    one.ends.answered(ID, answer(one));
    expect(one.spent()).toBe(worth);
    expect((await one.again()).spent()).toBe(worth);
  });

  it.each<[DerivativesVenue, number, number]>([['deribit', 20_000, 62_000], ['deribit', 300_000, 302_000], ['hyperliquid', 20_000, 62_000], ['okx', 20_000, 62_000]])('at %s, valid for %i ms: nothing, once the venue does not know it %i ms after it was sent', async (venue, validForMs, lastMs) => {
    const one = await stage(venue, { validForMs });
    const last = SENT_AT + lastMs;
    expect(VENUE_ORDER_RULES[venue].maxLatencyMs).toBe(30_000);
    one.ends.lookedUp(one.where, one.absent(last));
    one.ends.lookedUp(one.where, one.absent(last + 1, 'open-orders'));
    expect(one.spent()).toBe(1_001n);
    expect(one.ends.unsettled()).toEqual([one.where]);
    one.ends.lookedUp(one.where, one.absent(last + 1));
    expect(one.spent()).toBe(0n);
    expect(one.ends.unsettled()).toEqual([]);
    expect((await one.again()).spent()).toBe(0n);
  });

  it('is all of it where the absence proves nothing: asked elsewhere, while it is being sent, after the venue may have forgotten it, of a line without what was asked', async () => {
    const [one, old] = [await stage(), await stage('deribit', { isOld: true })];
    const due = SENT_AT + 62_001;
    const place = { environment: 'paper', venue: 'deribit' } as const;
    one.ends.lookedUp({ ...one.where, instrument: instrumentId(place, 'BTC') }, one.absent(due));
    one.ends.lookedUp({ ...one.where, account: venueAccountId(place, 'other') }, one.absent(due));
    one.underWay.add(ID);
    one.ends.lookedUp(one.where, one.absent(due));
    expect(one.ends.unsettled()).toEqual([]);
    one.underWay.clear();
    one.ends.lookedUp(one.where, one.absent(due + HOUR));
    expect(one.ends.unsettled()).toEqual([]);
    old.ends.lookedUp(old.where, old.absent(due));
    expect([one.spent(), old.spent(), old.ends.unsettled()]).toEqual([1_001n, 1_001n, []]);
  });

  it('is all of it where it was filled and the venue forgot it, also after a restart', async () => {
    const one = await stage();
    one.ends.answered(ID, one.accepted(10));
    const { ends, spent } = await one.again();
    ends.lookedUp(one.where, one.absent(SENT_AT + 62_001));
    expect([spent(), ends.unsettled()]).toEqual([1_001n, []]);
  });

  it('is what was found of it whenever that was, and never less than was found before', async () => {
    const one = await stage();
    one.ends.lookedUp(one.where, one.found(3, 'open'));
    expect(one.spent()).toBe(1_001n);
    one.ends.lookedUp(one.where, one.absent(SENT_AT + 62_001));
    one.ends.lookedUp(one.where, one.found(3));
    expect(one.spent()).toBe(301n);
    const { ends, spent, log } = await one.again();
    ends.lookedUp(one.where, one.found(0, 'rejected'));
    ends.answered(ID, { kind: 'rejected', rejection: { reason: 'other', code: 'x', message: 'x' } });
    ends.lookedUp(one.where, one.absent(SENT_AT + 70_000));
    expect(spent()).toBe(301n);
    one.clock.now = SENT_AT + 5 * HOUR;
    ends.lookedUp(one.where, one.found(10));
    expect(spent()).toBe(1_001n);
    await log.close();
  });
});
