import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Stop } from '@ballast/policy';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { CHAIN, aPlan, freshHash, onLane, planned, storeLoan } from '../../test/fixture.js';
import { AcceptedCodeStore, Database, LeaseLost, LeaseStore, PrismaActionJournal, Stopped, SwitchStore, keeperLease } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaActionJournal;
let switches: SwitchStore;
let leases: LeaseStore;
let sql: pg.Client;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [journal, switches, leases] = [new PrismaActionJournal(database), new SwitchStore(database), new LeaseStore(database)];
  sql = new pg.Client({ connectionString: made.url });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await made?.drop();
});
beforeEach(async () => {
  await sql.query('DELETE FROM "Switch"');
  await sql.query('DELETE FROM "Lease"');
});

const LANE = `0x${'1a'.repeat(20)}` as never;

async function nonced(kind: 'REPAY' | 'FILL' = 'REPAY') {
  const loan = await storeLoan(database);
  const result = await journal.plan(aPlan(loan, { kind }), null, null, []);
  if (result.kind !== 'planned') throw new Error('busy');
  return { loan, intent: await journal.allocateNonce(result.intent.id, onLane(LANE, 0n)) };
}

let signatures = 0;
const sign = (intent: Awaited<ReturnType<typeof nonced>>['intent'], terms: Partial<{ purpose: 'call' | 'cancel'; fence: bigint | null }> = {}) =>
  journal.sign(intent.id, 'NONCED', { purpose: 'call', fence: null, ...terms }, async () => {
    signatures += 1;
    return { event: 'signed', to: 'SIGNED', transaction: { ...intent.transactions[0]!, hash: freshHash(), raw: '0x02', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n } };
  });

const stop = (scope: Stop['scope'], stops: Stop['stops'] = 'all', setBy = 'operator'): Stop => ({ scope, stops, setBy, reason: 'a drill' });

