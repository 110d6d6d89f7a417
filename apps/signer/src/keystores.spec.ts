import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptKeystoreJsonSync } from 'ethers';
import { afterAll, describe, expect, it } from 'vitest';
import { keystoreFiles, openKeystores } from './keystores.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-keystores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
  return join(folder, name);
};
const KEYS = [1, 2].map((number) => `0x${number.toString(16).padStart(64, '0')}`) as [string, string];
const ADDRESSES = ['0x7e5f4552091a69125d5dfcb7b8c2659029395bdf', '0x2b5ad5c4795c026514f8317c7a215e218dccd6cf'] as const;
const keystore = (at: 0 | 1, password: string): string => encryptKeystoreJsonSync({ address: ADDRESSES[at], privateKey: KEYS[at] }, password, { scrypt: { N: 2 } });

describe('keystores', () => {
  it('of a folder are opened in the order of their names; other files in it are left alone', () => {
    mkdirSync(join(folder, 'keys'));
    put('keys/2.json', keystore(1, 'hunter2'));
    put('keys/1.json', keystore(0, 'hunter2'));
    put('keys/readme.txt', 'x');
    expect(openKeystores(keystoreFiles(join(folder, 'keys')), 'hunter2')).toEqual(KEYS);
    expect(openKeystores(keystoreFiles(`${join(folder, 'keys/2.json')}, ${join(folder, 'keys/1.json')}`), 'hunter2')).toEqual([KEYS[1], KEYS[0]]);
  });

  it('name the file that does not open, and show neither password nor content', () => {
    const file = put('wrong.json', keystore(0, 'hunter2'));
    const text = put('text.json', 'hunter3');
    for (const [given, found] of [[file, 'another password'], [text, 'no keystore'], [join(folder, 'gone.json'), 'ENOENT']] as const) {
      expect(() => openKeystores([given], 's3cret')).toThrow(expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(new RegExp(`${given}.*${found}`)) }));
      expect(() => openKeystores([given], 's3cret')).not.toThrow(/s3cret|hunter/);
    }
    mkdirSync(join(folder, 'empty'));
    expect(() => keystoreFiles(join(folder, 'empty'))).toThrow(/no keystore/);
    expect(() => keystoreFiles(join(folder, 'gone'))).toThrow(/ENOENT/);
  });
});
