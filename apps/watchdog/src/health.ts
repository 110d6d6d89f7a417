import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WatchdogHealth } from './watchdog.js';

/** `GET /health`: 200 while all is well with the watchdog itself, else 503 with what somebody must mend. It names nobody and holds no secret. */
export async function serveHealth(options: { readonly port: number; readonly host: string }, health: () => WatchdogHealth): Promise<{ readonly url: string; stop(): void }> {
  const server: Server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/health') {
      response.writeHead(404).end();
      return;
    }
    const now = health();
    response.writeHead(now.problems.length === 0 ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ status: now.problems.length === 0 ? 'ok' : 'down', ...now }));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, options.host, resolve));
  return {
    url: `http://${options.host}:${(server.address() as AddressInfo).port}/health`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
