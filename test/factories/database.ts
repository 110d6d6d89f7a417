import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, migrationsFolder } from '@ballast/storage';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Held while a database is made: PostgreSQL refuses to clone a template that somebody else is cloning or filling. */
const MAKING = 4_207_310;

/**
 * A fresh database with every migration applied, cloned from a migrated one that the first caller makes; an empty one with
 * `migrated: false`. The user of `postgresUrl` must be allowed to make databases.
 */
export async function createTestDatabase(postgresUrl: string, { migrated = true } = {}): Promise<TestDatabase> {
  const name = `ballast_test_${randomBytes(6).toString('hex')}`;
  await withAdmin(postgresUrl, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [MAKING]);
    if (migrated) await makeTemplate(postgresUrl, admin);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${migrated ? templateName() : 'template0'}`);
  });
  return {
    url: named(postgresUrl, name),
    drop: () => withAdmin(postgresUrl, async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

async function makeTemplate(postgresUrl: string, admin: pg.Client): Promise<void> {
  const name = templateName();
  const { rows } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rows.length === 0) await admin.query(`CREATE DATABASE ${name}`);
  await migrate(named(postgresUrl, name));
}

/** A template of its own for each state of the migrations, so that a server that outlives a test run never serves an old one. */
function templateName(): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(migrationsFolder(), { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).sort((a, b) => (a.parentPath < b.parentPath ? -1 : 1))) {
    hash.update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return `ballast_template_${hash.digest('hex').slice(0, 12)}`;
}

async function withAdmin(postgresUrl: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: postgresUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function named(postgresUrl: string, database: string): string {
  const url = new URL(postgresUrl);
  url.pathname = `/${database}`;
  return url.toString();
}
