import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArtifactMissing } from './errors.js';

const require = createRequire(import.meta.url);

/**
 * Folder of the repository, whether this runs from its sources or from `dist/`. The Solidity sources are read from there:
 * the TypeScript compiler does not carry them along.
 */
export function projectRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'libs', 'devchain', 'solidity'))) return folder;
    if (folder === dirname(folder)) throw new ArtifactMissing('SettableFeed', 'libs/devchain/solidity above this file');
  }
}

/** Folder of an installed package. @throws ArtifactMissing with the package's name when it is not installed */
export function packageFolder(name: string): string {
  for (const base of require.resolve.paths(name) ?? []) {
    if (existsSync(join(base, name, 'package.json'))) return join(base, name);
  }
  throw new ArtifactMissing(name, 'node_modules (it is a development dependency)');
}

export function packageVersion(name: string): string {
  const parsed = JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as { version: string };
  return parsed.version;
}
