import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecret } from './secret-file.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-secret-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
  return join(folder, name);
};

describe('a secret file', () => {
  it('is read without its line end', () => expect(readSecret(put('password', 's3cret\n'))).toBe('s3cret'));

  it.each([0o640, 0o604, 0o644, 0o660])('with mode %o is refused', (mode) => {
    const file = put('open', 's3cret', mode);
    expect(() => readSecret(file)).toThrow(new RegExp(`mode ${mode.toString(8)}.*chmod 600`));
  });

  it('that is missing or empty is named', () => {
    expect(() => readSecret(join(folder, 'gone'))).toThrow(/ENOENT/);
    expect(() => readSecret(put('nothing', '\n'))).toThrow(/nothing/);
  });
});
