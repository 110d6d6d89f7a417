import { FencedOff, SigningRefused, SpendingLimitReached, fenceRequest, signRequest } from '@ballast/connectors/signer';
import { RequestRefused, startServer as startLocalServer, type ListenAt, type LocalRequest, type Refusal, type RunningServer } from '@ballast/local-server';
import { fieldProblems, hash32, type ChainId } from '@ballast/units';
import type { z } from 'zod';
import type { RecordingSigner } from './recording-signer.js';
import { LogUnusable } from './signature-log.js';

export interface ServerOptions {
  readonly signer: RecordingSigner;
  readonly chainId: ChainId;
  readonly listen: ListenAt;
  /** Null: whoever may open the socket may ask. */
  readonly token: string | null;
  /** Told of every refusal, one line, nothing secret in it. */
  readonly tell: (line: string) => void;
}

/** Calldata of the longest route is some 2,000 characters. */
const MOST_BODY = 64_000;
const MOST_CONNECTIONS = 64;
/** Nothing in it is secret, and whoever watches the signer needs no token to see that it lives. */
const WITHOUT_TOKEN = new Set(['GET /health']);

/** Answers on a loopback port or a unix socket, one JSON object a request (docs/signing.md). */
export const startServer = (options: ServerOptions): Promise<RunningServer> =>
  startLocalServer({ ...options, withoutToken: WITHOUT_TOKEN, mostBody: MOST_BODY, mostConnections: MOST_CONNECTIONS, refusalOf, route: (request) => route(options, request) });

async function route({ signer, chainId }: ServerOptions, request: LocalRequest): Promise<unknown> {
  const { what } = request;
  if (what === 'GET /health') return { status: 'ok', chainId, lanes: signer.lanes, newestFence: signer.newestFence, signatures: signer.signatures };
  if (what === 'POST /sign') return signer.sign(await parsed(request, signRequest));
  if (what === 'POST /fence') {
    await signer.announce((await parsed(request, fenceRequest)).fence);
    return { newestFence: signer.newestFence };
  }
  const [, hash] = /^GET \/signed\/(0x[0-9a-fA-F]{64})$/.exec(what) ?? [];
  if (hash !== undefined) return { signed: await signer.has(hash32(hash)) };
  throw new RequestRefused(404, 'not-found', 'got another request, expected POST /sign, POST /fence, GET /signed/<hash> or GET /health');
}

async function parsed<S extends z.ZodType>(request: LocalRequest, schema: S): Promise<z.output<S>> {
  const json = await request.json();
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = fieldProblems(result.error.issues as never, json);
  throw new RequestRefused(400, 'invalid-request', problems.map(({ field, given, expected }) => `${field}: got ${given}, expected ${expected}`).join('; '));
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof SigningRefused) return { status: 403, body: { code: error.code, field: error.field, given: error.given, expected: error.expected } };
  if (error instanceof FencedOff) return { status: 409, body: { code: error.code, given: error.given, newest: error.newest } };
  if (error instanceof SpendingLimitReached) return { status: 429, body: { code: error.code, lane: error.lane, committed: error.committed, asked: error.asked, most: error.most } };
  if (error instanceof LogUnusable) return { status: 503, body: { code: error.code, message: 'the log of signatures cannot be written; nothing is signed without it' } };
  return { status: 500, body: { code: 'signer-failed', message: 'the signer failed; its output says why' } };
}
