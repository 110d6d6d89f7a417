import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput } from '@ballast/units';
import { Wallet } from 'ethers';

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

/** The keystores that the setting names: a folder's *.json in the order of their names, or files with commas between them. @throws InvalidInput */
export function keystoreFiles(setting: string): readonly string[] {
  const named = setting.split(',').map((part) => part.trim()).filter((part) => part !== '');
  const files = named.flatMap((path) => {
    try {
      return statSync(path).isDirectory() ? readdirSync(path).filter((name) => name.endsWith('.json')).sort().map((name) => join(path, name)) : [path];
    } catch (error) {
      throw new InvalidInput(path, (error as NodeJS.ErrnoException).code ?? 'no file', 'an encrypted keystore or a folder of them');
    }
  });
  if (files.length === 0) throw new InvalidInput(setting, 'no keystore', 'at least one encrypted keystore (*.json)');
  return files;
}

/** The private keys of encrypted JSON keystores, in order. @throws InvalidInput naming the file that does not open */
export function openKeystores(files: readonly string[], password: string): readonly string[] {
  return files.map((file) => {
    let json: string;
    try {
      json = readFileSync(file, 'utf8');
    } catch (error) {
      throw new InvalidInput(file, (error as NodeJS.ErrnoException).code ?? 'no file', 'a readable keystore');
    }
    try {
      return Wallet.fromEncryptedJsonSync(json, password).privateKey;
    } catch (error) {
      const wrong = (error as Error).message.includes('password');
      throw new InvalidInput(file, wrong ? 'another password than the given one' : 'a file that is no keystore', 'an encrypted JSON keystore that the password opens');
    }
  });
}
