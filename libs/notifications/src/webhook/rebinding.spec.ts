import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocalDns, type DnsAnswer } from '../../test/local-dns.js';
import { HttpWebhookChannel } from './http-channel.js';
import { assertWebhookTarget } from './target.js';

const PUBLIC = '93.184.216.34';
const secret = `whsec_${randomBytes(24).toString('base64')}`;

describe('a name whose own name server changes its mind', () => {
  let inside: Server;
  let port: number;
  let reached: string[];
  let dns: Awaited<ReturnType<typeof startLocalDns>>;
  const named = async (answers: (turn: number) => DnsAnswer | null) => {
    dns = await startLocalDns(answers);
    return dns;
  };
  const send = (allowLoopback: boolean) =>
    new HttpWebhookChannel({ allowLoopback, resolve: dns.resolve, timeoutMs: 500 }).send({ url: `http://hooks.example:${port}/x`, secret, id: 'e1', at: new Date(), body: '{}' });

  beforeEach(async () => {
    reached = [];
    // On every address of 127.0.0.0/8, so that it can be told which of them was connected to.
    inside = createServer((request, response) => {
      reached.push(request.socket.localAddress ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => inside.listen(0, '0.0.0.0', resolve));
    port = (inside.address() as AddressInfo).port;
  });
  afterEach(async () => {
    inside.closeAllConnections();
    await Promise.all([new Promise((resolve) => inside.close(resolve)), dns.stop()]);
  });

  it('reaches nothing inside when it leads outside while it is checked and to this machine afterwards', async () => {
    await named((turn) => (turn === 0 ? { a: [PUBLIC] } : { a: ['127.0.0.1'] }));
    await expect(send(false)).rejects.toMatchObject({ code: 'delivery-failed', lasting: 'passing' });
    expect(dns.asked()).toBe(1);
    expect(reached).toEqual([]);
    await expect(send(false)).rejects.toThrow('leads to 127.0.0.1, which is not a public address');
    expect(reached).toEqual([]);
  });

  it('is connected to where it was checked, and asked for once', async () => {
    await named((turn) => ({ a: [turn === 0 ? '127.0.0.1' : '127.0.0.2'] }));
    await expect(send(true)).resolves.toMatchObject({ status: 200 });
    expect(dns.asked()).toBe(1);
    expect(reached).toEqual(['127.0.0.1']);
  });

  it.each<[string, DnsAnswer]>([
    ['one of two A records is of this machine', { a: [PUBLIC, '127.0.0.1'] }],
    ['the A record is public and the AAAA record of this machine', { a: [PUBLIC], aaaa: ['0:0:0:0:0:0:0:1'] }],
    ['the AAAA record wraps cloud metadata', { a: [PUBLIC], aaaa: ['0:0:0:0:0:ffff:a9fe:a9fe'] }],
    ['it is another name for localhost', { alias: 'localhost', a: ['127.0.0.1'] }],
  ])('is refused when %s', async (_what, answer) => {
    await named(() => answer);
    await expect(assertWebhookTarget('https://hooks.example/', { allowLoopback: false, resolve: dns.resolve })).rejects.toMatchObject({ kind: 'private' });
  });

  it('is refused for now when it does not exist', async () => {
    await named(() => null);
    await expect(assertWebhookTarget('https://hooks.example/', { allowLoopback: false, resolve: dns.resolve })).rejects.toMatchObject({ kind: 'unresolved' });
  });
});
