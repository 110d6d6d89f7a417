import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { webhookSchemas } from '../libs/notifications/src/webhook/payload.js';

/**
 * Writes docs/webhooks/*.json from the schemas of what webhooks are posted.
 * `--check` writes nothing and exits 1 when a file differs from what would be written, is missing or is left over.
 */
const folder = new URL('../docs/webhooks/', import.meta.url);
const schemas = webhookSchemas();
const isCheck = process.argv.includes('--check');
await mkdir(folder, { recursive: true });
let stale = 0;
for (const [name, text] of schemas) {
  if (!isCheck) await writeFile(new URL(name, folder), text);
  else if ((await readFile(new URL(name, folder), 'utf8').catch(() => '')) !== text) stale += 1;
}
for (const name of await readdir(folder)) {
  if (schemas.has(name)) continue;
  if (isCheck) stale += 1;
  else await rm(new URL(name, folder));
}
if (stale > 0) console.error(`${stale} files in docs/webhooks are not what the schemas generate: run npx tsx tools/generate-webhook-schemas.mts`);
process.exit(stale === 0 ? 0 : 1);
