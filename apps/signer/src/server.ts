import { createHash, timingSafeEqual } from 'node:crypto';
import { lstatSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { FencedOff, SigningRefused, SpendingLimitReached, fenceRequest, signRequest } from '@ballast/connectors/signer';
import { InvalidInput, fieldProblems, hash32, type ChainId } from '@ballast/units';
import type { z } from 'zod';
import type { RecordingSigner } from './recording-signer.js';
import { LogUnusable } from './signature-log.js';

export interface ServerOptions {
  readonly signer: RecordingSigner;
  readonly chainId: ChainId;
  readonly listen: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  /** Null: whoever may open the socket may ask. */
  readonly token: string | null;
  /** Told of every refusal, one line, nothing secret in it. */
  readonly tell: (line: string) => void;
}

export interface RunningServer {
  /** Where it listens. */
  readonly at: string;
  stop(): Promise<void>;
}

/** Calldata of the longest route is some 2,000 characters. */
const MOST_BODY = 64_000;
const MOST_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 5_000;

/** Something that no route may go on with. */
class Refused extends Error {
  constructor(readonly status: number, readonly code: 'invalid-request' | 'unauthorised' | 'not-found' | 'request-too-large', message: string) {
    super(message);
  }
}

/** Answers on a loopback port or a unix socket, one JSON object a request (docs/signing.md). */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }, (request, response) => void answer(options, request, response));
  server.maxConnections = MOST_CONNECTIONS;
  const { listen } = options;
  if ('socketPath' in listen) {
    await removeDeadSocket(listen.socketPath);
    // Nobody but the owner may open it, not even for the moment before a chmod.
    const mask = process.umask(0o177);
    await listening(server, { path: listen.socketPath }).finally(() => process.umask(mask));
  } else {
    await listening(server, listen);
  }
  return {
    at: 'socketPath' in listen ? listen.socketPath : `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}

const listening = (server: Server, where: { path: string } | { host: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** A socket that a killed signer left behind is taken away; one that answers is another signer's, and nothing but a socket is ever removed. */
async function removeDeadSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new InvalidInput(path, 'a file', 'a path that is free or a socket');
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path).once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('close', () => probe.destroy());
    setTimeout(() => probe.destroy(), 500).unref();
  });
  if (alive) throw new InvalidInput(path, 'a socket that answers', 'one signer only: two would each keep a log of its own');
  rmSync(path);
}

async function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  try {
    send(response, 200, await route(options, request, `${request.method} ${path}`));
  } catch (error) {
    const { status, body } = refusalOf(error);
    options.tell(`${request.method} ${path}: ${error instanceof Error ? error.message : String(error)}`);
    // What was not read of a request must not be taken for the next one.
    if (!request.complete) response.setHeader('connection', 'close');
    send(response, status, body);
  }
}

async function route({ signer, chainId, token }: ServerOptions, request: IncomingMessage, what: string): Promise<unknown> {
  // Nothing in it is secret, and whoever watches the signer needs no token to see that it lives.
  if (what === 'GET /health') return { status: 'ok', chainId, lanes: signer.lanes, newestFence: signer.newestFence, signatures: signer.signatures };
  requireToken(token, request.headers.authorization);
  if (what === 'POST /sign') return signer.sign(await parsed(request, signRequest));
  if (what === 'POST /fence') {
    await signer.announce((await parsed(request, fenceRequest)).fence);
    return { newestFence: signer.newestFence };
  }
  const [, hash] = /^GET \/signed\/(0x[0-9a-fA-F]{64})$/.exec(what) ?? [];
  if (hash !== undefined) return { signed: await signer.has(hash32(hash)) };
  throw new Refused(404, 'not-found', 'got another request, expected POST /sign, POST /fence, GET /signed/<hash> or GET /health');
}

/** Compares digests, so that neither the time it takes nor the length tells anything. */
function requireToken(token: string | null, header: string | undefined): void {
  if (token === null) return;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (!timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))) throw new Refused(401, 'unauthorised', 'got no or another token, expected authorization: Bearer <token>');
}

async function parsed<S extends z.ZodType>(request: IncomingMessage, schema: S): Promise<z.output<S>> {
  const json = await readJson(request);
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = fieldProblems(result.error.issues as never, json);
  throw new Refused(400, 'invalid-request', problems.map(({ field, given, expected }) => `${field}: got ${given}, expected ${expected}`).join('; '));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BODY) throw new Refused(413, 'request-too-large', `got more than ${MOST_BODY} bytes, expected fewer`);
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw new Refused(400, 'invalid-request', 'got no JSON, expected a JSON object');
  }
}

function refusalOf(error: unknown): { readonly status: number; readonly body: Readonly<Record<string, unknown>> } {
  if (error instanceof SigningRefused) return { status: 403, body: { code: error.code, field: error.field, given: error.given, expected: error.expected } };
  if (error instanceof FencedOff) return { status: 409, body: { code: error.code, given: error.given, newest: error.newest } };
  if (error instanceof SpendingLimitReached) return { status: 429, body: { code: error.code, lane: error.lane, committed: error.committed, asked: error.asked, most: error.most } };
  if (error instanceof Refused) return { status: error.status, body: { code: error.code, message: error.message } };
  if (error instanceof LogUnusable) return { status: 503, body: { code: error.code, message: 'the log of signatures cannot be written; nothing is signed without it' } };
  return { status: 500, body: { code: 'signer-failed', message: 'the signer failed; its output says why' } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
}
