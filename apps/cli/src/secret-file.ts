import { chmodSync, writeFileSync } from 'node:fs';

/** Writes a file that only its owner may read, also over one that others could. */
export function writeSecret(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}
