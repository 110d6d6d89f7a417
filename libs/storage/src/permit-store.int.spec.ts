import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { rawAmount, type Hash32 } from '@ballast/units';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { USDC } from '../../../test/factories/lending-position.js';
import { CHAIN, GUARD, aPlan, freshHash, storeLoan } from '../test/fixture.js';
import { Database, JournalReader, NotStored, PermitStore, PrismaActionJournal, forgetChain, type SignedPermit } from './index.js';

let made: TestDatabase;
let database: Database;
let permits: PermitStore;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  permits = new PermitStore(database);
});

afterAll(async () => {
  await database?.close();
  await made?.drop();
});

type Loan = Awaited<ReturnType<typeof storeLoan>>;
let signatures = 0;
const signed = (loan: Loan, given: Partial<SignedPermit> = {}): SignedPermit => ({
  chainId: CHAIN, mandateHash: loan.mandate.hash, positionId: loan.positionId, token: USDC.address, owner: loan.account, spender: GUARD, value: rawAmount(2n ** 256n - 1n), nonce: 7n,
  deadline: 1_800_000_000n, signature: `0x${(signatures += 1).toString(16).padStart(130, '0')}`, ...given,
});

it('is read back as it was signed, and stored once however often it is handed in', async () => {
  const permit = signed(await storeLoan(database));
  const added = await Promise.all([permits.add(permit), permits.add(permit), permits.add(permit)].map((one) => one.catch(() => permits.add(permit))));
  expect(new Set(added.map(({ id }) => id)).size).toBe(1);
  expect(await permits.get(added[0]!.id)).toMatchObject({ ...permit, state: 'open', stateReason: null, settledAt: null });
  expect(await permits.ofMandate(permit.mandateHash)).toHaveLength(1);
  expect(await permits.ofOwner(permit.owner)).toHaveLength(1);
});

it('is refused without the mandate that it serves', async () => {
  const loan = await storeLoan(database);
  await expect(permits.add(signed(loan, { mandateHash: freshHash() as Hash32 }))).rejects.toThrow(NotStored);
});

it('is open until it is settled, and is settled once', async () => {
  const { id } = await permits.add(signed(await storeLoan(database)));
  const isOpen = async () => (await permits.open(CHAIN)).some((one) => one.id === id);
  expect(await isOpen()).toBe(true);
  expect(await permits.settle(id, 'used', null)).toBe(true);
  expect(await permits.settle(id, 'failed', 'too late')).toBe(false);
  expect(await isOpen()).toBe(false);
  expect(await permits.get(id)).toMatchObject({ state: 'used', stateReason: null, settledAt: expect.any(Date) });
  await expect(permits.settle('none', 'used', null)).rejects.toThrow(NotStored);
});

it('is submitted beside an action and beside other permits, and never twice at once', async () => {
  const loan = await storeLoan(database);
  const journal = new PrismaActionJournal(database);
  const [one, other] = [await permits.add(signed(loan)), await permits.add(signed(loan))];
  const plan = (permitId: string) => journal.plan(aPlan(loan, { kind: 'PERMIT', permitId }), null, null, []);
  expect((await journal.plan(aPlan(loan), null, null, [])).kind).toBe('planned');
  const planned = await plan(one.id);
  expect(planned).toMatchObject({ kind: 'planned', intent: { plan: { kind: 'PERMIT', permitId: one.id } } });
  expect((await plan(other.id)).kind).toBe('planned');
  expect((await plan(one.id)).kind).toBe('busy');
  expect((await new JournalReader(database).openAction(loan.positionId))?.plan.kind).toBe('REPAY');
  if (planned.kind !== 'planned') return;
  await journal.advance(planned.intent.id, 'PLANNED', { event: 'dropped', to: 'DROPPED' });
  expect((await plan(one.id)).kind).toBe('planned');
});

it('is forgotten with its chain', async () => {
  await permits.add(signed(await storeLoan(database)));
  await forgetChain(database, CHAIN);
  expect(await permits.open(CHAIN)).toEqual([]);
});
