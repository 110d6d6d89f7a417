import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of a bounded size for the database, where this machine lets us mount one. */
export interface Disk {
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  empty(): void;
  unmount(): void;
}

const BALLAST_FILE = 'filler';

/** Mounts a tmpfs of so many megabytes at the folder; null where mounting is not allowed. */
export function mountDisk(folder: string, megabytes: number): Disk | null {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const file = join(folder, BALLAST_FILE);
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      const out = openSync(file, 'w');
      const block = Buffer.alloc(1 << 20);
      try {
        for (let left = bavail * bsize; left > 0; left -= block.length) writeSync(out, block, 0, Math.min(block.length, left));
      } catch {
        // Full, which is what was wanted.
      } finally {
        closeSync(out);
      }
    },
    empty: () => rmSync(file, { force: true }),
    unmount: () => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }),
  };
}
