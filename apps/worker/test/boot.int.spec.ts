import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startDevchain, type Devchain } from '@ballast/devchain';
import { freePort, startInbox, type RunningInbox } from '@ballast/embedded';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { sourceProcess } from '../../../test/factories/source-process.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-worker-boot-'));
let chain: Devchain;
let inbox: RunningInbox;
let database: TestDatabase;
let silent: { readonly port: number; readonly server: Server };
let good: Readonly<Record<string, string>>;

const book = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return join(folder, name);
};

/** Takes connections and never says a word. */
async function startSilent(): Promise<typeof silent> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as { port: number }).port };
}

beforeAll(async () => {
  [chain, inbox, database, silent] = await Promise.all([startDevchain({ idleBlockSeconds: 0 }), startInbox(), createTestDatabase(inject('postgresUrl')), startSilent()]);
  good = {
    DATABASE_URL: database.url, REDIS_URL: inject('redisUrl'), RPC_URLS: `${chain.chainId}=${chain.rpcUrl}`, ADDRESS_BOOK: book('book.json', { [chain.chainId]: chain.book }), PUBLIC_URL: 'http://127.0.0.1:4600',
    KEEPER_PRIVATE_KEY: chain.accounts.keeper.privateKey, ALLOW_PLAIN_KEEPER_KEY: 'true', SMTP_URL: inbox.smtpUrl, BLOCK_POLL_MS: '100',
  };
});
afterAll(async () => {
  silent.server.close();
  await Promise.all([chain.stop(), inbox.stop(), database.drop()]);
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the entry file as a process of its own, with nothing of our environment; `hear` sees the output so far. */
async function run(change: Record<string, string | undefined>, hear: (output: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [await sourceProcess('apps/worker/src/main.ts')], { env: { PATH, HOME, NO_COLOR: '1', ...good, ...change }, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve) => {
    let output = '';
    const keep = (data: Buffer): void => {
      output += data.toString();
      hear(output, (signal) => child.kill(signal));
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** The line of a variable: what was given, what is expected. */
const line = (variable: string, given: string, expected = '.+'): RegExp => new RegExp(`^${variable}: got ${given}, expected ${expected}$`, 'm');

describe('the boot stops with exit code 1 and names', () => {
  it('every variable that is missing or malformed, all at once, without secrets', async () => {
    const { code, output } = await run({ DATABASE_URL: 'mysql://me:s3cret@db/x', REDIS_URL: undefined, KEEPER_PRIVATE_KEY: 's3cret', BLOCK_POLL_MS: 'often', ADDRESS_BOOK: join(folder, 'missing.json') });
    expect(code).toBe(1);
    for (const [variable, given] of [['DATABASE_URL', '"mysql://me:\\*\\*\\*@db/x"'], ['REDIS_URL', 'nothing'], ['KEEPER_PRIVATE_KEY', '6 characters \\(not shown\\)'], ['BLOCK_POLL_MS', '"often"'], ['ADDRESS_BOOK', '".*missing.json" \\(ENOENT\\)']] as const) {
      expect(output).toMatch(line(variable, given));
    }
    expect(output).not.toMatch(/s3cret|^\s+at /m);
  });

  it('every server that nobody listens at, all at once, without secrets or a stack', async () => {
    const nobody = await freePort();
    const { code, output } = await run({
      DATABASE_URL: `postgresql://me:s3cret@127.0.0.1:${nobody}/x`, REDIS_URL: `redis://:s3cret@127.0.0.1:${nobody}`, RPC_URLS: `31337=http://127.0.0.1:${nobody}/v2/apikey`, SMTP_URL: `smtp://me:s3cret@127.0.0.1:${nobody}`,
    });
    expect(code).toBe(1);
    for (const variable of ['DATABASE_URL', 'REDIS_URL', 'RPC_URLS', 'SMTP_URL']) expect(output).toMatch(line(variable, `".*127.0.0.1:${nobody}.*" \\((.*ECONNREFUSED.*|Can't reach .*)\\)`));
    expect(output).not.toMatch(/s3cret|apikey|^\s+at /m);
  });

  it('every server that takes connections and says nothing: it does not hang', async () => {
    const at = `127.0.0.1:${silent.port}`;
    const { code, output } = await run({ DATABASE_URL: `postgresql://me@${at}/x`, REDIS_URL: `redis://${at}`, RPC_URLS: `31337=http://${at}`, SMTP_URL: `smtp://${at}` });
    expect(code).toBe(1);
    for (const variable of ['DATABASE_URL', 'REDIS_URL', 'RPC_URLS', 'SMTP_URL']) expect(output).toMatch(line(variable, `".*${at}.*" \\(.+\\)`));
  });

  it('RPC_URLS when the chain there is another one', async () => {
    const { code, output } = await run({ RPC_URLS: `1=${chain.rpcUrl}`, ADDRESS_BOOK: book('other.json', { 1: chain.book }) });
    expect(code).toBe(1);
    expect(output).toMatch(line('RPC_URLS', `"1=${chain.rpcUrl}" \\(.*31337.*\\)`, '.*chain 1'));
  });

  it('ADDRESS_BOOK when it lacks the chain, or names a guard that is not the published one', async () => {
    const lacks = book('lacks.json', { 5: chain.book });
    const { pool } = chain.book.aaveV3;
    const wrong = book('wrong.json', { [chain.chainId]: { ...chain.book, ballast: { ...chain.book.ballast, aaveGuard: pool } } });
    const [first, second] = await Promise.all([run({ ADDRESS_BOOK: lacks }), run({ ADDRESS_BOOK: wrong })]);
    expect([first.code, second.code]).toEqual([1, 1]);
    expect(first.output).toMatch(line('ADDRESS_BOOK', '".*lacks.json" \\(.*\\)', '.*chain 31337.*'));
    expect(second.output).toMatch(line('ADDRESS_BOOK', `".*wrong.json" \\(aaveGuard is ${pool}, whose code hashes to 0x[0-9a-f]{64}; expected 0x[0-9a-f]{64} [^)]*\\)`, '.*published code'));
  });

  it('DATABASE_URL when the migrations were not applied', async () => {
    const empty = await createTestDatabase(inject('postgresUrl'), { migrated: false });
    const { code, output } = await run({ DATABASE_URL: empty.url });
    await empty.drop();
    expect(code).toBe(1);
    expect(output).toMatch(line('DATABASE_URL', '".*" \\(\\d+ migrations? not applied\\)', '.*migrat.*'));
  });

  it('KEEPER_PRIVATE_KEY when it is no key of the curve, and shows nothing of it', async () => {
    const zero = `0x${'0'.repeat(64)}`;
    const { code, output } = await run({ KEEPER_PRIVATE_KEY: zero });
    expect(code).toBe(1);
    expect(output).toMatch(line('KEEPER_PRIVATE_KEY', '66 characters \\(not shown\\).*'));
    expect(output).not.toContain('0'.repeat(64));
  });
});

describe('a running worker', () => {
  it('says what it runs, needs no mail server without the role that mails, and ends by itself on SIGTERM', async () => {
    let asked = false;
    const { code, output } = await run({ WORKER_ROLES: 'watch,decide,act', SMTP_URL: `smtp://127.0.0.1:${await freePort()}` }, (text, kill) => {
      if (asked || !text.includes('Worker runs')) return;
      asked = true;
      kill('SIGTERM');
    });
    expect(output).toContain(`Worker runs watch, decide, act on Local chain (${chain.rpcUrl})`);
    expect(code).toBe(0);
  });
});
