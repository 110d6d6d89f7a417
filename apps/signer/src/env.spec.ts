import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { refusedBy } from '../../../test/factories/refused-environment.js';
import { parseEnv } from './env.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-signer-env-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const book = join(folder, 'book.json');
writeFileSync(book, '{"1":{}}');
const KEY = `0x${'ab'.repeat(32)}`;
const required = { CHAIN_ID: '1', ADDRESS_BOOK: book, SIGNER_LISTEN: '127.0.0.1:4601', SIGNER_TOKEN_FILE: '/t', SIGNER_KEYSTORES: '/keys', SIGNER_PASSWORD_FILE: '/p', SIGNER_LOG: '/log' };

const refusal = (source: Record<string, string | undefined>) => refusedBy(() => parseEnv(source));

describe('the signer\'s environment', () => {
  it('has stated defaults for its ceilings', () => {
    expect(parseEnv(required)).toEqual({
      chainId: 1, addressBook: { 1: {} }, addressBookPath: book, listen: { host: '127.0.0.1', port: 4601 }, tokenFile: '/t', keys: { kind: 'keystores', setting: '/keys', passwordFile: '/p' }, logFile: '/log',
      maxFeePerGas: 4_000n * 10n ** 9n, maxGasLimit: 2_000_000n, mostWeiPerHour: 2n * 10n ** 18n,
    });
    expect(parseEnv({ ...required, SIGNER_MOST_COINS_PER_HOUR: '0.25', SIGNER_LISTEN: '[::1]:80' })).toMatchObject({ mostWeiPerHour: 25n * 10n ** 16n, listen: { host: '::1', port: 80 } });
  });

  it('needs no token for a socket, and takes a plain key only when told to', () => {
    expect(parseEnv({ ...required, SIGNER_LISTEN: '', SIGNER_TOKEN_FILE: '', SIGNER_SOCKET: '/run/signer' })).toMatchObject({ listen: { socketPath: '/run/signer' }, tokenFile: null });
    const plain = { ...required, SIGNER_KEYSTORES: '', SIGNER_PASSWORD_FILE: '', KEEPER_PRIVATE_KEY: `${KEY}, ${KEY}` };
    expect(parseEnv({ ...plain, ALLOW_PLAIN_KEEPER_KEY: 'true' }).keys).toEqual({ kind: 'plain', keys: [KEY, KEY] });
    expect(refusal(plain).message).toMatch(/^KEEPER_PRIVATE_KEY: got a plain key, expected .*ALLOW_PLAIN_KEEPER_KEY=true/);
  });

  it.each([
    ['SIGNER_LISTEN', '0.0.0.0:4601'], ['SIGNER_LISTEN', '10.0.0.1:4601'], ['SIGNER_LISTEN', ''], ['SIGNER_TOKEN_FILE', ''], ['SIGNER_KEYSTORES', ''], ['SIGNER_PASSWORD_FILE', ''], ['SIGNER_LOG', ''], ['CHAIN_ID', 'x'],
    ['ADDRESS_BOOK', join(folder, 'gone')], ['SIGNER_MOST_COINS_PER_HOUR', '-1'], ['SIGNER_MOST_COINS_PER_HOUR', '0'], ['SIGNER_MOST_GAS', '1e6'], ['SIGNER_MOST_GWEI_PER_GAS', '0.5'], ['SIGNER_SOCKET', '/beside/listen'],
  ])('names %s when it is "%s"', (variable, value) => {
    expect(refusal({ ...required, [variable]: value }).problems.map((problem) => problem.variable)).toEqual([variable]);
  });

  it('shows nothing of a wrong key', () => expect(refusal({ ...required, KEEPER_PRIVATE_KEY: 's3cret' }).message).toBe('KEEPER_PRIVATE_KEY: got 6 characters (not shown), expected 0x and 64 hex digits, several with commas between them'));
});
