import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for one story's servers, to be removed at its end. Others may pass through it: started as root, the database runs as another user,
 * and would otherwise keep its files elsewhere.
 */
export function temporaryHome(story: string): string {
  const home = mkdtempSync(join(tmpdir(), `ballast-${story}-`));
  chmodSync(home, 0o755);
  return home;
}
