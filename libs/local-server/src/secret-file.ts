import { readFileSync, statSync } from 'node:fs';
import { InvalidInput } from '@ballast/units';

/** The text of a file that only its owner may read, without the line's end. @throws InvalidInput naming the file, never repeating what is in it */
export function readSecret(file: string): string {
  let text: string;
  try {
    const { mode } = statSync(file);
    // Windows knows no such modes.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new InvalidInput(file, `mode ${(mode & 0o777).toString(8)}`, 'a file that only its owner may read: chmod 600');
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput(file, (error as NodeJS.ErrnoException).code ?? 'no file', 'a readable file');
  }
  if (text === '') throw new InvalidInput(file, 'nothing', 'a secret');
  return text;
}
