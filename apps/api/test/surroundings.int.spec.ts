import { createServer, type IncomingMessage, type Server } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { listen } from './event-stream.js';
import { Visitor, freePort, ownerOf, startStack, type Stack } from './stack.js';

let stack: Stack;
let visitor: Visitor;
let demo: Server;
const asked: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];

beforeAll(async () => {
  const port = await freePort();
  demo = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      response.writeHead(request.method === 'POST' ? 202 : 200, { 'content-type': 'application/json', 'set-cookie': 'theirs=1' });
      response.end('{"phase":"idle"}');
    });
  }).listen(port, '127.0.0.1');
  stack = await startStack({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') }, { DEMO_URL: `http://127.0.0.1:${port}`, ALLOW_LOOPBACK_WEBHOOKS: 'true' });
  visitor = new Visitor(stack.baseUrl);
});
afterAll(async () => {
  await stack.stop();
  demo.closeAllConnections();
  demo.close();
});

describe('the demo', () => {
  it('is told of, with the address of its chain for wallets', async () => {
    expect((await visitor.call('GET', '/v1/config')).body).toMatchObject({ demo: true, chains: [{ rpcUrl: stack.chain.rpcUrl }] });
  });

  it('gets method, path, query and body, and neither side the other one’s cookies', async () => {
    await visitor.signIn(stack.owner);
    const { cookie } = visitor;
    const state = await visitor.call('GET', '/v1/demo/state?since=3');
    expect([state.status, state.body]).toEqual([200, { phase: 'idle' }]);
    const replay = await visitor.call('POST', '/v1/demo/replay', { variant: 'spread' });
    expect([replay.status, replay.headers.get('set-cookie'), visitor.cookie]).toEqual([202, null, cookie]);
    expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([['GET', '/state?since=3', ''], ['POST', '/replay', '{"variant":"spread"}']]);
    expect(asked.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  });

  it('is not a way to other paths', async () => {
    const before = asked.length;
    for (const path of ['/v1/demo/..%2fsecret', '/v1/demo/%2e%2e/secret', '/v1/demo/a%0d%0ab', '/v1/demo/@evil.example']) {
      expect((await visitor.call('GET', path)).status).toBe(404);
    }
    expect(asked.length).toBe(before);
  });

  it('may have webhooks on loopback, and still none on a private address', async () => {
    const account = ownerOf(stack);
    expect((await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account, url: 'http://127.0.0.1:9000/hook' })).status).toBe(201);
    expect((await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account, url: 'http://10.0.0.1/hook' })).body).toMatchObject({ code: 'webhook-target-refused' });
  });
});

describe('faults around the service', () => {
  it('a broken connection for changes ends the streams, so that pages read again, and the next stream hears', async () => {
    const first = await fetch(new URL('/v1/events', stack.baseUrl));
    const ended = first.text();
    const admin = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
    await admin.connect();
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ballast changes' and datname = current_database()");
    await admin.end();
    expect(await ended).toContain('retry:');
    const second = await listen(new URL('/v1/events', stack.baseUrl));
    await stack.look(ownerOf(stack));
    await second.until('"type":"position"');
    second.end();
  });

  it('a chain that does not answer stops new mandates and nothing else', async () => {
    await stack.look(ownerOf(stack));
    await visitor.signIn(stack.owner);
    await stack.chain.stop();
    const positionId = `31337-aave-v3-${ownerOf(stack)}`;
    expect(await visitor.call('POST', '/v1/mandates/draft', { positionId })).toMatchObject({ status: 503, body: { code: 'chain-unreachable' } });
    expect((await visitor.call('GET', `/v1/positions/${positionId}`)).status).toBe(200);
    expect((await visitor.call('GET', '/v1/health')).body).toMatchObject({ status: 'ok' });
  });

  it('a demo that is gone is a problem, not a hang', async () => {
    demo.closeAllConnections();
    await new Promise((resolve) => demo.close(resolve));
    expect(await visitor.call('GET', '/v1/demo/state')).toMatchObject({ status: 404, body: { code: 'demo-unavailable' } });
  });
});
