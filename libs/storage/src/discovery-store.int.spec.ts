import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { chainId, type Hash32 } from '@ballast/units';
import type { Found, FoundPlace, ScanState } from '@ballast/positions';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { CHAIN, freshAccount, freshHash } from '../test/fixture.js';
import { Database, PrismaDiscoveryStore, UnreadableValue, forgetChain } from './index.js';

let made: TestDatabase;
let database: Database;
let store: PrismaDiscoveryStore;
let chains = 7_000;
/** A chain that no other test of the file scans. */
const freshChain = () => chainId((chains += 1));

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  store = new PrismaDiscoveryStore(database);
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const stateTo = (to: bigint): ScanState => ({ scanned: [{ from: 0n, to }], hashes: [{ number: to, hash: freshHash() }], head: to });
const aPlace = (blockNumber: bigint, market: Hash32 | null = null): FoundPlace => ({ account: freshAccount(), market, blockNumber });
const places = (...found: FoundPlace[]): Found => ({ places: found, markets: [] });

async function raw(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: made.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

describe('a checkpoint', () => {
  it('begins empty, is read back exactly as it was written, and keeps what is wrong', async () => {
    const chain = freshChain();
    expect(await store.open(chain, 'venus', 'source', 5n)).toEqual({ version: 1, source: 'source', from: 5n, head: 5n, scanned: [], hashes: [], problem: null });
    const state = { ...stateTo(2n ** 60n), scanned: [{ from: 1n, to: 3n }, { from: 9n, to: 2n ** 60n }] };
    expect(await store.record(chain, 'venus', 1, state, places())).toBe(2);
    await store.note(chain, 'venus', 2n ** 60n + 1n, 'read-failed: a\u0000b');
    const cursor = { version: 2, source: 'source', from: 5n, ...state, head: 2n ** 60n + 1n, problem: 'read-failed: ab' };
    expect(await store.open(chain, 'venus', 'source', 5n)).toEqual(cursor);
    expect(await store.cursors(chain)).toEqual([{ protocol: 'venus', ...cursor }]);
    expect((await store.open(chain, 'venus', 'source', 4n)).from).toBe(4n);
  });

  it('is made once by four that open it at the same time', async () => {
    const chain = freshChain();
    const opened = await Promise.all(Array.from({ length: 4 }, () => store.open(chain, 'aave-v3', 'source', 0n)));
    expect(opened.map(({ version }) => version)).toEqual([1, 1, 1, 1]);
  });

  it('is moved by one of two that come from the same version; the other one changes nothing at all', async () => {
    const chain = freshChain();
    const { version } = await store.open(chain, 'aave-v3', 'source', 0n);
    const found = [places(aPlace(1n)), places(aPlace(2n))];
    const results = await Promise.all(found.map((one) => store.record(chain, 'aave-v3', version, stateTo(9n), one)));
    expect(results.filter((result) => result === null)).toHaveLength(1);
    expect(await store.places(chain, 'aave-v3')).toEqual(found[results.indexOf(2)]?.places);
    expect(await store.rollBack(chain, 'aave-v3', version, stateTo(0n), 0n)).toBeNull();
    expect(await store.counts(chain, 'aave-v3')).toEqual({ places: 1, markets: 0 });
  });

  it('stays where it is when what was found cannot be written', async () => {
    const chain = freshChain();
    const { version } = await store.open(chain, 'aave-v3', 'source', 0n);
    const impossible = { ...aPlace(1n), blockNumber: 2n ** 70n };
    await expect(store.record(chain, 'aave-v3', version, stateTo(9n), places(aPlace(1n), impossible))).rejects.toThrow();
    expect(await store.open(chain, 'aave-v3', 'source', 0n)).toMatchObject({ version, scanned: [] });
    expect(await store.places(chain, 'aave-v3')).toEqual([]);
  });

  it('of another source begins anew, without what was found before', async () => {
    const chain = freshChain();
    const { version } = await store.open(chain, 'morpho-blue', 'old', 0n);
    await store.record(chain, 'morpho-blue', version, stateTo(9n), { places: [aPlace(1n, freshHash())], markets: [{ market: freshHash(), blockNumber: 1n }] });
    expect(await store.open(chain, 'morpho-blue', 'new', 3n)).toEqual({ version: 3, source: 'new', from: 3n, head: 3n, scanned: [], hashes: [], problem: null });
    expect(await store.counts(chain, 'morpho-blue')).toEqual({ places: 0, markets: 0 });
  });

  it('that a foreign hand has spoilt is refused by its column', async () => {
    const chain = freshChain();
    await store.open(chain, 'venus', 'source', 0n);
    await raw(`UPDATE "DiscoveryCursor" SET "scanned" = '[{"from": 1}]' WHERE "chainId" = ${chain}`);
    await expect(store.open(chain, 'venus', 'source', 0n)).rejects.toThrow(UnreadableValue);
    await expect(store.open(chain, 'venus', 'source', 0n)).rejects.toThrow('scanned.0.from');
  });
});

describe('what was found', () => {
  it('keeps the lowest block of each place and market, however often and in whatever order they are told', async () => {
    const chain = freshChain();
    const [market, other] = [freshHash(), freshHash()];
    const place = aPlace(50n, market);
    await store.open(chain, 'morpho-blue', 'source', 0n);
    await store.record(chain, 'morpho-blue', 1, stateTo(60n), { places: [place, { ...place, blockNumber: 40n }, { ...place, market: other }, { ...place, blockNumber: 45n }], markets: [{ market, blockNumber: 30n }, { market, blockNumber: 29n }] });
    await store.record(chain, 'morpho-blue', 2, stateTo(60n), { places: [{ ...place, blockNumber: 44n }, { ...place, market: other, blockNumber: 7n }], markets: [{ market, blockNumber: 31n }] });
    expect(await store.places(chain, 'morpho-blue')).toEqual([{ ...place, blockNumber: 40n }, { ...place, market: other, blockNumber: 7n }].sort((a, b) => ((a.market ?? '') < (b.market ?? '') ? -1 : 1)));
    expect(await store.markets(chain, 'morpho-blue')).toEqual([{ market, blockNumber: 29n }]);
  });

  it('goes above the block that is rolled back to, on this chain and at this protocol alone', async () => {
    const [chain, elsewhere] = [freshChain(), freshChain()];
    const [low, high] = [aPlace(10n), aPlace(11n)];
    for (const [one, protocol] of [[chain, 'aave-v3'], [chain, 'venus'], [elsewhere, 'aave-v3']] as const) {
      await store.open(one, protocol, 'source', 0n);
      await store.record(one, protocol, 1, stateTo(20n), { places: [low, high], markets: [{ market: freshHash(), blockNumber: 12n }] });
    }
    expect(await store.rollBack(chain, 'aave-v3', 2, stateTo(10n), 10n)).toBe(3);
    expect(await store.places(chain, 'aave-v3')).toEqual([low]);
    expect(await store.markets(chain, 'aave-v3')).toEqual([]);
    expect(await store.placesOf(high.account)).toEqual([{ chainId: chain, protocol: 'venus', ...high }, { chainId: elsewhere, protocol: 'aave-v3', ...high }]);
    expect(await store.counts(elsewhere, 'aave-v3')).toEqual({ places: 2, markets: 1 });
  });

  it('of twelve thousand accounts in one range is stored together', async () => {
    const chain = freshChain();
    await store.open(chain, 'aave-v3', 'source', 0n);
    const many = Array.from({ length: 12_000 }, (_, index) => aPlace(BigInt(index)));
    await store.record(chain, 'aave-v3', 1, stateTo(12_000n), places(...many));
    expect((await store.places(chain, 'aave-v3')).map(({ account }) => account)).toEqual(many.map(({ account }) => account).sort());
  });

  it('is forgotten with its chain', async () => {
    await store.open(CHAIN, 'venus', 'source', 0n);
    const place = aPlace(1n);
    await store.record(CHAIN, 'venus', 1, stateTo(1n), { places: [place], markets: [{ market: freshHash(), blockNumber: 1n }] });
    await forgetChain(database, CHAIN);
    expect([await store.cursors(CHAIN), await store.placesOf(place.account), await store.markets(CHAIN, 'venus')]).toEqual([[], [], []]);
  });
});
