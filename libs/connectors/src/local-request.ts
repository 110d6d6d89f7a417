import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

/** Where a process of ours listens: a web address, or a unix socket by its path. */
export type LocalAddress = { readonly url: string } | { readonly socketPath: string };

export interface LocalPeer {
  readonly at: LocalAddress;
  /** The shared secret; none where a socket's file permissions say who may ask. */
  readonly token?: string;
}

export interface LocalAsk {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  /** For the whole exchange: a peer that drips its answer must not hold up whoever waits for it. */
  readonly timeoutMs: number;
  readonly mostAnswer: number;
  /** Whether a connection that was kept open and broke before an answer may be replaced and the request repeated: only where twice does no harm. */
  readonly again: boolean;
}

/** No answer came. `arrived` is false where the request cannot have reached the peer. */
export class NoAnswer extends Error {
  constructor(readonly why: string, readonly because: 'timeout' | 'network', readonly arrived: boolean) {
    super(why);
  }
}

/** Nobody listens there: no byte of the request left. */
const NOBODY = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'ENOTFOUND']);

/** The peer's name, without what may be secret in it. */
export const peerName = (at: LocalAddress): string => ('socketPath' in at ? at.socketPath : new URL(at.url).origin);

/** One request and its whole answer. @throws NoAnswer */
export function exchange(peer: LocalPeer, asked: LocalAsk): Promise<{ readonly status: number; readonly text: string }> {
  const { at, token } = peer;
  const { method, path, body, timeoutMs, mostAnswer, again } = asked;
  const base = 'url' in at ? new URL(at.url) : null;
  const start = base?.protocol === 'https:' ? secureRequest : request;
  const target = base === null ? { socketPath: (at as { socketPath: string }).socketPath, path } : { hostname: base.hostname.replace(/^\[|\]$/g, ''), port: base.port, path: `${base.pathname.replace(/\/$/, '')}${path}` };
  return new Promise((resolve, reject) => {
    const fail = (why: string, because: 'timeout' | 'network' = 'network', arrived = true): void => {
      clearTimeout(patience);
      asking.destroy();
      reject(new NoAnswer(why, because, arrived));
    };
    const asking = start({
      ...target, method, ...(again ? {} : { agent: false as const }),
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) },
    }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > mostAnswer) fail(`more than ${mostAnswer} characters`);
      });
      response.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      response.on('end', () => {
        clearTimeout(patience);
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    const patience = setTimeout(() => fail(`no answer within ${timeoutMs} ms`, 'timeout'), timeoutMs);
    asking.on('error', (error: NodeJS.ErrnoException) => {
      // A connection that was kept open while the peer was started again: the same request on a new one.
      if (!again || !asking.reusedSocket || error.code !== 'ECONNRESET') return fail(error.code ?? error.message, 'network', !NOBODY.has(error.code ?? ''));
      clearTimeout(patience);
      exchange(peer, asked).then(resolve, reject);
    });
    asking.end(body);
  });
}

/** The JSON of a text; undefined, which no schema takes, where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
