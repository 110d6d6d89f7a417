// Prisma's schema engine as wasm: compares schemas and databases without the binary that Prisma would download.
// A development tool: the product applies migrations without it (libs/storage/src/migrate.ts).
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

const require = createRequire(import.meta.url);
const filters = { externalTables: [], externalEnums: [] };
const PG_CHAR = 18;
const BPCHAR = 1042;
const CHARACTER = 6; // ColumnTypeEnum.Character of driver-adapter-utils
const MARK = '\u0001char';

/**
 * pg_catalog has one-byte `"char"` columns, which the engine reads as characters and the adapter refuses. The client passes them
 * under a type that the adapter knows and marks their names; the adapter's answer then gets the engine's type for marked columns.
 */
class CatalogClient extends pg.Client {
  query(config, values, callback) {
    // pg.Pool asks with a callback, a transaction awaits a promise.
    if (callback) return super.query(config, values, (error, result) => callback(error, readable(result)));
    return super.query(config, values).then(readable);
  }
}

function readable(result) {
  for (const field of result?.fields ?? []) if (field.dataTypeID === PG_CHAR) Object.assign(field, { dataTypeID: BPCHAR, name: field.name + MARK });
  return result;
}

class CatalogAdapter extends PrismaPg {
  async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const answer = await queryRaw(query);
      answer.columnNames.forEach((name, index) => {
        if (!name.endsWith(MARK)) return;
        answer.columnNames[index] = name.slice(0, -MARK.length);
        answer.columnTypes[index] = CHARACTER;
      });
      return answer;
    };
    return adapter;
  }
}

let engineClass;
/** Once a process: the bindings keep views of the first instance's memory. */
const SchemaEngineClass = () => (engineClass ??= loadEngine());

async function loadEngine() {
  // Node 20 cannot import .wasm files: the module is put together by hand.
  const folder = join(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg'), '..');
  const bindings = await import(pathToFileURL(join(folder, 'schema_engine_bg.js')).href);
  const { instance } = await WebAssembly.instantiate(readFileSync(join(folder, 'schema_engine_bg.wasm')), { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

/**
 * Runs `work` with an engine on the database, and closes its connections after.
 * The database is only read by the comparisons below.
 */
async function withEngine(databaseUrl, schema, work) {
  // Resolved from the adapter: the package is its dependency, not ours.
  const { bindMigrationAwareSqlAdapterFactory } = createRequire(require.resolve('@prisma/adapter-pg'))('@prisma/driver-adapter-utils');
  const SchemaEngine = await SchemaEngineClass();
  const pool = new pg.Pool({ connectionString: databaseUrl, Client: CatalogClient, max: 2 });
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, bindMigrationAwareSqlAdapterFactory(new CatalogAdapter(pool)));
  try {
    return await work(engine);
  } finally {
    engine.free();
    await pool.end();
  }
}

const datamodel = (schema) => ({ tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] });

/** The SQL that makes the database's tables those of the schema; a comment alone when they are already. */
export const sqlToReach = (databaseUrl, schema) =>
  withEngine(databaseUrl, schema, async (engine) => {
    const from = { tag: 'schemaDatasource', files: [{ path: 'schema.prisma', content: schema }], configDir: '.' };
    return (await engine.diff({ from, to: datamodel(schema), script: true, exitCode: null, filters })).stdout ?? '';
  });

/** What `prisma migrate status` would say of the database: edited, failed and missing migrations. */
export const migrationHistory = (databaseUrl, schema, migrationsFolder) =>
  withEngine(databaseUrl, schema, (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList: migrationList(migrationsFolder), optInToShadowDatabase: false, filters }));

/** Applies the folder's migrations as `prisma migrate deploy` does. Returns the names of those it applied. */
export const deployWithEngine = (databaseUrl, schema, migrationsFolder) =>
  withEngine(databaseUrl, schema, async (engine) =>
    (await engine.applyMigrations({ migrationsList: migrationList(migrationsFolder), filters })).appliedMigrationNames);

function migrationList(folder) {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(join(folder, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') } },
    })),
  };
}
