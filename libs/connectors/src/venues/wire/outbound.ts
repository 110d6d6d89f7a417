import { BallastError, InvalidInput } from '@ballast/units';
import type { VenueEnvironment } from '@ballast/positions';

/** A request was about to leave for a place or a call that is not allowed. It did not leave. */
export class OutboundRefused extends BallastError {
  readonly code = 'outbound-refused';
  readonly disposition = 'invalid';
  constructor(readonly what: string, readonly expected: string) {
    super(`refused to send ${what}: expected ${expected}`);
  }
}

const LEAF = /^(https?|wss?):\/\/[^/]+/;
/** No names: what `localhost` means is decided elsewhere. */
const LOOPBACK = /^(127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The same tree of addresses with every one of them on another host; paths stay. @throws InvalidInput when `base` is more than scheme, host and port */
export function pointedAt<T>(urls: T, base: string): T {
  const { protocol, host, pathname, search, username } = urlOf(base);
  if (pathname !== '/' || search !== '' || username !== '' || !/^https?:$/.test(protocol)) throw new InvalidInput('address of the venue', JSON.stringify(base), 'http or https, a host and a port, without a path');
  const secure = protocol === 'https:';
  const moved = (leaf: unknown): unknown => {
    if (typeof leaf === 'string') return leaf.replace(LEAF, (_, scheme: string) => `${scheme.startsWith('ws') ? (secure ? 'wss' : 'ws') : protocol.slice(0, -1)}://${host}`);
    if (Array.isArray(leaf)) return leaf.map(moved);
    return typeof leaf === 'object' && leaf !== null ? Object.fromEntries(Object.entries(leaf).map(([key, value]) => [key, moved(value)])) : leaf;
  };
  return moved(urls) as T;
}

/** Hosts of every address in the tree, `{hostname}` filled in. */
export function hostsOf(urls: unknown, hostname: string): ReadonlySet<string> {
  if (typeof urls === 'string') return LEAF.test(urls) ? new Set([urlOf(urls.replaceAll('{hostname}', hostname)).host]) : new Set();
  return typeof urls === 'object' && urls !== null ? new Set(Object.values(urls).flatMap((leaf) => [...hostsOf(leaf, hostname)])) : new Set();
}

/**
 * Which requests may leave: to `hosts` alone, and of a paper environment to this machine alone, whatever the hosts are; only calls that are listed, as `GET /path`;
 * live ones encrypted unless they stay on this machine.
 */
export class Outbound {
  constructor(private readonly environment: VenueEnvironment, private readonly hosts: ReadonlySet<string>, private readonly calls: ReadonlySet<string>) {
    if (environment !== 'paper') return;
    const outside = [...hosts].filter((host) => !LOOPBACK.test(urlOf(`http://${host}`).hostname));
    if (outside.length > 0) throw new OutboundRefused(`paper requests to ${outside.join(', ')}`, 'a paper venue on this machine, by its number: http://127.0.0.1:<port>');
  }

  /** @throws OutboundRefused */
  check(url: string, method: string): void {
    const { protocol, host, hostname, pathname } = urlOf(url);
    const here = LOOPBACK.test(hostname);
    if (this.environment === 'paper' && !here) throw new OutboundRefused(`a paper request to ${host}`, 'this machine alone');
    if (!this.hosts.has(host)) throw new OutboundRefused(`a request to ${host}`, [...this.hosts].join(' or '));
    if (protocol !== 'https:' && !here) throw new OutboundRefused(`a request to ${host} by ${protocol}`, 'https');
    if (!this.calls.has(`${method} ${pathname}`)) throw new OutboundRefused(`${method} ${pathname}`, 'one of the calls that Ballast makes');
  }
}

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw new InvalidInput('address', JSON.stringify(text), 'a URL');
  return new URL(text);
}
