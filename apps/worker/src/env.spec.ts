import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newHeartbeatKey } from '@ballast/heartbeat';
import { redact } from '@ballast/environment';
import { refusedBy } from '../../../test/factories/refused-environment.js';
import { parseEnv } from './env.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-worker-env-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const KEY = `0x${'ab'.repeat(32)}`;
const required = {
  DATABASE_URL: 'postgresql://ballast:s3cret@127.0.0.1:5432/ballast', REDIS_URL: 'redis://127.0.0.1:6379', RPC_URLS: '31337=http://127.0.0.1:8545',
  ADDRESS_BOOK: file('book.json', '{"31337":{}}'), PUBLIC_URL: 'http://127.0.0.1:4600', SIGNER_URL: 'http://127.0.0.1:4601', SIGNER_TOKEN_FILE: '/run/token', SMTP_URL: 'smtp://mailer:s3cret@127.0.0.1:2525',
};

const refusal = (source: Record<string, string | undefined>) => refusedBy(() => parseEnv(source));

describe('parseEnv', () => {
  it('returns typed values and the stated defaults', () => {
    expect(parseEnv(required)).toMatchObject({
      databaseUrl: required.DATABASE_URL, rpcUrls: '31337=http://127.0.0.1:8545', addressBook: { 31337: {} }, roles: ['watch', 'decide', 'act', 'notify'], blockPollMs: 1_000,
      actionDeadlineSeconds: 180, blindAfterSeconds: 30, maxPriceAgeSeconds: 4_500, allowLoopbackWebhooks: false, leaderLeaseMs: 6_000, leaderRenewMs: 2_000, keeper: { kind: 'remote', at: { url: 'http://127.0.0.1:4601' }, tokenFile: '/run/token' }, mailFrom: expect.stringContaining('@'),
    });
    expect(parseEnv({ ...required, WORKER_ROLES: 'watch, act', BLOCK_POLL_MS: '50', ALLOW_LOOPBACK_WEBHOOKS: 'true' })).toMatchObject({ roles: ['watch', 'act'], blockPollMs: 50, allowLoopbackWebhooks: true });
  });

  it('takes a private relay only where what it is sent cannot be read on the way', () => {
    expect(parseEnv(required).privateRelayUrl).toBeNull();
    expect(parseEnv({ ...required, PRIVATE_RELAY_URL: 'https://relay.example/fast' }).privateRelayUrl).toBe('https://relay.example/fast');
    expect(refusal({ ...required, PRIVATE_RELAY_URL: 'http://relay.example' }).message).toMatch(/PRIVATE_RELAY_URL: got "http:\/\/relay\.example.*expected the https address/);
  });

  it('takes a gateway to venues with its secret and its environment, or none', () => {
    expect(parseEnv(required)).toMatchObject({ gateway: null, hedgeTurnMs: 1_500 });
    expect(parseEnv({ ...required, GATEWAY_URL: 'http://127.0.0.1:4602', GATEWAY_TOKEN_FILE: '/run/gateway', GATEWAY_ENVIRONMENT: 'paper' }).gateway).toEqual({ at: { url: 'http://127.0.0.1:4602' }, tokenFile: '/run/gateway', environment: 'paper' });
    expect(parseEnv({ ...required, GATEWAY_SOCKET: '/run/gateway.sock', GATEWAY_ENVIRONMENT: 'live' }).gateway).toEqual({ at: { socketPath: '/run/gateway.sock' }, tokenFile: null, environment: 'live' });
    expect(refusal({ ...required, GATEWAY_URL: 'http://127.0.0.1:4602' }).message).toMatch(/GATEWAY_TOKEN_FILE[\s\S]*GATEWAY_ENVIRONMENT/);
    expect(refusal({ ...required, GATEWAY_URL: 'http://gateway.example', GATEWAY_TOKEN_FILE: '/t', GATEWAY_ENVIRONMENT: 'live' }).message).toMatch(/GATEWAY_URL: got "http:\/\/gateway\.example/);
    expect(refusal({ ...required, GATEWAY_URL: 'https://a.example', GATEWAY_SOCKET: '/s', GATEWAY_TOKEN_FILE: '/t', GATEWAY_ENVIRONMENT: 'live' }).message).toMatch(/GATEWAY_SOCKET: got a path beside GATEWAY_URL/);
  });

  it('takes nodes that announce blocks', () => {
    expect(parseEnv(required).headPushUrls).toEqual([]);
    expect(parseEnv({ ...required, HEAD_PUSH_URLS: 'wss://a.example/key | ws://127.0.0.1:8546' }).headPushUrls).toEqual(['wss://a.example/key', 'ws://127.0.0.1:8546']);
  });

  it('takes several endpoints of its chain', () => {
    expect(parseEnv({ ...required, RPC_URLS: '1=https://a.example/k|https://b.example' }).rpcUrls).toBe('1=https://a.example/k|https://b.example');
  });

  it.each(Object.keys(required))('names %s when it is missing or empty', (variable) => {
    for (const value of [undefined, '']) {
      const { problems, message } = refusal({ ...required, [variable]: value });
      expect(problems).toEqual([{ variable, given: 'nothing', expected: expect.stringMatching(/.{8,}/) }]);
      expect(message).toMatch(new RegExp(`^${variable}: got nothing, expected .+$`));
    }
  });

  it.each([
    ['DATABASE_URL', 'mysql://db/x'], ['REDIS_URL', 'localhost'], ['RPC_URLS', 'http://127.0.0.1:8545'], ['RPC_URLS', '1=ftp://rpc'], ['RPC_URLS', '1=http://a,2=http://b'], ['RPC_URLS', '1=http://a|http://a'],
    ['ADDRESS_BOOK', join(folder, 'missing.json')], ['ADDRESS_BOOK', folder], ['ADDRESS_BOOK', file('broken.json', 'not the book')], ['PUBLIC_URL', 'ballast.example'], ['SMTP_URL', 'http://mail'], ['MAIL_FROM', 'nobody'],
    ['WORKER_ROLES', 'watch,dream'], ['HEAD_PUSH_URLS', 'https://node.example'], ['BLOCK_POLL_MS', '5'], ['BLOCK_POLL_MS', 'often'], ['BLOCK_POLL_MS', '50.5'], ['ACTION_DEADLINE_SECONDS', '0'], ['BLIND_AFTER_SECONDS', '-1'], ['MAX_PRICE_AGE_SECONDS', 'x'],
    ['ALLOW_LOOPBACK_WEBHOOKS', 'yes'], ['SIGNER_URL', 'http://10.0.0.7:4601'], ['SIGNER_URL', 'ftp://x'], ['LEADER_LEASE_MS', '100'], ['LEADER_RENEW_MS', '3001'], ['HEARTBEAT_SECONDS', '0'], ['HEARTBEAT_SECONDS', '31'],
  ])('names %s when it is %s, with what was given', (variable, value) => {
    const { problems } = refusal({ ...required, [variable]: value });
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(problems[0]?.given).toContain(variable === 'RPC_URLS' ? value.slice(0, 8) : value);
    expect(problems[0]?.expected).not.toBe('');
  });

  it('takes a heartbeat key or none, and shows nothing of a wrong one', () => {
    expect(parseEnv(required)).toMatchObject({ heartbeatKey: null, heartbeatSeconds: 5 });
    const key = newHeartbeatKey();
    expect(parseEnv({ ...required, HEARTBEAT_KEY: key }).heartbeatKey).toBe(key);
    expect(refusal({ ...required, HEARTBEAT_KEY: 'c3VyZWx5IG5vdA==' }).problems).toEqual([{ variable: 'HEARTBEAT_KEY', given: '16 characters (not shown)', expected: expect.stringContaining('Ed25519') }]);
  });

  it('shows nothing of a wrong key, and nothing of a file that is no address book', () => {
    const { message } = refusal({ ...required, SIGNER_URL: '', KEEPER_PRIVATE_KEY: 'deadbeef'.repeat(8), ADDRESS_BOOK: file('key.txt', 'hunter2') });
    expect(message).toContain('KEEPER_PRIVATE_KEY: got 64 characters (not shown), expected 0x and 64 hex digits');
    expect(message).toMatch(/ADDRESS_BOOK: got ".*key.txt" \(not JSON\)/);
    expect(message).not.toMatch(/deadbeef|hunter2/);
  });

  it('takes a signer on a socket, and a plain key only when told to', () => {
    const { SIGNER_URL: _url, SIGNER_TOKEN_FILE: _token, ...rest } = required;
    expect(parseEnv({ ...rest, SIGNER_SOCKET: '/run/signer' }).keeper).toEqual({ kind: 'remote', at: { socketPath: '/run/signer' }, tokenFile: null });
    expect(parseEnv({ ...required, SIGNER_URL: 'https://signer.example/keeper' }).keeper).toMatchObject({ at: { url: 'https://signer.example/keeper' } });
    expect(parseEnv({ ...rest, KEEPER_PRIVATE_KEY: `${KEY},${KEY}`, ALLOW_PLAIN_KEEPER_KEY: 'true' }).keeper).toEqual({ kind: 'plain', keys: [KEY, KEY] });
    expect(refusal({ ...rest, KEEPER_PRIVATE_KEY: KEY }).message).toMatch(/^KEEPER_PRIVATE_KEY: got a plain key, expected SIGNER_URL .*ALLOW_PLAIN_KEEPER_KEY=true/);
    expect(refusal({ ...required, SIGNER_SOCKET: '/run/signer' }).message).toMatch(/^SIGNER_URL: got a value beside SIGNER_SOCKET, expected one of/);
  });

  it('lists several problems at once, one a line', () => {
    const { message } = refusal({ PUBLIC_URL: 'x', ADDRESS_BOOK: join(folder, 'missing.json') });
    expect(message.split('\n').map((line) => line.split(':')[0]).sort()).toEqual(['ADDRESS_BOOK', 'DATABASE_URL', 'PUBLIC_URL', 'REDIS_URL', 'RPC_URLS', 'SMTP_URL']);
  });
});

describe('redact', () => {
  it.each([
    ['postgresql://ballast:s3cret@db:5432/x', '"postgresql://ballast:***@db:5432/x"'], ['postgresql://ballast:s3@cret@db/x', '"postgresql://ballast:***@db/x"'],
    ['postgresql://ballast@db/x?password=s3cret&a=1', '"postgresql://ballast@db/x?password=***&a=1"'], ['redis://:s3cret@r:6379', '"redis://:***@r:6379"'],
  ])('hides the password of %s', (given, shown) => expect(redact(given)).toBe(shown));
  it("hides an RPC address's path and query, where providers put keys", () => {
    expect(redact('1=https://eth.example/v2/abcdef')).toBe('"1=https://eth.example/***"');
    expect(redact('1=https://eth.example?apikey=abcdef')).toBe('"1=https://eth.example/***"');
    expect(redact('https://eth.example/v2/abcdef')).toBe('"https://eth.example/***"');
    expect(redact('1=https://a.example/k1|https://u:p@b.example?k=k2|https://c.example:1|http://d.example/k|4')).toBe('"1=https://a.example/***|https://u:***@b.example/***|https://c.example:1|http://d.example/***"');
    expect(redact('31337=http://127.0.0.1:8545')).toBe('"31337=http://127.0.0.1:8545"');
  });
  it('says of a secret only how long it is', () => expect(redact('abc', true)).toBe('3 characters (not shown)'));
});
