import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { keccak256 } from 'ethers';

/** What a proxy does to the node behind it. `mixed` picks another of them for every request. */
export const FAULTS = [
  'timeout', 'rate-limit', 'wrong-chain', 'stale-head', 'lying-balance', 'lying-word', 'lying-logs', 'lying-block', 'lying-receipt', 'lying-revert', 'log-range', 'garbage', 'lost-block', 'mixed',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What a proxy does with signed bytes, beside its fault: it says that it has them in every case. */
export type SendFault = 'dropped' | 'delayed' | 'doubled';

type Params = readonly unknown[];
type Body = { result: unknown } | { error: { code: number; message: string; data?: unknown } };
type Outcome = Body | 'silence' | { readonly status: number; readonly text: string; readonly retryAfter?: string };

const LOST: Body = { error: { code: -32000, message: 'header not found' } };
const MOST_BLOCKS = 4n;
const TOO_MANY: readonly Body[] = [
  { error: { code: -32005, message: 'query returned more than 10000 results' } },
  { error: { code: -32602, message: `range 13 exceeds limit of ${MOST_BLOCKS}` } },
  { error: { code: -32000, message: 'block range is too wide' } },
  { error: { code: -32614, message: `eth_getLogs is limited to a ${MOST_BLOCKS} range` } },
  { error: { code: -32602, message: 'invalid params', data: { payload: 'range 13 is bigger than range limit 4' } } },
];
const WITHIN_REQUEST: readonly Fault[] = FAULTS.filter((fault) => !['timeout', 'rate-limit', 'wrong-chain', 'stale-head', 'mixed'].includes(fault));

/** A JSON-RPC server in front of a real node that hands on what the node says, or spoils it. Two proxies' lies never agree: each has a salt. */
export class FaultProxy {
  url = '';
  requests = 0;
  /** Null: signed bytes are handed on as everything else. */
  sends: SendFault | null = null;
  /** Milliseconds that every request waits before it is handed on. */
  lag = 0;
  /** Hangs up on everybody. */
  down = false;
  /** Called before each request is handed on. */
  before: (method: string) => Promise<void> = () => Promise.resolve();
  /** Around each request that the node itself answers. */
  around: <T>(ask: () => Promise<T>) => Promise<T> = (ask) => ask();
  private fault: Fault | null = null;
  private stalledAt = 0n;
  private readonly server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { method, params } = JSON.parse(body) as { method: string; params: Params };
      this.requests += 1;
      if (this.down) {
        response.destroy();
        return;
      }
      this.before(method).then(() => (this.lag > 0 ? pause(this.lag) : undefined)).then(() => (method === 'eth_sendRawTransaction' && this.sends !== null ? this.spoiledSend(this.sends, params) : this.outcome(this.fault, method, params))).then((outcome) => send(response, outcome), () => response.destroy());
    });
  });

  constructor(private readonly upstream: string, private readonly salt: number, private readonly random: () => number) {}

  async start(): Promise<this> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** A head that stands still does so at the block that is the newest now, `behind` blocks back. */
  async set(fault: Fault | null, behind = 0): Promise<void> {
    this.stalledAt = BigInt(String(await this.node('eth_blockNumber', []).then((answer) => ('result' in answer ? answer.result : 0)))) - BigInt(behind);
    this.fault = fault;
  }

  private async spoiledSend(fault: SendFault, params: Params): Promise<Outcome> {
    const taken: Body = { result: keccak256(String(params[0])) };
    if (fault === 'dropped') return taken;
    if (fault === 'delayed') {
      void pause(500 + 3_000 * this.random()).then(() => this.node('eth_sendRawTransaction', params)).catch(() => undefined);
      return taken;
    }
    await this.node('eth_sendRawTransaction', params);
    return this.node('eth_sendRawTransaction', params);
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }

  private async outcome(fault: Fault | null, method: string, params: Params): Promise<Outcome> {
    switch (fault) {
      case null:
        return this.node(method, params);
      case 'mixed':
        return this.outcome(this.random() < 0.3 ? null : this.pick(WITHIN_REQUEST), method, params);
      case 'timeout':
        return 'silence';
      case 'rate-limit':
        return this.pick<Outcome>([{ status: 429, text: '', retryAfter: '1' }, { status: 429, text: 'slow down' }, { error: { code: -32005, message: 'daily request count exceeded, request rate limited' } }, { error: { code: 429, message: 'exceeded its compute units per second capacity' } }]);
      case 'garbage':
        return this.pick<Outcome>([{ status: 502, text: '<html>bad gateway</html>' }, { status: 200, text: '{"jsonrpc":"2.0","id":1,"resu' }, { status: 200, text: '' }, { result: { not: 'it' } }, { result: null }, { result: '0xzz' }, { status: 200, text: '{"message":"no such key"}' }]);
      case 'wrong-chain':
        return this.otherChain(method, params);
      case 'stale-head':
        return this.stale(method, params);
      case 'lost-block':
        return pinnedTo(params) === null ? this.node(method, params) : LOST;
      case 'log-range':
        return method === 'eth_getLogs' && span(params) > MOST_BLOCKS ? this.pick(TOO_MANY) : this.node(method, params);
      case 'lying-balance':
      case 'lying-word':
      case 'lying-logs':
      case 'lying-block':
      case 'lying-receipt':
      case 'lying-revert':
        return this.lie(fault, method, await this.node(method, params));
    }
  }

  private node(method: string, params: Params): Promise<Body> {
    return this.around(() => this.asked(method, params));
  }

  private async asked(method: string, params: Params): Promise<Body> {
    const answer = await fetch(this.upstream, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
    return (await answer.json()) as Body;
  }

  private async otherChain(method: string, params: Params): Promise<Body> {
    if (method === 'eth_chainId') return { result: hex(2 + this.salt) };
    if (method === 'eth_getBlockByNumber') return this.lie('lying-block', method, await this.node(method, params));
    if (method === 'eth_getTransactionReceipt') return { result: null };
    return method === 'eth_getLogs' && pinnedTo(params) === null ? { result: [] } : LOST;
  }

  private async stale(method: string, params: Params): Promise<Body> {
    const top = hex(this.stalledAt);
    const pinned = pinnedTo(params);
    if (pinned !== null) {
      const block = await this.node('eth_getBlockByHash', [pinned, false]);
      return numberOf(block) > this.stalledAt ? LOST : this.node(method, params);
    }
    if (method === 'eth_getBlockByNumber') {
      if (params[0] === 'latest') return this.node(method, [top, false]);
      return BigInt(String(params[0])) > this.stalledAt ? { result: null } : this.node(method, params);
    }
    // As nodes do: a range beyond the head is answered with what there is.
    if (method === 'eth_getLogs') return this.node(method, [{ ...(params[0] as object), toBlock: top }]);
    const answer = await this.node(method, params);
    return method === 'eth_getTransactionReceipt' && numberOf(answer, 'blockNumber') > this.stalledAt ? { result: null } : answer;
  }

  private lie(fault: Fault, method: string, answer: Body): Body {
    if (!('result' in answer)) return fault === 'lying-revert' && method === 'eth_call' ? { result: hex(this.salt).replace('0x', '0x'.padEnd(65, '0')) } : answer;
    const { result } = answer;
    switch (`${fault} ${method}`) {
      case 'lying-balance eth_getBalance':
      case 'lying-balance eth_getTransactionCount':
        return { result: hex(BigInt(result as string) + BigInt(this.salt)) };
      case 'lying-word eth_call':
      case 'lying-word eth_getCode':
        return { result: this.spoiled(result as string) };
      case 'lying-revert eth_call':
        return { error: { code: 3, message: 'execution reverted', data: `0x0${this.salt}` } };
      case 'lying-logs eth_getLogs':
        return { result: this.otherLogs(result as object[]) };
      case 'lying-receipt eth_getTransactionReceipt':
        return result === null ? answer : { result: { ...(result as object), gasUsed: hex(7 + this.salt) } };
      case 'lying-block eth_getBlockByNumber':
        return result === null ? answer : { result: this.otherBlock(result as { number: string; hash: string }) };
      default:
        return answer;
    }
  }

  /** The same bytes with another one at a random place, and with none at all when there were none. */
  private spoiled(bytes: string): string {
    if (bytes === '0x') return `0x0${this.salt}`;
    const at = 2 + 2 * Math.floor((this.random() * (bytes.length - 2)) / 2);
    return `${bytes.slice(0, at)}${((parseInt(bytes.slice(at, at + 2), 16) + this.salt) % 256).toString(16).padStart(2, '0')}${bytes.slice(at + 2)}`;
  }

  private otherLogs(logs: readonly object[]): readonly object[] {
    const first = logs[0];
    return first === undefined ? [] : [{ ...first, data: `0x${this.salt.toString(16).padStart(64, '0')}` }, ...logs.slice(2)];
  }

  private otherBlock(block: { number: string; hash: string }): object {
    const hash = `${block.hash.slice(0, -2)}${((parseInt(block.hash.slice(-2), 16) + this.salt) % 256).toString(16).padStart(2, '0')}`;
    return this.pick([{ ...block, hash }, { ...block, timestamp: hex(this.salt) }, { ...block, baseFeePerGas: hex(this.salt) }, { ...block, hash, number: hex(BigInt(block.number) + BigInt(1_000 * this.salt)) }]);
  }
}

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

function numberOf(answer: Body, field = 'number'): bigint {
  const found = 'result' in answer && answer.result !== null ? (answer.result as Record<string, string>)[field] : undefined;
  return found === undefined ? -1n : BigInt(found);
}

/** The block hash that a question is pinned to. */
function pinnedTo(params: Params): string | null {
  for (const param of params) {
    if (typeof param === 'object' && param !== null && 'blockHash' in param) return String(param.blockHash);
  }
  return null;
}

function span(params: Params): bigint {
  const { fromBlock, toBlock } = params[0] as { fromBlock?: string; toBlock?: string };
  return fromBlock === undefined || toBlock === undefined ? 0n : BigInt(toBlock) - BigInt(fromBlock) + 1n;
}

function send(response: ServerResponse, outcome: Outcome): void {
  if (outcome === 'silence') return;
  if ('status' in outcome) response.writeHead(outcome.status, outcome.retryAfter === undefined ? {} : { 'retry-after': outcome.retryAfter }).end(outcome.text);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...outcome }));
}
