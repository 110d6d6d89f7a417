import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { reasonOf, requirePostgresUrl, withoutPassword } from './database.js';
import { DatabaseUnusable, MigrationRefused } from './errors.js';

/** Prisma's own advisory lock: `prisma migrate deploy` and this applier keep each other out. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

/** The table as Prisma makes it, so that either tool may follow the other. */
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, as Prisma counts it. */
  readonly checksum: string;
}

interface HistoryRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Brings the database to this version's tables and returns the names of the migrations applied, none when it was there already.
 * All in one transaction under Prisma's lock: it happens whole or not at all, and of two processes that start at once the second
 * waits and finds nothing left to do. Needs no engine; `prisma migrate deploy` accepts the result and may be used instead.
 * So a migration must not contain what cannot run in a transaction (CREATE INDEX CONCURRENTLY).
 * @throws DatabaseUnusable when the database cannot be reached
 * @throws MigrationRefused when an applied migration was edited since, one is unknown or left half done, or one fails
 */
export async function migrate(databaseUrl: string, folder: string = migrationsFolder()): Promise<readonly string[]> {
  const migrations = readMigrations(folder);
  return withConnection(databaseUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [PRISMA_MIGRATE_LOCK]);
    await client.query(HISTORY_TABLE);
    const missing = compare(migrations, await readHistory(client));
    for (const migration of missing) await apply(client, migration);
    await client.query('COMMIT');
    return missing.map(({ name }) => name);
  });
}

/** Names of the migrations that the database lacks. Changes nothing. @throws as `migrate` */
export async function pendingMigrations(databaseUrl: string, folder: string = migrationsFolder()): Promise<readonly string[]> {
  return withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ present: boolean }>(`SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS present`);
    const history = rows[0]?.present ? await readHistory(client) : [];
    return compare(readMigrations(folder), history).map(({ name }) => name);
  });
}

async function withConnection<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  requirePostgresUrl(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'ballast migrate', connectionTimeoutMillis: 10_000 });
  // A connection that breaks rejects the running query as well; without a listener it would end the process first.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnusable(withoutPassword(databaseUrl), `a PostgreSQL that answers (${reasonOf(error)})`, { cause: error });
  }
  try {
    return await work(client);
  } finally {
    // Ending the connection rolls back what was not committed.
    await client.end();
  }
}

async function readHistory(client: pg.Client): Promise<readonly HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>(
    'SELECT "migration_name", "checksum", "finished_at" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL ORDER BY "started_at"',
  );
  return rows;
}

function compare(migrations: readonly Migration[], history: readonly HistoryRow[]): readonly Migration[] {
  for (const row of history) {
    const known = migrations.find(({ name }) => name === row.migration_name);
    if (known === undefined) throw new MigrationRefused(row.migration_name, 'the database has it, this version does not: it was made by a newer version');
    if (row.finished_at === null) throw new MigrationRefused(row.migration_name, 'it was begun and not finished; see `prisma migrate resolve`');
    if (known.checksum !== row.checksum) throw new MigrationRefused(known.name, 'its file was edited after the database had applied it');
  }
  const applied = new Set(history.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    throw new MigrationRefused(name, `PostgreSQL refused it and nothing was changed: ${reasonOf(error)}`, { cause: error });
  }
  await client.query(
    'INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count") VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)',
    [randomUUID(), checksum, name],
  );
}

function readMigrations(folder: string): readonly Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const file = readFileSync(join(folder, name, 'migration.sql'));
      return { name, sql: file.toString('utf8'), checksum: createHash('sha256').update(file).digest('hex') };
    });
}

/** prisma/migrations of this installation, whether this file runs from its source or from dist/. */
export function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'prisma', 'migrations');
    if (existsSync(join(candidate, 'migration_lock.toml'))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new MigrationRefused('folder', `got no prisma/migrations above ${fileURLToPath(import.meta.url)}, expected one`);
    folder = parent;
  }
}
