import { instrumentId } from '@ballast/positions';
import { Database, VenueMarkStore } from '@ballast/storage';
import type { UsdE8 } from '@ballast/units';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { Forgetting } from '../../src/schedule/forgetting.js';
import type { Runtime } from '../../src/runtime.js';

let made: TestDatabase;
let database: Database;
beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

it('marks that nobody looks back to are deleted by the worker that leads', async () => {
  const marks = new VenueMarkStore(database);
  const instrument = instrumentId({ environment: 'paper', venue: 'hyperliquid' }, 'ETH');
  const now = Date.now();
  const day = 86_400_000;
  await marks.sample([12, 10.9, 9, 0].map((days) => ({ instrument, at: now - days * day, usdE8: 300_000_000_000n as UsdE8 })));
  const left = async (): Promise<number> => (await marks.since(instrument, 0)).length;
  const turned = (leads: boolean): Forgetting => new Forgetting({ env: { roles: ['act'] }, database, leader: { leads }, now: () => now } as unknown as Runtime);
  const follower = turned(false);
  follower.onApplicationBootstrap();
  await new Promise((resolve) => setTimeout(resolve, 100));
  follower.onApplicationShutdown();
  expect(await left()).toBe(4);
  const leader = turned(true);
  leader.onApplicationBootstrap();
  await vi.waitFor(async () => expect(await left()).toBe(3));
  leader.onApplicationShutdown();
});
