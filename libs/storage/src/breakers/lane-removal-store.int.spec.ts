import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { OPERATORS, type Notice, type Stop } from '@ballast/policy';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { CHAIN, freshAccount, freshHash } from '../../test/fixture.js';
import { Database, LaneRemovalStore, StatusReader, SwitchStore, subscribeOperators } from '../index.js';

let made: TestDatabase;
let database: Database;
let removals: LaneRemovalStore;
let switches: SwitchStore;
beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [removals, switches] = [new LaneRemovalStore(database), new SwitchStore(database)];
  await subscribeOperators(database, CHAIN, ['a@example.org']);
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const scope = { kind: 'chain', chainId: CHAIN } as const;
const stop: Stop = { scope, stops: 'all', setBy: 'key-theft', reason: 'a drill' };
const page = (id: string) => (): readonly Notice[] => [{ id, chainId: CHAIN, account: OPERATORS, positionId: null, kind: 'operator.page', severity: 'critical', data: { title: 'a drill', reason: 'a drill', chainName: 'Chain' } }];
const transaction = (nonce: bigint) => ({ hash: freshHash(), nonce, raw: '0x02', maxFeePerGas: 2n, maxPriorityFeePerGas: 1n }) as const;
const due = async (): Promise<number> => (await new StatusReader(database).counts()).pendingDeliveries;

describe('the removal of a lane', () => {
  it('is written with the stop and what operators are told, once for a transaction that gave it away', async () => {
    const place = { chainId: CHAIN, lane: freshAccount(), keepers: freshAccount() };
    const because = freshHash();
    expect(await Promise.all([removals.begin({ ...place, because }, stop, page('one')), removals.begin({ ...place, because }, stop, page('one'))]).then((all) => all.sort())).toEqual([false, true]);
    expect([(await switches.inForce()).length, await due()]).toEqual([1, 1]);
    expect(await removals.signed(place, transaction(7n))).toBe(true);
    expect(await removals.open(CHAIN)).toMatchObject([{ ...place, because, state: 'open', transactions: [{ nonce: 7n }] }]);

    // An operator calls it off: nothing more is signed for it, and the same transaction does not begin it again.
    expect(await switches.releaseForOperator(scope, 'key-theft')).toBe(true);
    expect(await removals.signed(place, transaction(7n))).toBe(false);
    expect(await removals.begin({ ...place, because }, stop, page('one'))).toBe(false);
    expect([await removals.open(CHAIN), await switches.inForce()]).toEqual([[], []]);

    // Another theft by the same lane does.
    expect(await removals.begin({ ...place, because: freshHash() }, stop, page('two'))).toBe(true);
    expect((await removals.open(CHAIN)).map(({ state, problem }) => [state, problem])).toEqual([['open', null]]);
    expect(await removals.settle(place, 'removed', null, page('three'))).toBe(true);
    expect(await removals.settle(place, 'impossible', 'too late', page('four'))).toBe(false);
    expect([(await removals.all())[0]?.state, await due()]).toEqual(['removed', 3]);
    await switches.release(scope, 'key-theft');
  });

  it('of a second lane is told of although the chain is stopped already', async () => {
    await switches.stop(stop);
    const before = await due();
    expect(await removals.begin({ chainId: CHAIN, lane: freshAccount(), keepers: freshAccount(), because: freshHash() }, stop, page('second lane'))).toBe(true);
    expect(await due()).toBe(before + 1);
  });
});
