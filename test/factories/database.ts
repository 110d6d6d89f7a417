import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '@ballast/storage';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Held while a database is made: PostgreSQL refuses to clone a template that somebody else is cloning or filling. */
const MAKING = 4_207_310;
const TEMPLATE = 'ballast_template';

/** A fresh database with every migration applied, cloned from a migrated one that the first caller makes. `postgresUrl` may make databases. */
export async function createTestDatabase(postgresUrl: string): Promise<TestDatabase> {
  const name = `ballast_test_${randomBytes(6).toString('hex')}`;
  await withAdmin(postgresUrl, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [MAKING]);
    const { rows } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rows.length === 0) await admin.query(`CREATE DATABASE ${TEMPLATE}`);
    await migrate(named(postgresUrl, TEMPLATE));
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  return {
    url: named(postgresUrl, name),
    drop: () => withAdmin(postgresUrl, async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
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
