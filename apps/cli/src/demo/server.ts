import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { RunningInbox, RunningWebhookSink } from '@ballast/embedded';
import { StageBusy, type Stage } from './stage.js';
import { UnknownAccount, type DemoWallet } from './wallet.js';

export interface DemoServer {
  readonly url: string;
  /** The stage is built once the API answers; until then its routes answer 503. */
  stage: Stage | null;
  stop(): Promise<void>;
}

const replayRequest = z.object({ variant: z.enum(['spread', 'raw']) });
const walletRequest = z.object({ account: z.string(), method: z.string(), params: z.array(z.unknown()).default([]) });
const BODY_LIMIT = 100_000;

class Refused extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** The demo's control panel over HTTP, on loopback only; the API forwards /v1/demo/* to it. */
export async function startDemoServer(parts: { wallet: DemoWallet; inbox: RunningInbox; sink: RunningWebhookSink }): Promise<DemoServer> {
  const stage = (): Stage => {
    if (!demo.stage) throw new Refused(503, 'the demo is still being prepared');
    return demo.stage;
  };
  const routes: Record<string, (body: unknown) => unknown> = {
    'GET /state': () => stage().state(),
    'POST /replay': (body) => stage().replay(replayRequest.parse(body).variant),
    'POST /reset': () => stage().reset(),
    'POST /wallet': async (body) => {
      const { account, method, params } = walletRequest.parse(body);
      return { result: await parts.wallet.request(account, method, params) };
    },
    'GET /inbox': () => parts.inbox.messages().map(({ id, to, subject, at, text, html }) => ({ id: String(id), to: to.join(', '), subject, at: at.toISOString(), text, html })),
    'GET /webhooks': () => parts.sink.received().map(({ id, type, at, body, verified }) => ({ id, type, at: at.toISOString(), body, verified })),
  };

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const route = routes[`${request.method} ${new URL(request.url ?? '/', 'http://demo').pathname}`];
      if (!route) throw new Refused(404, 'the demo has no such route');
      const body = request.method === 'POST' ? await readJson(request) : undefined;
      send(response, request.method === 'POST' && request.url !== '/wallet' ? 202 : 200, await route(body));
    } catch (error) {
      const { status, code } = statusOf(error);
      send(response, status, { type: 'about:blank', title: code, status, detail: error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message, code, instance: request.url }, 'application/problem+json');
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const demo: DemoServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stage: null,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return demo;
}

function statusOf(error: unknown): { status: number; code: string } {
  if (error instanceof Refused) return { status: error.status, code: error.status === 503 ? 'demo-not-ready' : 'not-found' };
  if (error instanceof StageBusy) return { status: 409, code: 'replay-running' };
  if (error instanceof UnknownAccount) return { status: 404, code: 'unknown-account' };
  if (error instanceof z.ZodError || error instanceof SyntaxError) return { status: 400, code: 'invalid-request' };
  return { status: 500, code: 'demo-failed' };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_LIMIT) throw new Refused(413, 'the request is too large');
  }
  return text === '' ? {} : JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
