import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Scripted = { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };
/** What a method is answered with; a number is an HTTP status with an empty body, `silence` no answer at all. */
export type Script = Scripted | number | 'silence' | ((params: readonly unknown[]) => Scripted | number | 'silence');

/** A JSON-RPC server on a free loopback port that says what it is told to say. */
export class ScriptedNode {
  readonly asked: string[] = [];

  private constructor(readonly url: string, readonly script: Record<string, Script>, private readonly closing: () => Promise<void>) {}

  static async start(script: Record<string, Script>): Promise<ScriptedNode> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { method, params } = JSON.parse(body) as { method: string; params: readonly unknown[] };
        node.asked.push(method);
        const told = node.script[method] ?? { error: { code: -32601, message: 'Method not found' } };
        answer(response, typeof told === 'function' ? told(params) : told);
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const node = new ScriptedNode(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { eth_chainId: { result: '0x1' }, ...script }, async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    });
    return node;
  }

  stop(): Promise<void> {
    return this.closing();
  }
}

function answer(response: ServerResponse, told: Scripted | number | 'silence'): void {
  if (told === 'silence') return;
  if (typeof told === 'number') response.writeHead(told, { 'retry-after': '2' }).end();
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...told }));
}
