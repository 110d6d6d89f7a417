import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { openapiDocument } from '../apps/api/src/openapi/document.js';
import { VERSION } from '../apps/api/src/version.js';

/**
 * Writes docs/openapi.json and the dashboard's types from the API's contract.
 * `--check` writes nothing and exits 1 when either file differs from what would be written.
 */
const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const document = openapiDocument(VERSION);
const types = astToString(await openapiTS(JSON.parse(JSON.stringify(document)) as never, { alphabetize: false }));
const files: ReadonlyArray<readonly [path: string, text: string]> = [
  ['docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`],
  ['apps/web/src/api/schema.d.ts', `// Generated from docs/openapi.json by tools/generate-openapi.mts; do not edit.\n\n${types}`],
];

let stale = 0;
for (const [path, text] of files) {
  if (process.argv.includes('--check')) {
    const found = await readFile(at(path), 'utf8').catch(() => '');
    if (found === text) continue;
    stale += 1;
    console.error(`${path} is not what the contract generates: run npx tsx tools/generate-openapi.mts`);
  } else {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
    console.log(`wrote ${path}`);
  }
}
process.exit(stale === 0 ? 0 : 1);
