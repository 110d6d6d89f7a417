import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { evaluate, readRiskRequest } from '../libs/evaluation/src/index.js';

/**
 * Writes the answers of docs/evaluating.md: each request there is evaluated, its answer stands in the block after `<!-- answer -->`.
 * `--check` writes nothing and exits 1 when an answer differs from what would be written.
 */
const path = fileURLToPath(new URL('../docs/evaluating.md', import.meta.url));
const text = await readFile(path, 'utf8');
let examples = 0;
const written = text.replaceAll(/```json\n([^`]*)```\n\n<!-- answer -->\n```json\n[^`]*```/g, (_, request: string) => {
  examples += 1;
  return `\`\`\`json\n${request}\`\`\`\n\n<!-- answer -->\n\`\`\`json\n${JSON.stringify(evaluate(readRiskRequest(request), new Date(0)), null, 1)}\n\`\`\``;
});
const isStale = text !== written;
if (!process.argv.includes('--check')) {
  await writeFile(path, written);
  console.log(`wrote ${examples} answers to docs/evaluating.md`);
} else if (isStale) console.error('docs/evaluating.md has answers that are not what the engine gives: run npx tsx tools/generate-examples.mts');
process.exit(process.argv.includes('--check') && isStale ? 1 : 0);
