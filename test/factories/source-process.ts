import { renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { sources } from '../sources.js';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'dist/.processes');
const made = new Map<string, Promise<string>>();

/**
 * The file by which Node runs a source file as a process of its own: all sources that it takes in, as they are now, in one file of JavaScript;
 * packages stay where they are. Written once for each source file and test run. A process that starts by it takes a third of the
 * processor's time of one that has tsx read every source, package by package. `file` is relative to the repository's root.
 */
export function sourceProcess(file: string): Promise<string> {
  const known = made.get(file) ?? write(file);
  made.set(file, known);
  return known;
}

async function write(file: string): Promise<string> {
  const name = file.replaceAll(/[^a-z0-9]+/g, '-');
  // Renamed when whole: another test run may start a process by the same file meanwhile.
  const unfinished = `${name}.${process.pid}.mjs`;
  await build({
    ...sources, root, configFile: false, envDir: false, logLevel: 'warn', publicDir: false, plugins: [whereSourcesAre],
    build: { ssr: file, outDir: folder, emptyOutDir: false, copyPublicDir: false, minify: false, target: 'node20', rolldownOptions: { output: { entryFileNames: unfinished, codeSplitting: false } } },
  });
  const path = join(folder, `${name}.mjs`);
  renameSync(join(folder, unfinished), path);
  return path;
}

/** What a source looks for beside itself is beside the source, not beside the file that is made. */
const whereSourcesAre = {
  name: 'where-sources-are',
  enforce: 'pre' as const,
  transform(code: string, id: string): string | undefined {
    if (!id.startsWith(root) || !code.includes('import.meta.')) return undefined;
    return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)).replaceAll('import.meta.dirname', JSON.stringify(dirname(id)));
  },
};
