import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, type ListenAt } from './listening.js';

export interface LocalRequest {
  /** Method and path, without a query: `POST /sign`. */
  readonly what: string;
  /** The body as JSON. @throws RequestRefused */
  readonly json: () => Promise<unknown>;
}

export interface Refusal {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ServerOptions {
  readonly listen: ListenAt;
  /** Null: whoever may open the socket may ask. */
  readonly token: string | null;
  /** Requests that need no token: nothing in their answers is secret. */
  readonly withoutToken: ReadonlySet<string>;
  readonly route: (request: LocalRequest) => Promise<unknown>;
  /** What is answered for a failure other than `RequestRefused`. */
  readonly refusalOf: (error: unknown) => Refusal;
  /** Told of every refusal, one line: it must hold nothing secret. */
  readonly tell: (line: string) => void;
  readonly mostBody: number;
  readonly mostConnections: number;
}

export interface RunningServer {
  /** Where it listens. */
  readonly at: string;
  stop(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5_000;

/** Something that no route may go on with. */
export class RequestRefused extends Error {
  constructor(readonly status: number, readonly code: 'invalid-request' | 'unauthorised' | 'not-found' | 'request-too-large', message: string) {
    super(message);
  }
}

/** Answers on a loopback port or a unix socket, one JSON object a request. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }, (request, response) => void answer(options, request, response));
  server.maxConnections = options.mostConnections;
  const at = await listen(server, options.listen);
  return {
    at,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}

async function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const what = `${request.method} ${(request.url ?? '/').split('?')[0] ?? '/'}`;
  try {
    if (!options.withoutToken.has(what)) requireToken(options.token, request.headers.authorization);
    send(response, 200, await options.route({ what, json: () => readJson(request, options.mostBody) }));
  } catch (error) {
    const { status, body } = error instanceof RequestRefused ? { status: error.status, body: { code: error.code, message: error.message } } : options.refusalOf(error);
    options.tell(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    // What was not read of a request must not be taken for the next one.
    if (!request.complete) response.setHeader('connection', 'close');
    send(response, status, body);
  }
}

/** Compares digests, so that neither the time it takes nor the length tells anything. */
function requireToken(token: string | null, header: string | undefined): void {
  if (token === null) return;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (!timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))) throw new RequestRefused(401, 'unauthorised', 'got no or another token, expected authorization: Bearer <token>');
}

async function readJson(request: IncomingMessage, mostBody: number): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > mostBody) throw new RequestRefused(413, 'request-too-large', `got more than ${mostBody} bytes, expected fewer`);
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw new RequestRefused(400, 'invalid-request', 'got no JSON, expected a JSON object');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
}
