// After `nest build services`, which compiles all services in one program instead of the same libs once for each: gives each service a folder
// of its own, dist/apps/NAME, with what it imports and nothing else. A service's folder is all that is needed to run it, beside node_modules.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const APPS = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'apps');
/** As deep as a service's own folder, so that source maps name the same places. */
const ALL = join(APPS, 'services');
/** The compiler's output is regular: a path in one pair of quotes after `from`, `import` or `import(`. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"'\n]+)\1/g;

const sourcesOf = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.js')).map((entry) => join(entry.parentPath, entry.name));

/** All files of the service, and all that these import, however far. */
function reachable(name) {
  const found = new Set();
  const waiting = sourcesOf(join(ALL, 'apps', name));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (!file.endsWith('.js')) continue;
    for (const [, , path] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const imported = join(dirname(file), path);
      // A comment may look like an import; an import that is none stops the service at its start.
      if (existsSync(imported)) waiting.push(imported);
    }
  }
  return found;
}

for (const name of readdirSync(join(ALL, 'apps'))) {
  const unfinished = join(APPS, `${name}.unfinished`);
  rmSync(unfinished, { recursive: true, force: true });
  for (const file of reachable(name)) {
    for (const one of [file, `${file}.map`].filter((path) => existsSync(path))) {
      const copy = join(unfinished, relative(ALL, one));
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(one, copy);
    }
  }
  rmSync(join(APPS, name), { recursive: true, force: true });
  renameSync(unfinished, join(APPS, name));
}
rmSync(ALL, { recursive: true, force: true });
