import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS } from '@ballast/policy';
import { chainId, InvalidInput } from '@ballast/units';
import { instrumentId, known, venueAccountId, type VenueAccountId } from '@ballast/positions';
import { aDerivativeAccount, anOptionPosition, aPerpPosition } from '../../../../test/factories/derivatives.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { aNotice, freshAccount } from '../../test/fixture.js';
import { WALL, accountDecided, aFill, anIntent, asSent, booksOf, contracts, hedging, planned, ratio, settlement, storeHedger, usd, type Hedger } from '../../test/venue-fixture.js';
import { clientOf } from '../database.js';
import { AccountTaken, AlarmStore, Database, HedgePlanStore, NotStored, PrismaOutbox, PrismaVenueJournal, VenueAccountStore, VenueBooksStore, VenueJournalReader, VenueKeyStore, VenueMarkStore, VenueStopStore, forgetChain } from '../index.js';

let made: TestDatabase;
let database: Database;
let keys: VenueKeyStore;
let accounts: VenueAccountStore;
let plans: HedgePlanStore;
let journal: PrismaVenueJournal;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [keys, accounts, plans, journal] = [new VenueKeyStore(database), new VenueAccountStore(database), new HedgePlanStore(database), new PrismaVenueJournal(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const keyOf = ({ place, keyName }: Hedger) => ({ ...place, name: keyName });
const wishOf = (hedger: Hedger) => {
  const { version: _, ...policy } = hedger.plan.policy;
  return { owner: hedger.owner, chainId: hedger.chainId, environment: hedger.place.environment, policy, legs: hedger.plan.legs, puts: hedger.plan.puts };
};

describe('alarms about what is taken away', () => {
  const open = async (owner: Hedger['owner']) => (await new AlarmStore(database).ofAccount(owner, 50)).filter(({ endedAt }) => endedAt === null).map(({ kind }) => kind).toSorted();
  /** One of each about the hedger's account, guarded account and hedge, and one about his loans. */
  const alarm = async ({ owner, account, own, plan, place: { environment } }: Hedger) => {
    const told = (kind: 'venue.unreachable' | 'venue.orders-fail' | 'account.cannot' | 'hedge.cannot' | 'blind', data: Record<string, unknown>) => aNotice(owner, `evt_taken_${kind}_${owner}`, { kind, data });
    await new PrismaOutbox(database).tell([
      told('venue.unreachable', { account }), told('venue.orders-fail', { account, instrument: 'ETH', reason: 'margin' }), told('account.cannot', { account: own, reason: 'margin' }),
      told('hedge.cannot', { environment, underlying: plan.policy.underlying, reason: 'margin' }), told('blind', {}),
    ]);
  };

  it('end with the key, the hedge, or the protection, and no other', async () => {
    const [first, second, third] = [await storeHedger(database), await storeHedger(database), await storeHedger(database)];
    for (const hedger of [first, second, third]) await alarm(hedger);
    expect(await open(first.owner)).toEqual(['account.cannot', 'blind', 'hedge.cannot', 'venue.orders-fail', 'venue.unreachable']);
    await keys.end(keyOf(first), 'its owner took it away', () => []);
    expect(await open(first.owner)).toEqual(['blind']);
    await plans.end(second.plan.id, { ...second, environment: second.place.environment }, 'nothing is hedged', []);
    expect(await open(second.owner)).toEqual(['account.cannot', 'blind', 'venue.orders-fail', 'venue.unreachable']);
    await accounts.setBounds(second.own, second, null, []);
    expect(await open(second.owner)).toEqual(['blind', 'venue.orders-fail', 'venue.unreachable']);
    expect(await open(third.owner)).toHaveLength(5);
  });
});

describe('keys', () => {
  it('are new, then connected or refused, and never lose a name to another', async () => {
    const hedger = await storeHedger(database);
    const key = { ...hedger.place, name: `${hedger.keyName}x` };
    await keys.add({ ...(await keys.get(keyOf(hedger)))!, ...key });
    expect(await keys.get(key)).toMatchObject({ state: { kind: 'new' }, sealed: 'sealed-text', limits: { instruments: [hedger.instrument], maxNotionalUsdE8: usd(1_000_000) } });
    const connected = { kind: 'connected', ends: { kind: 'at', at: WALL } } as const;
    expect(await keys.setState(key, connected, [aNotice(hedger.owner, `evt_${key.name}`)])).toBe(true);
    expect((await keys.ofChain(hedger.chainId)).find(({ name }) => name === key.name)?.state).toEqual(connected);
    expect(await keys.add({ ...(await keys.get(key))!, owner: freshAccount() })).toBe(false);
    await expect(keys.setState({ ...key, name: 'nobody' }, connected, [])).rejects.toBeInstanceOf(NotStored);
  });

  it('end for good: what was sealed is gone, its plans end, its accounts are guarded no more, what was planned is dropped', async () => {
    const hedger = await storeHedger(database);
    const [order] = await planned(database, hedger, anIntent(hedger));
    const decision = await journal.record(hedger.guarded, accountDecided(900), []);
    await journal.planMove(decision, hedger.guarded, { id: 'a-move', account: hedger.account, instrument: hedger.instrument, amount: settlement(1), marginBefore: settlement(1), state: 'PLANNED', sentAt: null, why: null }, []);
    const short = (account: VenueAccountId) => aDerivativeAccount({ id: account, positions: [aPerpPosition({ account, instrument: hedger.instrument, contracts: contracts(-2.5) }), aPerpPosition({ account, instrument: instrumentId(hedger.place, 'BTC'), contracts: contracts(1) })] });
    await accounts.storeReading(short(hedger.account));
    const readAt = short(hedger.account).provenance.observedAt;
    const other = await storeHedger(database);
    const end = await keys.end(keyOf(hedger), 'its owner took it away', ({ plans: ended }) => [aNotice(hedger.owner, `evt_key_${ended.join()}`, { kind: 'venue.key-ended' })]);
    const left = { account: hedger.account, readAt };
    expect(end).toEqual({ plans: [hedger.plan.id], accounts: [hedger.own], dropped: 2, left: [{ ...left, instrument: hedger.instrument, contracts: contracts(-2.5) }, { ...left, instrument: instrumentId(hedger.place, 'BTC'), contracts: contracts(1) }] });
    expect(await keys.get(keyOf(hedger))).toMatchObject({ sealed: '', state: { kind: 'ended' } });
    expect(await plans.get(hedger.plan.id)).toMatchObject({ active: false, endedWhy: 'its owner took it away' });
    expect((await plans.active(hedger.chainId)).map(({ id }) => id)).toContain(other.plan.id);
    expect(await accounts.get(hedger.own)).toMatchObject({ bounds: null });
    const owners = (await accounts.owners(hedger.chainId)).map(({ owner }) => owner);
    expect([owners.includes(hedger.owner), owners.includes(other.owner)]).toEqual([false, true]);
    expect(await journal.order(order!.order.clientId)).toMatchObject({ state: 'DROPPED', why: { kind: 'dropped', code: 'key-ended' } });
    expect((await new VenueJournalReader(database).order(order!.order.clientId))?.steps.map(({ event }) => event)).toEqual(['key-ended']);
    expect(await keys.end(keyOf(hedger), 'again', () => [])).toBeNull();
    expect(await keys.setState(keyOf(hedger), { kind: 'new' }, [])).toBe(false);
    await expect(plans.put(wishOf(hedger), () => [])).rejects.toBeInstanceOf(NotStored);
    await expect(accounts.setBounds(hedger.own, hedger, DEFAULT_ACCOUNT_BOUNDS, [])).rejects.toBeInstanceOf(NotStored);
  });
});

describe('accounts', () => {
  it('belong to a key of their owner, and carry its name', async () => {
    const hedger = await storeHedger(database);
    const eth = venueAccountId(hedger.place, `${hedger.keyName}.ETH`);
    await accounts.put({ ...hedger, id: eth, carriesHedges: false });
    expect(await accounts.get(eth)).toMatchObject({ bounds: null, carriesHedges: false, reading: { kind: 'unknown' }, unread: null });
    await expect(accounts.put({ ...hedger, id: venueAccountId(hedger.place, 'else'), carriesHedges: false })).rejects.toBeInstanceOf(InvalidInput);
    await expect(accounts.put({ ...hedger, owner: freshAccount(), id: eth, carriesHedges: true })).rejects.toBeInstanceOf(NotStored);
    await expect(plans.put({ ...wishOf(hedger), legs: [{ ...hedger.plan.legs[0]!, account: eth }] }, () => [])).rejects.toBeInstanceOf(NotStored);
  });

  it('are guarded within bounds whose version is counted up, also when they were let go in between', async () => {
    const hedger = await storeHedger(database);
    const { version: _, ...bounds } = DEFAULT_ACCOUNT_BOUNDS;
    expect(await accounts.setBounds(hedger.own, hedger, { ...bounds, mayClose: false }, [])).toMatchObject({ version: 2, mayClose: false });
    expect((await accounts.guarded(hedger.chainId)).find(({ id }) => id === hedger.own)?.bounds).toEqual({ ...bounds, mayClose: false, version: 2 });
    expect(await accounts.setBounds(hedger.own, hedger, null, [])).toBeNull();
    expect((await accounts.guarded(hedger.chainId)).map(({ id }) => id)).not.toContain(hedger.own);
    expect(await accounts.setBounds(hedger.own, hedger, bounds, [])).toMatchObject({ version: 3 });
    await expect(accounts.setBounds(hedger.own, { ...hedger, owner: freshAccount() }, bounds, [])).rejects.toBeInstanceOf(NotStored);
  });

  it('are guarded or carry a hedge, never both: two would decide about one margin', async () => {
    const hedger = await storeHedger(database);
    await expect(accounts.setBounds(hedger.account, hedger, DEFAULT_ACCOUNT_BOUNDS, [])).rejects.toMatchObject({ code: 'account-taken', message: expect.stringContaining('carries a hedge') });
    await accounts.put({ ...hedger, id: hedger.own, carriesHedges: true });
    const wish = { ...wishOf(hedger), legs: [{ ...hedger.plan.legs[0]!, account: hedger.own }] };
    await expect(plans.put(wish, () => [])).rejects.toMatchObject({ code: 'account-taken', message: expect.stringContaining('protected') });
    await expect(plans.put({ ...wishOf(hedger), puts: { kind: 'account', account: hedger.own } }, () => [])).rejects.toBeInstanceOf(AccountTaken);
    await accounts.setBounds(hedger.own, hedger, null, []);
    expect(await plans.put(wish, () => [])).toMatchObject({ policy: { version: 2 }, leaving: [{ account: hedger.account }] });
    // Also while what was taken out of the hedge is still being closed.
    await expect(accounts.setBounds(hedger.account, hedger, DEFAULT_ACCOUNT_BOUNDS, [])).rejects.toBeInstanceOf(AccountTaken);
    await plans.end(hedger.plan.id, hedger.subject, 'not wanted', []);
    expect(await accounts.setBounds(hedger.account, hedger, DEFAULT_ACCOUNT_BOUNDS, [])).toMatchObject({ version: 1 });
  });

  it('that are both from before may still have their hedge closed', async () => {
    const hedger = await storeHedger(database);
    await clientOf(database).venueAccount.update({ where: { id: hedger.account }, data: { bounds: (await clientOf(database).venueAccount.findUniqueOrThrow({ where: { id: hedger.own } })).bounds as object } });
    await expect(plans.put(wishOf(hedger), () => [])).rejects.toBeInstanceOf(AccountTaken);
    expect(await plans.put({ ...wishOf(hedger), policy: { ...wishOf(hedger).policy, mode: { kind: 'none' } } }, () => [])).toMatchObject({ policy: { mode: { kind: 'none' } } });
  });

  it('keep the newest reading whole, and since when there was none', async () => {
    const hedger = await storeHedger(database);
    const at = (observedAt: number) => aDerivativeAccount({ id: hedger.account, provenance: { observedAt, venueTime: known(observedAt, observedAt), source: 'test' }, positions: [aPerpPosition({ account: hedger.account, margin: { kind: 'isolated', margin: settlement(-3), maintenance: known(settlement(2), WALL) } }), anOptionPosition()] });
    expect(await accounts.markUnread(hedger.account, WALL, 'timeout')).toBe(WALL);
    expect(await accounts.markUnread(hedger.account, WALL + 5, 'still')).toBe(WALL);
    expect((await accounts.get(hedger.account))?.unread).toEqual({ since: WALL, why: 'still' });
    const told: number[] = [];
    const back = (since: number) => (told.push(since), []);
    expect(await accounts.storeReading(at(WALL + 10), back)).toBe(true);
    expect(await accounts.storeReading(at(WALL + 9), back)).toBe(false);
    expect(told).toEqual([WALL]);
    expect(await accounts.get(hedger.account)).toMatchObject({ reading: known(at(WALL + 10), WALL + 10), unread: null });
    await accounts.setLeverage(hedger.account, hedger.instrument, { wad: ratio(2), at: WALL });
    await accounts.setLeverage(hedger.account, hedger.instrument, { wad: ratio(1.8), at: WALL + 1 });
    expect(await accounts.leverages(hedger.account)).toEqual(new Map([[hedger.instrument, { wad: ratio(1.8), at: WALL + 1 }]]));
  });
});

describe('hedge plans', () => {
  it('are changed version by version, one of them in force, and stay when they have ended', async () => {
    const hedger = await storeHedger(database);
    expect(hedger.plan.policy).toEqual({ ...wishOf(hedger).policy, version: 1 });
    const changed = await plans.put({ ...wishOf(hedger), policy: { ...wishOf(hedger).policy, mode: { kind: 'tail' } }, puts: { kind: 'account', account: hedger.account } }, ({ policy }) => [aNotice(hedger.owner, `evt_plan_${hedger.plan.id}_${policy.version}`)]);
    expect(changed).toMatchObject({ id: hedger.plan.id, policy: { version: 2, mode: { kind: 'tail' } }, puts: { kind: 'account', account: hedger.account }, active: true, danger: { kind: 'there' } });
    await plans.setDanger(hedger.plan.id, { kind: 'gone-since', at: WALL });
    expect((await plans.active(hedger.chainId)).find(({ id }) => id === hedger.plan.id)).toMatchObject({ policy: { version: 2 }, danger: { kind: 'gone-since', at: WALL } });
    await expect(plans.end(hedger.plan.id, { ...hedger.subject, environment: 'live' }, 'x', [])).rejects.toBeInstanceOf(NotStored);
    expect(await plans.end(hedger.plan.id, hedger.subject, 'not wanted any more', [])).toBe(true);
    expect(await plans.end(hedger.plan.id, hedger.subject, 'again', [])).toBe(false);
    const next = await plans.put(wishOf(hedger), () => []);
    expect(next.id).not.toBe(hedger.plan.id);
    expect((await plans.ofOwner(hedger.chainId, hedger.owner)).map(({ id, active }) => [id, active])).toEqual([[hedger.plan.id, false], [next.id, true]]);
  });

  it('keep what a newer version does not name as leaving until it is forgotten, and carry it again where one does', async () => {
    const hedger = await storeHedger(database);
    const [leg] = hedger.plan.legs as [(typeof hedger.plan.legs)[number]];
    const second = { ...leg, account: venueAccountId(hedger.place, `${hedger.keyName}.two`), maxNotionalUsdE8: usd(7) };
    await accounts.put({ ...hedger, id: second.account, carriesHedges: true });
    expect(await plans.put({ ...wishOf(hedger), legs: [second] }, () => [])).toMatchObject({ legs: [second], leaving: [leg] });
    expect(await plans.put({ ...wishOf(hedger), legs: [second] }, () => [])).toMatchObject({ legs: [second], leaving: [leg] });
    const again = await plans.put(wishOf(hedger), () => []);
    expect(again).toMatchObject({ legs: [leg], leaving: [second] });
    await plans.forgetLeg({ ...again, policy: { ...again.policy, version: 1 } }, second);
    await plans.forgetLeg(again, leg);
    expect(await plans.get(again.id)).toMatchObject({ legs: [leg], leaving: [second] });
    await plans.forgetLeg(again, second);
    expect(await plans.get(again.id)).toMatchObject({ legs: [leg], leaving: [] });
    expect(await plans.put(wishOf(hedger), () => [])).toMatchObject({ legs: [leg], leaving: [] });
  });

  it('are ended by whoever looked at a version only while they are in it', async () => {
    const hedger = await storeHedger(database);
    const nothing = await plans.put({ ...wishOf(hedger), policy: { ...wishOf(hedger).policy, mode: { kind: 'none' } } }, () => []);
    await plans.put(wishOf(hedger), () => []);
    expect(await plans.endLookedAt(nothing, 'all is closed')).toBe(false);
    expect(await plans.get(nothing.id)).toMatchObject({ active: true, endedWhy: null, policy: { version: 3, mode: wishOf(hedger).policy.mode } });
    const again = await plans.put({ ...wishOf(hedger), policy: { ...wishOf(hedger).policy, mode: { kind: 'none' } } }, () => []);
    expect(await plans.endLookedAt(again, 'all is closed')).toBe(true);
    expect(await plans.get(nothing.id)).toMatchObject({ active: false, endedWhy: 'all is closed', policy: { version: 4 } });
    expect(await plans.endLookedAt(again, 'again')).toBe(false);
  });

  it('that are ended and changed in the same moment are in force as their owner wanted them last', async () => {
    const hedger = await storeHedger(database);
    const nothing = await plans.put({ ...wishOf(hedger), policy: { ...wishOf(hedger).policy, mode: { kind: 'none' } } }, () => []);
    // Somebody holds the plan's row, so that the ending stands still before it writes.
    const both = await clientOf(database).$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "HedgePlan" WHERE "id" = ${nothing.id} FOR UPDATE`;
      const ending = plans.endLookedAt(nothing, 'all is closed');
      await expect.poll(async () => (await tx.$queryRaw<unknown[]>`SELECT 1 AS one FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`).length, { timeout: 2_000 }).toBe(1);
      const changing = plans.put(wishOf(hedger), () => []);
      await new Promise((later) => setTimeout(later, 150));
      return { ending, changing };
    });
    expect(await both.ending).toBe(true);
    const changed = await both.changing;
    expect(changed.active).toBe(true);
    expect(await plans.get(changed.id)).toMatchObject({ active: true, policy: { mode: wishOf(hedger).policy.mode } });
  });

  it('that wait for no more than the accounts of a key that ends go on without them', async () => {
    const hedger = await storeHedger(database);
    const beside = await storeHedger(database, { owner: hedger.owner });
    expect(beside.plan.id).toBe(hedger.plan.id);
    await accounts.storeReading(aDerivativeAccount({ id: hedger.account, positions: [aPerpPosition({ account: hedger.account, instrument: hedger.instrument, contracts: contracts(-2.5) })] }));
    const end = await keys.end(keyOf(hedger), 'its owner took it away', () => []);
    expect(end).toMatchObject({ plans: [], left: [{ account: hedger.account, contracts: contracts(-2.5) }] });
    expect(await plans.get(hedger.plan.id)).toMatchObject({ active: true, legs: [{ account: beside.account }], leaving: [] });
  });

  it('of one owner that are stored at once are one plan', async () => {
    const hedger = await storeHedger(database);
    const all = await Promise.all(Array.from({ length: 5 }, () => plans.put(wishOf(hedger), () => [])));
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set([hedger.plan.id]));
    expect(all.map(({ policy }) => policy.version).sort()).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('marks', () => {
  it('are kept once a minute', async () => {
    const marks = new VenueMarkStore(database);
    const { instrument } = await storeHedger(database);
    const minute = Math.floor(WALL / 60_000) * 60_000;
    await marks.sample([{ instrument, at: minute + 1, usdE8: usd(3_000) }, { instrument, at: minute + 59_999, usdE8: usd(3_001) }]);
    await marks.sample([{ instrument, at: minute + 2, usdE8: usd(3_002) }, { instrument, at: minute + 60_000, usdE8: usd(3_003) }]);
    expect(await marks.since(instrument, minute)).toEqual([{ at: minute + 1, usdE8: usd(3_000) }, { at: minute + 60_000, usdE8: usd(3_003) }]);
    expect(await marks.since(instrument, minute + 2)).toHaveLength(1);
    expect(await marks.forgetBefore(minute + 60_000)).toBe(1);
  });
});

it('a local chain that is forgotten takes the play money of its owners along, and nothing that is live', async () => {
  const chain = chainId(31_338);
  const paper = await storeHedger(database, { chain });
  const live = await storeHedger(database, { chain, environment: 'live', owner: paper.owner });
  const elsewhere = await storeHedger(database);
  for (const hedger of [paper, live]) {
    const [order] = await planned(database, hedger, anIntent(hedger));
    await journal.sending(order!, asSent(order!), hedger.lease, () => []);
    await new VenueBooksStore(database).write(hedger.account, booksOf(hedger, -2.5, { fills: [aFill(order!, 'f')] }), []);
    await accounts.setLeverage(hedger.account, hedger.instrument, { wad: ratio(2), at: WALL });
    await journal.record(hedger.guarded, accountDecided(900), []);
    await journal.record(hedger.subject, hedging(), []);
    await new VenueStopStore(database).set({ environment: hedger.place.environment, scope: { kind: 'owner', chainId: chain, owner: hedger.owner }, level: 'no-grow', setBy: 'owner', reason: 'a drill' });
  }
  await forgetChain(database, chain);
  expect([await accounts.get(paper.account), await plans.get(paper.plan.id), await keys.get(keyOf(paper))]).toEqual([null, null, null]);
  expect(await keys.get(keyOf(live))).not.toBeNull();
  expect((await plans.active(chain)).map(({ id }) => id)).toEqual([live.plan.id]);
  expect(await accounts.get(elsewhere.account)).not.toBeNull();
  // What people set for good reasons of their own stays.
  expect((await new VenueStopStore(database).inForce()).map(({ environment }) => environment)).toEqual(['paper', 'live']);
});
