import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { InvalidInput, address, type Address } from '@ballast/units';
import { SigningKey, computeAddress, encryptKeystoreJson, randomBytes, hexlify } from 'ethers';

/** How dear it is to try a password. The usual value takes about half a second and 128 MB; a demo's keys are public and need none of it. */
export const SCRYPT = { usual: 131_072, demo: 1_024 } as const;

/** A new private key from the system's randomness. */
export const newKey = (): string => hexlify(randomBytes(32));

/** The account of a private key. @throws InvalidInput that never repeats the key */
export function accountOf(privateKey: string): Address {
  if (!/^0x[0-9a-fA-F]{64}$/.test(privateKey)) throw new InvalidInput('private key', `${privateKey.length} characters (not shown)`, '0x and 64 hex digits');
  try {
    return address(computeAddress(new SigningKey(privateKey)));
  } catch {
    throw new InvalidInput('private key', 'a number that is no secp256k1 key', 'a private key');
  }
}

/** Writes an encrypted JSON keystore that only its owner may read, and returns its account. A file that is there is never written over. @throws InvalidInput */
export async function writeKeystore(file: string, privateKey: string, password: string, scrypt: number = SCRYPT.usual): Promise<Address> {
  const account = accountOf(privateKey);
  if (existsSync(file)) throw new InvalidInput(file, 'a file that is there already', 'a name that is free: a lost key cannot be brought back');
  const json = await encryptKeystoreJson({ address: account, privateKey }, password, { scrypt: { N: scrypt } });
  writeFileSync(file, `${json}\n`, { mode: 0o600, flag: 'wx' });
  return account;
}

/** The account that a keystore says it holds; without its password nobody knows whether that is so. @throws InvalidInput */
export function accountIn(file: string): Address {
  try {
    const { address: hex } = JSON.parse(readFileSync(file, 'utf8')) as { address?: unknown };
    return address(`0x${String(hex).replace(/^0x/, '')}`);
  } catch (error) {
    throw new InvalidInput(file, (error as NodeJS.ErrnoException).code ?? 'a file that names no account', 'an encrypted JSON keystore');
  }
}

/** A password from a file that only its owner may read, without the line's end. @throws InvalidInput */
export function passwordIn(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new InvalidInput(file, 'no file', 'a file with the password');
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) throw new InvalidInput(file, `mode ${(found.mode & 0o777).toString(8)}`, 'a file that only its owner may read: chmod 600');
  const password = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  if (password.length < 12) throw new InvalidInput(file, `${password.length} characters (not shown)`, 'a password of at least 12');
  return password;
}
