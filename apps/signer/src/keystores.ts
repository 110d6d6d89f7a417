import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput } from '@ballast/units';
import { Wallet } from 'ethers';

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
