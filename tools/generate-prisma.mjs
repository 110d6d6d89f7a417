// Writes the Prisma client from prisma/schema.prisma. Does nothing when it was written from this very schema already.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFileSync(join(root, path), 'utf8');
const client = join(root, 'libs/storage/src/generated/prisma');
const stamp = join(client, '.schema-sha256');

const prismaVersion = JSON.parse(read('node_modules/prisma/package.json')).version;
const wanted = createHash('sha256').update(`${prismaVersion}\n${read('prisma/schema.prisma')}`).digest('hex');
const current = existsSync(join(client, 'client.ts')) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (current === wanted && !process.argv.includes('--force')) process.exit(0);

// `generate` parses the schema with a wasm module of its own and never starts the schema engine, yet it downloads that
// binary unless it is told where one is. Naming any existing program spares the download and makes it work offline.
const result = spawnSync(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--no-hints'], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
});
if (result.status !== 0) {
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}\n`);
  process.exit(1);
}
writeFileSync(stamp, wanted);
