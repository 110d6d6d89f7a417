import { describe, expect, it } from 'vitest';
import { BootRefused, parseEnv, redacted } from './env.js';

const good = {
  DATABASE_URL: 'postgresql://ballast:s3cret@127.0.0.1:5432/ballast', REDIS_URL: 'redis://127.0.0.1:6379', RPC_URLS: '31337=http://127.0.0.1:8545',
  ADDRESS_BOOK: '/tmp/book.json', PORT: '4000', PUBLIC_URL: 'http://127.0.0.1:4000/',
};

function refusal(source: Record<string, string | undefined>): BootRefused {
  try {
    parseEnv(source);
  } catch (error) {
    if (error instanceof BootRefused) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parseEnv', () => {
  it('returns typed values and the stated defaults', () => {
    expect(parseEnv(good)).toEqual({
      databaseUrl: good.DATABASE_URL, redisUrl: good.REDIS_URL, rpc: { chainId: 31337, urls: ['http://127.0.0.1:8545'] }, addressBook: '/tmp/book.json', port: 4000,
      publicUrl: 'http://127.0.0.1:4000', sessionHours: 24, demoUrl: null, allowLoopbackWebhooks: false, watchdogToken: null, webDir: null,
    });
  });

  it.each(Object.keys(good))('names %s when it is missing', (variable) => {
    const { problems } = refusal({ ...good, [variable]: undefined });
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(problems[0]?.given).toBe('nothing');
    expect(problems[0]?.expected.length).toBeGreaterThan(5);
  });

  it.each([
    ['DATABASE_URL', 'mysql://x'], ['REDIS_URL', 'localhost'], ['RPC_URLS', 'http://127.0.0.1:8545'], ['RPC_URLS', '1=ftp://x'], ['RPC_URLS', '1=http://a,2=http://b'], ['RPC_URLS', '1=http://a|http://a'], ['PORT', '70000'], ['PORT', '80a'],
    ['PUBLIC_URL', 'ballast.example'], ['PUBLIC_URL', 'https://ballast.example/app'], ['SESSION_HOURS', '0'], ['DEMO_URL', 'ws://x'], ['ALLOW_LOOPBACK_WEBHOOKS', 'yes'],
  ])('names %s when it is %s', (variable, value) => {
    const { problems } = refusal({ ...good, [variable]: value });
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(problems[0]?.given).toContain(variable === 'RPC_URLS' ? value.slice(0, 6) : value);
  });

  it('takes several endpoints of its chain', () => {
    expect(parseEnv({ ...good, RPC_URLS: '1=https://a.example/k|https://b.example' }).rpc).toEqual({ chainId: 1, urls: ['https://a.example/k', 'https://b.example'] });
  });

  it('lists several problems at once', () => {
    expect(refusal({ PORT: 'x' }).problems.map((problem) => problem.variable)).toEqual(['DATABASE_URL', 'REDIS_URL', 'RPC_URLS', 'ADDRESS_BOOK', 'PORT', 'PUBLIC_URL']);
  });

  it('takes an empty optional variable as absent', () => {
    expect(parseEnv({ ...good, DEMO_URL: '', WEB_DIR: '' })).toMatchObject({ demoUrl: null, webDir: null });
  });
});

describe('redacted', () => {
  it('shows nothing of a token', () => {
    const { problems } = refusal({ ...good, WATCHDOG_TOKEN: 's3cret' });
    expect(problems).toEqual([{ variable: 'WATCHDOG_TOKEN', given: '6 characters (not shown)', expected: expect.stringContaining('32 characters') }]);
  });
  it('hides passwords', () => {
    expect(redacted('DATABASE_URL', 'mysql://ballast:s3cret@db/x?password=hunter2')).toBe('"mysql://ballast:***@db/x?password=***"');
  });
  it('hides the path of an RPC address, where providers put keys', () => {
    expect(redacted('RPC_URLS', '1=https://eth.example/v2/abcdef,x')).toBe('"1=https://eth.example/***,x"');
    expect(redacted('RPC_URLS', '1=https://a.example/k1|https://u:p@b.example?k=k2|https://c.example:1|http://d.example/k|4')).toBe('"1=https://a.example/***|https://***@b.example/***|https://c.example:1|http://d.example/***"');
  });
});
