import { z } from 'zod';
import { LogRangeRefused, RpcRateLimited, RpcUnreachable } from '../errors.js';
import { refusalOf } from './refusals.js';

const answerSchema = z.union([
  z.object({ error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }) }),
  z.object({ result: z.unknown() }),
]);
const TOO_MANY_REQUESTS = 429;
const CONTENT_TOO_LARGE = 413;

/** One JSON-RPC endpoint over HTTP: one request a call, no batching, no cache, no retry. The caller decides about trying again. */
export class JsonRpc {
  /** Scheme, host and port: what may be shown and logged. The path may hold a provider's key. */
  readonly endpoint: string;

  constructor(private readonly url: string, private readonly timeoutMs: number) {
    this.endpoint = new URL(url).origin;
  }

  /**
   * Returns the node's `result`, unparsed.
   * @throws RpcUnreachable when no JSON-RPC answer comes in time
   * @throws RpcRateLimited when the node wants to be asked less often
   * @throws RpcRefused when the node answers with an error: LogRangeRefused where a log query is too large
   */
  async request(method: string, params: readonly unknown[]): Promise<unknown> {
    const text = await this.post(method, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    const answer = answerSchema.safeParse(parseJson(text));
    if (!answer.success) throw new RpcUnreachable(this.endpoint, method, JSON.stringify(text.slice(0, 120)));
    if ('error' in answer.data) {
      const { code, message, data } = answer.data.error;
      throw refusalOf(this.endpoint, method, params, code, message, revertData(data), data);
    }
    return answer.data.result;
  }

  private async post(method: string, body: string): Promise<string> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const text = await response.text();
      if (response.status === TOO_MANY_REQUESTS) throw new RpcRateLimited(this.endpoint, method, `HTTP ${TOO_MANY_REQUESTS}`, pauseMs(response.headers.get('retry-after')));
      // Some nodes send JSON-RPC errors with an HTTP error status: the body decides when it is JSON.
      if (!response.ok && parseJson(text) === undefined) {
        if (response.status === CONTENT_TOO_LARGE && method === 'eth_getLogs') throw new LogRangeRefused(this.endpoint, method, CONTENT_TOO_LARGE, `HTTP ${CONTENT_TOO_LARGE}`, null);
        throw new RpcUnreachable(this.endpoint, method, `HTTP ${response.status}`);
      }
      return text;
    } catch (error) {
      if (error instanceof RpcUnreachable || error instanceof LogRangeRefused) throw error;
      throw new RpcUnreachable(this.endpoint, method, this.describe(error));
    }
  }

  private describe(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    if (error.name === 'TimeoutError') return `no answer within ${this.timeoutMs} ms`;
    const cause = error.cause;
    if (cause instanceof Error && 'code' in cause) return String(cause.code);
    return error.name;
  }
}

/** Retry-After in its form of seconds; its form of a date would need the node's clock. */
function pauseMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nodes put revert data at `error.data` or one level deeper. */
function revertData(data: unknown): `0x${string}` | null {
  const bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/);
  const found = z.union([bytes, z.object({ data: bytes }).transform((inner) => inner.data)]).safeParse(data);
  return found.success ? (found.data as `0x${string}`) : null;
}
