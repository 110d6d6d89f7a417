import { fileURLToPath } from 'node:url';

/** The repository's root, from a file of the sources or of the build. */
export function projectRoot(from: string): string {
  const path = fileURLToPath(from);
  const cut = path.indexOf('/dist/apps/cli/');
  return cut >= 0 ? path.slice(0, cut) : path.slice(0, path.lastIndexOf('/apps/cli/'));
}