describe('a stop', () => {
  it.each(['global', 'chain', 'protocol', 'owner'] as const)('of the %s is read in the transaction that signs: nothing is signed and nothing stored', async (kind) => {
    const { loan, intent } = await nonced();
    const scope = { kind, chainId: CHAIN, protocol: 'aave-v3', owner: loan.account } as Stop['scope'];
    await switches.stop(stop(scope));
    const before = signatures;
    await expect(sign(intent)).rejects.toBeInstanceOf(Stopped);
    expect([signatures, (await journal.intent(intent.id))?.state]).toEqual([before, 'NONCED']);
    await switches.release(scope, 'operator');
    expect((await sign(intent)).state).toBe('SIGNED');
  });

  it('of somebody or something else stops nothing', async () => {
    const { intent } = await nonced();
    await switches.stop(stop({ kind: 'chain', chainId: 1 }));
    await switches.stop(stop({ kind: 'protocol', chainId: CHAIN, protocol: 'venus' }));
    await switches.stop(stop({ kind: 'owner', chainId: CHAIN, owner: LANE }));
    expect((await sign(intent)).state).toBe('SIGNED');
  });

  it('of sales lets payments from the wallet go on', async () => {
    const [fill, repay] = [await nonced('FILL'), await nonced('REPAY')];
    await switches.stop(stop({ kind: 'global' }, 'fill', 'oracle-age'));
    await expect(sign(fill.intent)).rejects.toMatchObject({ stop: { setBy: 'oracle-age', stops: 'fill' } });
    expect((await sign(repay.intent)).state).toBe('SIGNED');
  });

  it('of one token at a protocol stops the sales of loans that sell or repay it, and no others', async () => {
    const { loan, intent } = await nonced('FILL');
    const { collateral, debt } = loan.mandate.terms;
    await switches.stop(stop({ kind: 'asset', chainId: CHAIN, protocol: 'venus', asset: collateral }, 'fill', 'price-gap'));
    await switches.stop(stop({ kind: 'asset', chainId: CHAIN, protocol: 'aave-v3', asset: LANE }, 'fill', 'price-gap'));
    expect((await sign(intent)).state).toBe('SIGNED');
    for (const asset of [collateral, debt]) {
      const scope = { kind: 'asset', chainId: CHAIN, protocol: 'aave-v3', asset } as const;
      const [fill, repay] = [await nonced('FILL'), await nonced('REPAY')];
      await switches.stop(stop(scope, 'fill', 'price-gap'));
      await expect(sign(fill.intent)).rejects.toMatchObject({ stop: { scope, setBy: 'price-gap' } });
      expect((await sign(repay.intent)).state).toBe('SIGNED');
      await switches.release(scope, 'price-gap');
    }
  });

  it('of what is not urgent lets a loan be saved that is about to be liquidated', async () => {
    const [calm, urgent] = [await nonced(), await nonced()];
    await sql.query(`UPDATE "Position" SET "snapshot" = jsonb_set("snapshot", '{reported,health,wad}', '"1049999999999999999"') WHERE "id" = $1`, [urgent.loan.positionId]);
    await sql.query(`UPDATE "Position" SET "snapshot" = jsonb_set("snapshot", '{reported,health,wad}', '"1050000000000000000"') WHERE "id" = $1`, [calm.loan.positionId]);
    await switches.stop(stop({ kind: 'chain', chainId: CHAIN }, 'not-urgent', 'failure-rate'));
    await expect(sign(calm.intent)).rejects.toMatchObject({ stop: { stops: 'not-urgent' } });
    expect((await sign(urgent.intent)).state).toBe('SIGNED');
  });

  it('of what an operator takes away for a breaker is accepted as it was seen last', async () => {
    const codes = new AcceptedCodeStore(database);
    const code = (seen: string) => [{ protocol: 'aave-v3', what: 'the code of the pool', seen } as const];
    expect(await codes.compare(CHAIN, code('0x1'))).toMatchObject([{ accepted: null }]);
    await codes.compare(CHAIN, code('0x2'));
    expect(await codes.compare(CHAIN, code('0x3'))).toMatchObject([{ accepted: '0x1', seen: '0x3' }]);
    const scope = { kind: 'protocol', chainId: CHAIN, protocol: 'aave-v3' } as const;
    await switches.stop(stop(scope, 'all', 'implementation-changed'));
    expect(await switches.releaseForOperator(scope, 'implementation-changed')).toBe(true);
    expect(await codes.compare(CHAIN, code('0x3'))).toMatchObject([{ accepted: '0x3' }]);
    // Whoever had looked before it was accepted sets nothing with what he found.
    expect(await switches.stop(stop(scope, 'all', 'implementation-changed'))).toBe(false);
    expect(await switches.inForce()).toEqual([]);
  });

  it('never holds a nonce back, and no new one is taken', async () => {
    const { intent } = await nonced();
    const waiting = await planned(journal, await storeLoan(database));
    await switches.stop(stop({ kind: 'global' }));
    await expect(journal.allocateNonce(waiting.id, onLane(LANE, 0n))).rejects.toBeInstanceOf(Stopped);
    expect((await sign(intent, { purpose: 'cancel' })).state).toBe('SIGNED');
  });

  it('belongs to who set it: one setter does not take away another\'s', async () => {
    const { intent } = await nonced();
    await switches.stop(stop({ kind: 'global' }));
    await switches.stop(stop({ kind: 'global' }, 'all', 'failure-rate'));
    expect(await switches.release({ kind: 'global' }, 'failure-rate')).toBe(true);
    await expect(sign(intent)).rejects.toBeInstanceOf(Stopped);
    expect((await switches.inForce()).map(({ setBy, scope }) => [setBy, scope])).toEqual([['operator', { kind: 'global' }]]);
  });

  it('waits for the signature under way, and lets none begin once it has returned', async () => {
    const [first, second] = [await nonced(), await nonced()];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const signing = journal.sign(first.intent.id, 'NONCED', { purpose: 'call', fence: null }, async () => {
      await held;
      return { event: 'signed', to: 'SIGNED', transaction: { ...first.intent.transactions[0]!, hash: freshHash(), raw: '0x02', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n } };
    });
    let stopped = false;
    const stopping = switches.stop(stop({ kind: 'global' })).then(() => (stopped = true));
    await new Promise((later) => setTimeout(later, 150));
    expect(stopped).toBe(false);
    release();
    await signing;
    await stopping;
    await expect(sign(second.intent)).rejects.toBeInstanceOf(Stopped);
  });
});

