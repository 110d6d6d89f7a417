import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { decideHedge, type AccountDecision, type HedgeDecision, type OrderDropCode, type VenueIntent } from '@ballast/policy';
import type { Rejection } from '@ballast/positions';
import { aHedgeInput, anExposure } from '../../../../test/factories/hedge.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { aNotice, freshAccount } from '../../test/fixture.js';
import { WALL, accountDecided, anIntent, asSent, contracts, holdingHedge, planned, storeHedger, usd, type Hedger } from '../../test/venue-fixture.js';
import { Database, PrismaOutbox, PrismaVenueJournal, VenueAlarmReader } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaVenueJournal;
let alarms: VenueAlarmReader;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [journal, alarms] = [new PrismaVenueJournal(database), new VenueAlarmReader(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

/** An order that was planned, and how it ended. */
async function ended(hedger: Hedger, end: Pick<VenueIntent, 'state' | 'why'> & { readonly filled?: number }): Promise<VenueIntent> {
  const [intent] = await planned(database, hedger, anIntent(hedger)) as [VenueIntent];
  const next = { ...intent, state: end.state, why: end.why, filled: contracts(end.filled ?? 0) };
  if (end.state === 'DROPPED') {
    await journal.advance(intent, next, 'dropped', []);
    return next;
  }
  const sent = asSent(intent);
  await journal.sending(intent, sent, hedger.lease, () => []);
  await journal.advance(sent, { ...next, sent: sent.sent }, 'answered', []);
  return { ...next, sent: sent.sent };
}
const dropped = (hedger: Hedger, code: OrderDropCode = 'corridor') => ended(hedger, { state: 'DROPPED', why: { kind: 'dropped', code } });
const rejected = (hedger: Hedger, reason: Rejection['reason'] = 'margin') => ended(hedger, { state: 'REJECTED', why: { kind: 'rejected', rejection: { reason, code: '1', message: 'no' } } });
const unmatched = (hedger: Hedger) => ended(hedger, { state: 'CANCELED', why: { kind: 'nothing' } });
const filled = (hedger: Hedger) => ended(hedger, { state: 'CANCELED', why: { kind: 'nothing' }, filled: 1 });

describe('orders of one account and instrument', () => {
  it('that came to nothing are counted since the last of which anything was filled, and keep the name of the first', async () => {
    const hedger = await storeHedger(database);
    expect(await alarms.trials(hedger.account, hedger.instrument)).toEqual({ failing: null, over: null });
    expect(await alarms.ordered(hedger.account)).toEqual([]);
    const first = await rejected(hedger);
    await unmatched(hedger);
    const last = await dropped(hedger);
    expect(await alarms.trials(hedger.account, hedger.instrument)).toMatchObject({ failing: { first: first.order.clientId, times: 3, last: { order: { clientId: last.order.clientId }, why: last.why } }, over: null });
    expect(await alarms.ordered(hedger.account)).toEqual([hedger.instrument]);
    await filled(hedger);
    expect(await alarms.trials(hedger.account, hedger.instrument)).toMatchObject({ failing: null, over: { failed: { first: first.order.clientId, times: 3 } } });
    const again = await dropped(hedger);
    expect(await alarms.trials(hedger.account, hedger.instrument)).toMatchObject({ failing: { first: again.order.clientId, times: 1 }, over: { failed: { times: 3 } } });
    await filled(hedger);
    expect(await alarms.trials(hedger.account, hedger.instrument)).toMatchObject({ failing: null, over: { failed: { first: again.order.clientId, times: 1 } } });
  });

  it('that were not needed any more, or whose reason is told by other words, do not count', async () => {
    const hedger = await storeHedger(database);
    for (const code of ['inside-band', 'stopped', 'plan-changed'] as const) await dropped(hedger, code);
    await rejected(hedger, 'key-refused');
    expect(await alarms.trials(hedger.account, hedger.instrument)).toEqual({ failing: null, over: null });
  });
});

describe('decisions that could not act', () => {
  const cannot = (reason: 'books' | 'exposure', at: number): HedgeDecision => ({ ...decideHedge(aHedgeInput(reason === 'books' ? { isReconciled: false } : { exposure: anExposure(20, { isFresh: false }) })), at });

  it('are one spell whatever their reasons, since the last one that could', async () => {
    const hedger = await storeHedger(database);
    const of = { planId: hedger.plan.id };
    const record = (decision: HedgeDecision): Promise<string> => journal.record(hedger.subject, decision, []);
    const spell = () => alarms.cannotSpell(of, 10_000);
    expect(await spell()).toBeNull();
    await record(cannot('books', WALL - 50_000));
    await record(holdingHedge(WALL));
    expect(await spell()).toBeNull();
    const first = await record(cannot('books', WALL + 2_000));
    await record(cannot('exposure', WALL + 5_000));
    await record(cannot('books', WALL + 8_000));
    expect(await spell()).toMatchObject({ id: first, since: WALL + 2_000, unsettledSince: WALL + 2_000 });
    expect([...((await spell())?.reasons ?? [])].sort()).toEqual(['exposure-stale', 'not-reconciled']);
    // One that lasted is told by itself, and those after it count anew.
    await record(cannot('books', WALL + 30_000));
    expect(await spell()).toMatchObject({ id: first, unsettledSince: WALL + 2_000 });
    await record(cannot('exposure', WALL + 33_000));
    await record(cannot('books', WALL + 36_000));
    expect(await spell()).toMatchObject({ id: first, since: WALL + 2_000, unsettledSince: WALL + 33_000 });
    await record(holdingHedge(WALL + 40_000));
    expect(await spell()).toBeNull();
  });

  it('about an account go on where a try came to nothing, and end where anything was filled', async () => {
    const hedger = await storeHedger(database);
    const unable = (at: number): Promise<string> => journal.record(hedger.guarded, { ...accountDecided(700, at), kind: 'cannot', reason: 'owner-must-deposit', owner: { kind: 'nothing' } } as AccountDecision, []);
    const tried = async (at: number, end: Pick<VenueIntent, 'state' | 'why'>, filledSize = 0): Promise<void> => {
      const acts = accountDecided(700, at);
      expect(acts.kind).toBe('act');
      const decision = await journal.record(hedger.guarded, acts, []);
      const [intent] = await journal.plan(decision, hedger.guarded, [{ intent: anIntent(hedger, { reduceOnly: true }), notionalUsdE8: usd(100) }], []) as [VenueIntent];
      const sent = asSent(intent, at);
      await journal.sending(intent, sent, hedger.lease, () => []);
      await journal.advance(sent, { ...sent, ...end, filled: contracts(filledSize) }, 'answered', []);
    };
    const spell = () => alarms.cannotSpell({ account: hedger.guarded.account }, 10_000);
    const first = await unable(WALL);
    await tried(WALL + 2_000, { state: 'REJECTED', why: { kind: 'rejected', rejection: { reason: 'margin', code: '1', message: 'no' } } });
    await unable(WALL + 4_000);
    expect(await spell()).toMatchObject({ id: first, since: WALL, unsettledSince: WALL });
    await tried(WALL + 6_000, { state: 'CANCELED', why: { kind: 'nothing' } }, 1);
    const second = await unable(WALL + 8_000);
    expect(await spell()).toMatchObject({ id: second, since: WALL + 8_000 });
  });

  it('know what was told of them', async () => {
    const notice = aNotice(freshAccount(), 'evt_told');
    await new PrismaOutbox(database).tell([notice]);
    expect(await alarms.told([notice.id, 'evt_never'])).toEqual([notice.id]);
  });
});
