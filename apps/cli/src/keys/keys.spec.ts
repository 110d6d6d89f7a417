import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { afterAll, describe, expect, it } from 'vitest';
import { accountIn, accountOf, newKey, passwordIn, writeKeystore } from './keystore.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const KEY = `0x${'0'.repeat(63)}1`;
const ACCOUNT = '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf';

describe('a keystore', () => {
  it('holds the key for whoever has the password, names its account, and is its owner\'s only', async () => {
    expect(await writeKeystore(at('one.json'), KEY, 'a long password', 2)).toBe(ACCOUNT);
    expect(Wallet.fromEncryptedJsonSync(readFileSync(at('one.json'), 'utf8'), 'a long password').privateKey).toBe(KEY);
    expect(readFileSync(at('one.json'), 'utf8')).not.toContain(KEY.slice(2));
    expect([accountIn(at('one.json')), statSync(at('one.json')).mode & 0o777]).toEqual([ACCOUNT, 0o600]);
  });

  it('is never written over, and a wrong key is not repeated', async () => {
    await expect(writeKeystore(at('one.json'), KEY, 'a long password', 2)).rejects.toThrow(/there already/);
    await expect(writeKeystore(at('two.json'), '0xs3cret', 'a long password', 2)).rejects.toThrow(/^private key: got 8 characters \(not shown\)/);
    expect(() => accountOf(`0x${'0'.repeat(64)}`)).toThrow(/no secp256k1 key/);
    expect(() => accountIn(at('gone.json'))).toThrow(/ENOENT/);
  });

  it('is made of keys that differ', () => expect(new Set(Array.from({ length: 20 }, newKey)).size).toBe(20));
});

describe('a password file', () => {
  it('must be its owner\'s only and hold enough', () => {
    writeFileSync(at('password'), 'a long password\n');
    chmodSync(at('password'), 0o644);
    expect(() => passwordIn(at('password'))).toThrow(/mode 644/);
    chmodSync(at('password'), 0o600);
    expect(passwordIn(at('password'))).toBe('a long password');
    writeFileSync(at('password'), 'short');
    expect(() => passwordIn(at('password'))).toThrow(/5 characters \(not shown\)/);
  });
});