describe('the lease', () => {
  it('is one holder\'s until it runs out; each new holder has a higher fence', async () => {
    const name = keeperLease(CHAIN);
    expect(await leases.hold(name, 'a', 60_000)).toEqual({ name, fence: 1n });
    expect(await leases.hold(name, 'b', 60_000)).toBeNull();
    expect(await leases.hold(name, 'a', 60_000)).toEqual({ name, fence: 1n });
    await leases.giveUp(name, 'a');
    expect(await leases.holderOf(name)).toBeNull();
    expect(await leases.hold(name, 'b', 60_000)).toEqual({ name, fence: 2n });
    await leases.giveUp(name, 'b');
    // Having let it run out, even the same holder is a new one: it may have slept through another's time.
    expect(await leases.hold(name, 'b', 60_000)).toEqual({ name, fence: 3n });
  });

  it('is given to one of many that ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, (_, at) => leases.hold('one', `holder ${at}`, 60_000)));
    expect(asked.filter((lease) => lease !== null)).toEqual([{ name: 'one', fence: 1n }]);
  });

  it('is needed for a signature: who has lost it signs nothing', async () => {
    const { intent } = await nonced();
    const name = keeperLease(CHAIN);
    await leases.hold(name, 'a', 60_000);
    await leases.giveUp(name, 'a');
    await expect(sign(intent, { fence: 1n })).rejects.toBeInstanceOf(LeaseLost);
    await leases.hold(name, 'b', 60_000);
    await expect(sign(intent, { fence: 1n })).rejects.toBeInstanceOf(LeaseLost);
    expect((await sign(intent, { fence: 2n })).state).toBe('SIGNED');
  });

  it('goes on from a given fence where one is asked for, and never back', async () => {
    expect(await leases.hold('far', 'a', 60_000, 40n)).toEqual({ name: 'far', fence: 40n });
    await leases.giveUp('far', 'a');
    expect(await leases.hold('far', 'b', 60_000, 7n)).toEqual({ name: 'far', fence: 41n });
    await leases.giveUp('far', 'b');
    expect(await leases.hold('far', 'c', 60_000, 90n)).toEqual({ name: 'far', fence: 90n });
  });

  it('is prolonged while a signature is under way, and taken by another only after it', async () => {
    const { intent } = await nonced();
    const name = keeperLease(CHAIN);
    await leases.hold(name, 'a', 60_000);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = (): void => undefined;
    const inside = new Promise<void>((resolve) => (begun = resolve));
    const signing = journal.sign(intent.id, 'NONCED', { purpose: 'call', fence: 1n }, async () => {
      begun();
      await held;
      return { event: 'signed', to: 'SIGNED', transaction: { ...intent.transactions[0]!, hash: freshHash(), raw: '0x02', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n } };
    });
    await inside;
    expect(await leases.hold(name, 'a', 60_000)).toEqual({ name, fence: 1n });
    await leases.giveUp(name, 'a');
    let taken = false;
    const taking = leases.hold(name, 'b', 60_000).then((lease) => ((taken = true), lease));
    await new Promise((later) => setTimeout(later, 200));
    expect(taken).toBe(false);
    release();
    expect((await signing).state).toBe('SIGNED');
    expect(await taking).toEqual({ name, fence: 2n });
  });

  it('does not wait for ever for a signer that froze in its transaction: nothing of that signature is stored', async () => {
    const frozen = await Database.open(made.url, { mostIdleInTransactionMs: 300 });
    const { intent } = await nonced();
    const name = keeperLease(CHAIN);
    await leases.hold(name, 'a', 60_000);
    let thaw = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (thaw = resolve));
    let begun = (): void => undefined;
    const inside = new Promise<void>((resolve) => (begun = resolve));
    const signing = new PrismaActionJournal(frozen).sign(intent.id, 'NONCED', { purpose: 'call', fence: 1n }, async () => {
      begun();
      await asleep;
      return { event: 'signed', to: 'SIGNED', transaction: { ...intent.transactions[0]!, hash: freshHash(), raw: '0x02', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n } };
    });
    const failed = expect(signing).rejects.toThrow();
    await inside;
    await leases.giveUp(name, 'a');
    expect(await leases.hold(name, 'b', 60_000)).toEqual({ name, fence: 2n });
    thaw();
    await failed;
    expect((await journal.intent(intent.id))?.state).toBe('NONCED');
    expect((await sign(intent, { fence: 2n })).state).toBe('SIGNED');
    await frozen.close();
  });
});
