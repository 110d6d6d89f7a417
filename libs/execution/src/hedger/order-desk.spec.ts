import { describe, expect, it } from 'vitest';
import type { SendingFacts, VenueIntent, VenueJournal, VenueOwner } from '@ballast/policy';
import { clientOrderId, instrumentId, usdQuote, venueAccountId, type DerivativesVenue, type OrderLookup, type PlaceAnswer, type VenueOrder } from '@ballast/positions';
import { address, chainId, type ContractsE18, type UsdE8 } from '@ballast/units';
import { OrderDesk, type SendingGate } from './order-desk.js';

const OWNER: VenueOwner = { chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`) };
const NOW = 1_800_000_000_000;
const ID = clientOrderId('a'.repeat(32));
const size = (count: number): ContractsE18 => BigInt(count) * 10n ** 18n as ContractsE18;

/** One order in a journal that writes only against the state that it was given, at a venue that answers what it is told to. */
function stage(venue: DerivativesVenue, script: { readonly answers: readonly PlaceAnswer[]; readonly lookups?: readonly OrderLookup[] }) {
  const place = { environment: 'paper', venue } as const;
  const account = venueAccountId(place, 'main');
  let stored: VenueIntent = {
    order: { account, instrument: instrumentId(place, 'ETH'), clientId: ID, side: 'sell', contracts: size(10), priceCap: usdQuote(300_000_000_000n as UsdE8), reduceOnly: false, validUntil: NOW + 10_000 },
    underlying: 'ETH', state: 'PLANNED', sent: { kind: 'never' }, filled: size(0), why: { kind: 'nothing' },
  };
  const seen = { placed: 0, gated: 0, states: [] as string[], told: [] as string[], clock: NOW, isReached: true };
  const same = (one: VenueIntent): boolean => one.state === stored.state && one.filled === stored.filled && JSON.stringify(one.sent) === JSON.stringify(stored.sent);
  const [answers, lookups] = [[...script.answers], [...(script.lookups ?? [])]];
  const journal: Pick<VenueJournal, 'order' | 'sending' | 'advance'> = {
    order: async () => stored,
    sending: async (from, next, _, may) => {
      if (!same(from)) return { kind: 'moved-on' };
      const because = may({ stop: 'none', ordersToday: 0, ordersLastMinute: 0, notionalTodayUsdE8: 0n as UsdE8, grownTodayUsdE8: 0n as UsdE8, underWay: 'none' });
      if (because.length > 0) return { kind: 'refused', because };
      stored = next;
      seen.states.push(next.state);
      return { kind: 'sent', intent: next };
    },
    advance: async (from, next, _, notices) => {
      if (!same(from)) return false;
      stored = next;
      seen.states.push(next.state);
      seen.told.push(...notices.map(({ id }) => id));
      return true;
    },
  };
  const unused = async (): Promise<never> => Promise.reject(new Error('not asked'));
  const desk = new OrderDesk({
    journal, now: () => seen.clock,
    notices: (_, next, alarm) => (alarm.kind === 'none' ? [] : [{ id: `${alarm.kind} ${next.filled}`, ...OWNER, account: OWNER.owner, positionId: null, kind: 'venue.unexplained', severity: 'critical', data: {} }]),
    talk: async () => (seen.isReached ? {
      reader: { account: unused, order: async () => lookups.shift() ?? { kind: 'not-found', searched: 'history', observedAt: seen.clock } },
      trader: { ...place, cancel: unused, addIsolatedMargin: unused, setLeverage: unused, place: async () => ((seen.placed += 1), answers.shift() ?? { kind: 'unknown', because: 'timeout' }) },
    } : Promise.reject(new Error('it gave no answer a moment ago'))),
  });
  const gate: SendingGate = async () => ((seen.gated += 1), () => []);
  const carry = (with_: SendingGate | 'none' = gate): Promise<VenueIntent | null> => desk.carry(ID, { owner: OWNER, lease: { account, fence: 1n }, gate: with_ });
  const told = (filled: number, state: VenueOrder['state'] = 'done'): VenueOrder => ({ account, instrument: stored.order.instrument, venueId: '1', clientId: { kind: 'ours', id: ID }, side: 'sell', reduceOnly: false, requested: size(10), filled: size(filled), state, observedAt: seen.clock });
  return { desk, carry, told, seen, gate };
}
const UNKNOWN: PlaceAnswer = { kind: 'unknown', because: 'timeout' };
const order = (filled: number): VenueOrder => stage('okx', { answers: [] }).told(filled);

describe('the order desk', () => {
  it('sends once, and what was filled in part is over with that', async () => {
    const { carry, seen } = stage('hyperliquid', { answers: [{ kind: 'accepted', order: order(4) }] });
    expect(await carry()).toMatchObject({ state: 'CANCELED', filled: size(4) });
    expect(await carry()).toMatchObject({ state: 'CANCELED' });
    expect(seen).toMatchObject({ placed: 1, gated: 1 });
  });

  it('asks the gate, and drops what it keeps back', async () => {
    const { carry, seen } = stage('okx', { answers: [] });
    const closed: SendingGate = async () => (_: SendingFacts) => ['corridor', 'leverage'];
    expect(await carry(closed)).toMatchObject({ state: 'DROPPED', why: { kind: 'dropped', code: 'corridor' } });
    expect(seen.placed).toBe(0);
  });

  it('says of no order that it was sent where nobody may ask the venue now', async () => {
    const { carry, seen } = stage('hyperliquid', { answers: [] });
    seen.isReached = false;
    expect(await carry()).toMatchObject({ state: 'DROPPED', why: { kind: 'dropped', code: 'venue-not-reached' } });
    expect(seen).toMatchObject({ placed: 0, states: ['DROPPED'] });
  });

  it('sends once although two carry it at the same time', async () => {
    const { carry, seen } = stage('deribit', { answers: [{ kind: 'accepted', order: order(10) }] });
    await Promise.all([carry(), carry()]);
    expect(seen.placed).toBe(1);
    expect(await carry()).toMatchObject({ state: 'FILLED' });
  });

  it('sends again under its name where the venue takes it once, through the gate again; elsewhere it waits', async () => {
    const okx = stage('okx', { answers: [UNKNOWN, { kind: 'accepted', order: order(10) }] });
    expect(await okx.carry()).toMatchObject({ state: 'FILLED', sent: { times: 2 } });
    expect(okx.seen).toMatchObject({ placed: 2, gated: 2 });
    const hyperliquid = stage('hyperliquid', { answers: [UNKNOWN] });
    expect(await hyperliquid.carry()).toMatchObject({ state: 'UNKNOWN' });
    hyperliquid.seen.clock += 63_000;
    expect(await hyperliquid.carry()).toMatchObject({ state: 'CANCELED', why: { kind: 'never-arrived' } });
    expect(hyperliquid.seen.placed).toBe(1);
  });

  it('without a gate sends nothing: what was never sent is dropped, what is unknown is looked for', async () => {
    const left = stage('okx', { answers: [] });
    expect(await left.carry('none')).toMatchObject({ state: 'DROPPED', why: { code: 'left-behind' } });
    const lost = stage('okx', { answers: [UNKNOWN], lookups: [{ kind: 'not-found', searched: 'open-orders', observedAt: NOW }, { kind: 'not-found', searched: 'history', observedAt: NOW }] });
    await lost.carry();
    expect(await lost.carry('none')).toMatchObject({ state: 'UNKNOWN' });
    expect(lost.seen.placed).toBe(1);
  });

  it('tells of an execution after the end, and keeps it', async () => {
    const { carry, desk, seen } = stage('hyperliquid', { answers: [{ kind: 'accepted', order: order(4) }], lookups: [{ kind: 'found', order: order(7) }, { kind: 'found', order: order(7) }] });
    await carry();
    await desk.lookAgain(ID, OWNER);
    await desk.lookAgain(ID, OWNER);
    expect(seen.told).toEqual([`late-execution ${size(7)}`]);
    expect(await carry()).toMatchObject({ state: 'CANCELED', filled: size(7) });
  });

  it('where no answer comes it is looked for by its name', async () => {
    const { carry, seen } = stage('hyperliquid', { answers: [], lookups: [{ kind: 'found', order: order(10) }] });
    expect(await carry()).toMatchObject({ state: 'FILLED' });
    expect(seen.placed).toBe(1);
  });
});
