import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpWebhookChannel } from './http-channel.js';

const TIMEOUT_MS = 400;
const secret = `whsec_${randomBytes(24).toString('base64')}`;

describe('a receiver that means ill', () => {
  let server: Server;
  let connections: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];

  afterEach(async () => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    for (const socket of connections) socket.destroy();
    connections = [];
    await new Promise((resolve) => server.close(resolve));
  });

  /** Posts to a server that does so with each connection once something has come. Resolves to the error, or to what was answered. */
  async function sendTo(answer: (socket: Socket) => void): Promise<{ error: unknown; result: { status: number; answer: string } | null; tookMs: number }> {
    server = createServer((socket) => {
      connections.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const began = performance.now();
    const channel = new HttpWebhookChannel({ allowLoopback: true, timeoutMs: TIMEOUT_MS });
    const [result, error] = await channel.send({ url, secret, id: 'e1', at: new Date(), body: '{}' }).then((sent) => [sent, null] as const, (failed: unknown) => [null, failed] as const);
    return { error, result, tookMs: performance.now() - began };
  }
  const dripping = (socket: Socket, text: string) => timers.push(setInterval(() => socket.write(text), 20));
  const isClosed = async (socket: Socket) => {
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  };

  it('by sending its headers a byte at a time is given up after the whole time', async () => {
    const { error, tookMs } = await sendTo((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      dripping(socket, 'a');
    });
    expect(error).toMatchObject({ code: 'delivery-failed', lasting: 'passing', status: null });
    expect(tookMs).toBeLessThan(TIMEOUT_MS + 2_000);
    await isClosed(connections[0]!);
  });

  it('by sending its body a byte at a time has its status counted, and its connection ended after the whole time', async () => {
    const began = performance.now();
    const { result } = await sendTo((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n');
      dripping(socket, 'a');
    });
    expect(result).toMatchObject({ status: 200, answer: expect.stringMatching(/^a+$/) as string });
    await isClosed(connections[0]!);
    expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + 2_000);
  });

  it('by taking the connection and saying nothing is given up after the whole time', async () => {
    const { error } = await sendTo(() => {});
    expect(error).toMatchObject({ code: 'delivery-failed', lasting: 'passing' });
    await isClosed(connections[0]!);
  });

  it('by one header without end is cut off, long before the time is up', async () => {
    const { error } = await sendTo((socket) => socket.write(`HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(9_000)}\r\ncontent-length: 0\r\n\r\n`));
    expect(error).toMatchObject({ code: 'delivery-failed', status: null, message: expect.stringMatching(/overflow/i) as string });
    await isClosed(connections[0]!);
  });

  it('by early answers without end is cut off', async () => {
    const { error } = await sendTo((socket) => socket.write(`${'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(400)}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n`));
    expect(error).toMatchObject({ code: 'delivery-failed', status: null, message: 'the head of the answer is too long' });
    await isClosed(connections[0]!);
  });

  it('by a body without end is cut off', async () => {
    const { result } = await sendTo((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      timers.push(setInterval(() => socket.destroyed || socket.write('a'.repeat(32_768)), 1));
    });
    expect(result).toMatchObject({ status: 200, answer: 'a'.repeat(1_024) });
    await isClosed(connections[0]!);
    expect(connections[0]!.bytesWritten).toBeLessThan(16_000_000);
  });

  it('by ending the connection within its body has its status counted', async () => {
    const { result } = await sendTo((socket) => {
      socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 9999\r\n\r\ntaken', () => socket.resetAndDestroy());
    });
    expect(result).toEqual({ status: 202, answer: 'taken' });
  });

  it('by speaking no HTTP fails this attempt and nothing else', async () => {
    const { error } = await sendTo((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(error).toMatchObject({ code: 'delivery-failed', lasting: 'passing', status: null });
  });

  it.each([
    ['metadata', 'http://169.254.169.254/latest/meta-data/'], ['this machine', 'http://127.0.0.1:6379/'], ['a private network', 'https://10.0.0.1/'], ['another scheme', 'file:///etc/passwd'], ['a path of its own', '/elsewhere'],
  ])('by a redirect to %s leads nowhere', async (_what, location) => {
    const { error } = await sendTo((socket) => socket.end(`HTTP/1.1 307 Temporary Redirect\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`));
    expect(error).toMatchObject({ status: 307, message: expect.stringContaining('redirects are not followed') as string });
    expect(connections).toHaveLength(1);
  });
});
