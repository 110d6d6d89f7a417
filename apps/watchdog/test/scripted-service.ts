import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonRpcProvider } from 'ethers';
import { heartbeatKey, newHeartbeatKey, publicKeyText, signHeartbeat, type ChainBeat, type HeartbeatBody } from '@ballast/heartbeat';
import type { Recipient } from '../src/state.js';

/** Stands in for the API: serves heartbeats that tell of a real chain, as this test wants them to be. */
export interface ScriptedService {
  readonly url: string;
  readonly publicKey: string;
  /** null: it answers 503, as one whose database is gone. */
  mode: 'well' | 'stuck' | 'forged' | 'down';
  /** What the heartbeats say beside what is so. */
  says: Partial<ChainBeat>;
  recipients: readonly Recipient[];
  stop(): Promise<void>;
}

export async function startScriptedService(provider: JsonRpcProvider, token: string): Promise<ScriptedService> {
  const key = heartbeatKey(newHeartbeatKey());
  const stranger = heartbeatKey(newHeartbeatKey());
  let last: unknown = null;

  const sign = async (): Promise<unknown> => {
    if (service.mode === 'stuck') return last;
    const head = (await provider.send('eth_getBlockByNumber', ['latest', false])) as { number: string; hash: string; timestamp: string };
    const now = new Date();
    const beat: ChainBeat = {
      chainId: 31337, name: 'Local chain', head: { number: String(BigInt(head.number)), hash: head.hash, timestamp: Number(head.timestamp), seenAt: now.toISOString() }, blindSince: null, isLed: true,
      positions: 1, oldestCheckAt: now.toISOString(), armed: 1, cannot: 0, countedAt: now.toISOString(), ...service.says,
    };
    const body: HeartbeatBody = { type: 'ballast.heartbeat', version: 1, sequence: now.getTime(), issuedAt: now.toISOString(), chains: [beat] };
    return (last = signHeartbeat(body, service.mode === 'forged' ? stranger : key));
  };

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (service.mode === 'down') return answer(503, {});
    if (request.url?.startsWith('/v1/watchdog/recipients')) {
      if (request.headers.authorization !== `Bearer ${token}`) return answer(401, {});
      return answer(200, { recipients: service.recipients, next: null });
    }
    sign().then((signed) => answer(200, signed), () => answer(500, {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: ScriptedService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, publicKey: publicKeyText(key), mode: 'well', says: {}, recipients: [],
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
  return service;
}
