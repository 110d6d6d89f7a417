import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { DatabaseUnusable, MigrationRefused, migrate, pendingMigrations } from './index.js';
import { migrationsFolder } from './migrate.js';
import { deployWithEngine, migrationHistory, sqlToReach } from '../../../tools/schema-engine.mjs';

const folder = migrationsFolder();
const schema = readFileSync(join(folder, '..', 'schema.prisma'), 'utf8');

let made: TestDatabase;
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ballast-migrations-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(async () => {
  made = await createTestDatabase(inject('postgresUrl'), { migrated: false });
});
afterEach(() => made.drop());

/** The product's migrations and these besides. */
function folderWith(name: string, more: Record<string, string>): string {
  const copy = join(scratch, name);
  cpSync(folder, copy, { recursive: true });
  for (const [migration, sql] of Object.entries(more)) {
    mkdirSync(join(copy, migration), { recursive: true });
    writeFileSync(join(copy, migration, 'migration.sql'), sql);
  }
  return copy;
}

describe('migrating', () => {
  it('brings an empty database exactly to prisma/schema.prisma', async () => {
    expect((await migrate(made.url)).length).toBeGreaterThan(0);
    expect(await sqlToReach(made.url, schema)).toMatch(/^(-- This is an empty migration\.)?\s*$/);
    // The comparison sees a difference where there is one.
    expect(await sqlToReach(made.url, `${schema}\nmodel Extra {\n  id Int @id\n}\n`)).toContain('CREATE TABLE "Extra"');
  });

  it('leaves a history that Prisma itself takes for its own', async () => {
    await migrate(made.url);
    expect(await migrationHistory(made.url, schema, folder)).toMatchObject({ hasMigrationsTable: true, history: null, failedMigrationNames: [], editedMigrationNames: [] });
    expect(await deployWithEngine(made.url, schema, folder)).toEqual([]);
  });

  it('finds nothing to do where Prisma deployed first', async () => {
    expect((await deployWithEngine(made.url, schema, folder)).length).toBeGreaterThan(0);
    expect(await pendingMigrations(made.url)).toEqual([]);
    expect(await migrate(made.url)).toEqual([]);
  });

  it('started by four processes at once applies each migration once', async () => {
    const pending = await pendingMigrations(made.url);
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(made.url)));
    expect(applied.flat()).toEqual(pending);
  });

  it('changes nothing when one of several migrations fails, and names it', async () => {
    const broken = folderWith('broken', { '29990101000000_good': 'CREATE TABLE "Good" ("id" INT);', '29990102000000_bad': 'CREATE TABLE "Better" ("id" INT); SELECT nonsense();' });
    const failing = migrate(made.url, broken);
    await expect(failing).rejects.toThrow(MigrationRefused);
    await expect(failing).rejects.toThrow('29990102000000_bad');
    expect(await pendingMigrations(made.url, broken)).toHaveLength((await pendingMigrations(made.url)).length + 2);
    const all = await pendingMigrations(made.url);
    expect(await migrate(made.url)).toEqual(all);
  });

  it('refuses a database whose applied migration was edited, and one made by a newer version', async () => {
    const newer = folderWith('newer', { '29990101000000_later': 'SELECT 1;' });
    await migrate(made.url, newer);
    await expect(migrate(made.url)).rejects.toThrow('made by a newer version');
    writeFileSync(join(newer, '29990101000000_later', 'migration.sql'), 'SELECT 2;');
    await expect(migrate(made.url, newer)).rejects.toThrow('edited after');
  });

  it('says that the database cannot be reached, without its password', async () => {
    const failing = migrate('postgresql://ballast:hunter2@127.0.0.1:1/ballast');
    await expect(failing).rejects.toThrow(DatabaseUnusable);
    await expect(failing).rejects.toThrow('DATABASE_URL: got postgresql://ballast:***@127.0.0.1:1/ballast');
  });
});
