import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sourceProcess } from '../../../test/factories/source-process.js';
import { Visitor, freePort, startStack, type Stack } from './stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
});
afterAll(() => stack.stop());

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the entry file as a process of its own; `when` sees the output so far and may stop it. */
async function run(change: Record<string, string | undefined>, when: (output: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [await sourceProcess('apps/api/src/main.ts')], { env: { PATH, HOME, ...stack.env, ...change }, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve) => {
    let output = '';
    const hear = (data: Buffer): void => {
      output += data.toString();
      when(output, (signal) => child.kill(signal));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (code) => resolve({ code, output }));
  });
}

const port = (path: string): string => join(stack.webDir, path);

describe('the boot stops with exit code 1 and names', () => {
  it('every variable that is missing or malformed, all at once, without secrets', async () => {
    const { code, output } = await run({ DATABASE_URL: 'mysql://me:s3cret@db/x', REDIS_URL: undefined, RPC_URLS: 'http://x', PORT: '99999' });
    expect(code).toBe(1);
    for (const variable of ['DATABASE_URL', 'REDIS_URL', 'RPC_URLS', 'PORT']) expect(output).toMatch(new RegExp(`${variable}\\n {4}given: .+\\n {4}expected: .+`));
    expect(output).not.toContain('s3cret');
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('every server that does not answer, all at once, without a stack trace', async () => {
    const nobody = await freePort();
    const { code, output } = await run({
      DATABASE_URL: `postgresql://me:s3cret@127.0.0.1:${nobody}/x`, REDIS_URL: `redis://127.0.0.1:${nobody}`, RPC_URLS: `31337=http://127.0.0.1:${nobody}/v2/apikey`, ADDRESS_BOOK: port('missing.json'), WEB_DIR: port('nowhere'),
    });
    expect(code).toBe(1);
    for (const variable of ['DATABASE_URL', 'REDIS_URL', 'RPC_URLS', 'ADDRESS_BOOK', 'WEB_DIR']) expect(output).toMatch(new RegExp(`${variable}\\n {4}given: .+\\n {4}expected: .+`));
    expect(output).toContain('ECONNREFUSED');
    expect(output).not.toMatch(/s3cret|apikey|^\s+at /m);
  });

  it('RPC_URLS when the chain there is another one', async () => {
    const book = port('other-chain.json');
    writeFileSync(book, JSON.stringify({ 1: stack.chain.book }));
    const { code, output } = await run({ RPC_URLS: stack.env['RPC_URLS']?.replace('31337=', '1='), ADDRESS_BOOK: book });
    expect(code).toBe(1);
    expect(output).toMatch(/RPC_URLS\n.*serves chain 31337\n.*serves chain 1\n/);
  });

  it('ADDRESS_BOOK when it lacks the chain, or names contracts that are not the published ones', async () => {
    const [lacks, wrong] = [port('lacks.json'), port('wrong.json')];
    writeFileSync(lacks, JSON.stringify({ 5: stack.chain.book }));
    writeFileSync(wrong, JSON.stringify({ 31337: { ...stack.chain.book, ballast: { ...stack.chain.book.ballast, aaveGuard: stack.chain.book.aaveV3.pool } } }));
    const [first, second] = await Promise.all([run({ ADDRESS_BOOK: lacks }), run({ ADDRESS_BOOK: wrong })]);
    expect([first.code, second.code]).toEqual([1, 1]);
    expect(first.output).toMatch(/ADDRESS_BOOK\n.*chains 5\n.*chain 31337/);
    expect(second.output).toMatch(/ADDRESS_BOOK\n.*aaveGuard is 0x/);
  });

  it('DATABASE_URL when the migrations were not applied', async () => {
    const { code, output } = await run({ DATABASE_URL: inject('postgresUrl') });
    expect(code).toBe(1);
    expect(output).toMatch(/DATABASE_URL\n.*lacks .*\n.*migrations/);
  });

  it('PORT when something else listens there', async () => {
    const { code, output } = await run({});
    expect(code).toBe(1);
    expect(output).toMatch(/PORT\n.*EADDRINUSE\n/);
  });
});

describe('a running service', () => {
  it('answers, holds an event stream, and ends by itself on SIGTERM', async () => {
    const free = await freePort();
    const visitor = new Visitor(`http://127.0.0.1:${free}`);
    let streamed: Promise<string> | null = null;
    const { code, output } = await run({ PORT: String(free), PUBLIC_URL: visitor.baseUrl }, (text, kill) => {
      if (streamed !== null || !text.includes('listens at')) return;
      streamed = fetch(new URL('/v1/events', visitor.baseUrl)).then((response) => {
        setTimeout(() => kill('SIGTERM'), 50);
        return response.text();
      });
    });
    expect(output).toContain(`listens at http://127.0.0.1:${free}`);
    expect(code).toBe(0);
    expect(await streamed).toContain('retry: 2000');
  });
});
