import { createServer, type ServerResponse } from 'node:http';
import { z } from 'zod';

const request = z.object({ id: z.unknown(), method: z.string(), params: z.array(z.unknown()) });
const range = z.object({ fromBlock: z.string(), toBlock: z.string() }).transform(({ fromBlock, toBlock }) => ({ from: BigInt(fromBlock), to: BigInt(toBlock) }));

/** What the proxy does with a request: passes it on, refuses it as a node does, or never answers. */
export type Fate = 'pass' | 'silence' | { readonly code: number; readonly message: string };

export interface RpcProxy {
  readonly url: string;
  /** Log queries over ranges that were passed on and answered, in order. */
  readonly ranges: { readonly from: bigint; readonly to: bigint }[];
  /** Requests so far. */
  count: number;
  /** Decides about a request; it may do other things to the chain first. */
  fate: (method: string, blocks: bigint, count: number) => Fate | Promise<Fate>;
  stop(): Promise<void>;
}

/** A node in front of the node, with the faults of those that are sold. */
export async function startRpcProxy(rpcUrl: string): Promise<RpcProxy> {
  const waiting = new Set<ServerResponse>();
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => void answer(Buffer.concat(chunks).toString(), response).catch((error: unknown) => response.writeHead(502).end(String(error))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const proxy: RpcProxy = {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`, ranges: [], count: 0, fate: () => 'pass',
    stop: () => new Promise((resolve) => {
      for (const response of waiting) response.destroy();
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };

  async function answer(body: string, response: ServerResponse): Promise<void> {
    const { id, method, params } = request.parse(JSON.parse(body));
    proxy.count += 1;
    const asked = method === 'eth_getLogs' ? range.safeParse(params[0]).data : undefined;
    const fate = await proxy.fate(method, asked === undefined ? 1n : asked.to - asked.from + 1n, proxy.count);
    if (fate === 'silence') {
      waiting.add(response);
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (fate !== 'pass') {
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error: fate }));
      return;
    }
    const passed = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (asked !== undefined) proxy.ranges.push(asked);
    response.end(await passed.text());
  }
  return proxy;
}
