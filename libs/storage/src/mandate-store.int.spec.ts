import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { rawAmount, wad } from '@ballast/units';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { anAddress } from '../../../test/factories/lending-position.js';
import { CHAIN, aNotice, aSignedMandate, freshAccount, freshHash } from '../test/fixture.js';
import { Database, MandateStore, NotStored, PrismaOutbox } from './index.js';

let made: TestDatabase;
let database: Database;
let mandates: MandateStore;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  mandates = new MandateStore(database);
});

afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const statuses = async (owner: Parameters<MandateStore['ofOwner']>[0]) => Object.fromEntries((await mandates.ofOwner(owner)).map(({ hash, status }) => [hash, status]));

it('a mandate is read back with all twelve fields, as it was signed', async () => {
  const mandate = aSignedMandate(freshAccount());
  const largest = { ...mandate, terms: { ...mandate.terms, maxHf: wad(2n ** 256n - 1n), fillPerDay: rawAmount(2n ** 256n - 1n) } };
  expect(await mandates.add(largest)).toMatchObject({ ...largest, status: 'signed', statusReason: null, activatedAt: null });
  expect(await mandates.get(mandate.hash)).toMatchObject({ terms: largest.terms, signature: mandate.signature, positionId: mandate.positionId });
  expect(await mandates.get(freshHash())).toBeNull();
});

it('handed in twice, also at once, it is stored once', async () => {
  const mandate = aSignedMandate(freshAccount());
  await Promise.all(Array.from({ length: 5 }, () => mandates.add(mandate)));
  await mandates.activate(mandate.hash, []);
  expect((await mandates.add(mandate)).status).toBe('active');
  expect(await mandates.ofOwner(mandate.terms.owner)).toHaveLength(1);
});

it('a newer signature replaces one that waits, and leaves the active one in force until it is active itself', async () => {
  const owner = freshAccount();
  const [active, waiting, newer] = [aSignedMandate(owner), aSignedMandate(owner), aSignedMandate(owner)];
  await mandates.add(active);
  await mandates.activate(active.hash, []);
  await mandates.add(waiting);
  await mandates.add(newer);
  expect(await statuses(owner)).toEqual({ [active.hash]: 'active', [waiting.hash]: 'superseded', [newer.hash]: 'signed' });
  expect(await mandates.activate(newer.hash, [])).toBe(true);
  expect(await statuses(owner)).toEqual({ [active.hash]: 'superseded', [waiting.hash]: 'superseded', [newer.hash]: 'active' });
  expect((await mandates.ofPosition(newer.positionId)).map(({ hash }) => hash)).toEqual([newer.hash]);
});

it('another pair of the same owner is left alone', async () => {
  const owner = freshAccount();
  const [one, two] = [aSignedMandate(owner), aSignedMandate(owner)];
  const otherPair = { ...two, terms: { ...two.terms, debt: anAddress(0xda1) } };
  await mandates.add(one);
  await mandates.add(otherPair);
  expect(await statuses(owner)).toEqual({ [one.hash]: 'signed', [two.hash]: 'signed' });
});

it('many signatures of a pair at once leave exactly one waiting', async () => {
  const owner = freshAccount();
  await Promise.all(Array.from({ length: 6 }, () => mandates.add(aSignedMandate(owner))));
  expect(Object.values(await statuses(owner)).filter((status) => status === 'signed')).toHaveLength(1);
});

it('becoming active and ending tell their notices once, with the state', async () => {
  const mandate = aSignedMandate(freshAccount());
  const owner = mandate.terms.owner;
  await addActiveWebhook(database, { chainId: CHAIN, account: owner, target: 'https://example.test/' });
  await mandates.add(mandate);
  expect(await mandates.activate(mandate.hash, [aNotice(owner, `active:${mandate.hash}`, { kind: 'mandate.active' })])).toBe(true);
  expect(await mandates.activate(mandate.hash, [aNotice(owner, `active again:${mandate.hash}`)])).toBe(false);
  expect(await mandates.end(mandate.hash, 'revoked', 'the owner revoked it', [])).toBe(true);
  expect(await mandates.end(mandate.hash, 'expired', 'its time is over', [aNotice(owner, `over:${mandate.hash}`)])).toBe(false);
  expect(await mandates.get(mandate.hash)).toMatchObject({ status: 'revoked', statusReason: 'the owner revoked it' });
  expect((await new PrismaOutbox(database).ofAccount(owner, 10)).map(({ eventId }) => eventId)).toEqual([`active:${mandate.hash}`]);
});

it('those of a chain are found by their state', async () => {
  const mandate = aSignedMandate(freshAccount());
  await mandates.add(mandate);
  expect((await mandates.inStatus(CHAIN, 'signed')).map(({ hash }) => hash)).toContain(mandate.hash);
  expect((await mandates.inStatus(CHAIN, 'active')).map(({ hash }) => hash)).not.toContain(mandate.hash);
});

it('an unknown one is named', async () => {
  await expect(mandates.activate(freshHash(), [])).rejects.toThrow(NotStored);
});
