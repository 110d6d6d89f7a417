// `tsx tools/migrate.mts` brings the database of DATABASE_URL to this version.
// `tsx tools/migrate.mts new NAME` does so too, then writes the step from there to prisma/schema.prisma as a new migration.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, migrationsFolder } from '@ballast/storage';
import { BallastError } from '@ballast/units';
import { sqlToReach } from './schema-engine.mjs';

const [command, name] = process.argv.slice(2);
const url = process.env['DATABASE_URL'] ?? '';

async function applyAll(): Promise<void> {
  const applied = await migrate(url);
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`);
}

async function writeNew(title: string): Promise<void> {
  const folder = migrationsFolder();
  const sql = await sqlToReach(url, readFileSync(join(folder, '..', 'schema.prisma'), 'utf8'));
  if (!/^\s*[^\s-]/m.test(sql)) {
    console.log('prisma/schema.prisma asks for nothing new.');
    return;
  }
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const target = join(folder, `${stamp}_${title}`);
  mkdirSync(target);
  writeFileSync(join(target, 'migration.sql'), sql);
  console.log(`Wrote ${join(target, 'migration.sql')}. Read it: data that must move is not in it.`);
}

try {
  if (command !== undefined && (command !== 'new' || !/^[a-z0-9_]+$/.test(name ?? ''))) throw new Error('Usage: tsx tools/migrate.mts [new name_in_lower_case]');
  await applyAll();
  if (name !== undefined) await writeNew(name);
} catch (error) {
  console.error(error instanceof BallastError || command !== undefined ? (error as Error).message : error);
  process.exitCode = 1;
}
