import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { WebhookTargetRefused } from '../errors.js';

/** Every IP address that a host name leads to. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveByDns: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

export interface TargetOptions {
  /** For the demo and tests on one machine; never with strangers' webhooks. */
  readonly allowLoopback: boolean;
  readonly resolve: Resolve;
}

/** A webhook address that was checked, with the one IP address that may be connected to. */
export interface CheckedTarget {
  readonly url: URL;
  readonly ip: string;
  readonly family: 4 | 6;
}

const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
/** Azure's agent answers its own machines here; to everybody else it is an address like any other. */
const METADATA = new Set(['168.63.129.16']);
/** Ends of names that mean this machine, this network or a cloud's metadata (RFC 6761, 6762, 8375), whatever a resolver says of them. */
const INNER_NAMES = ['localdomain', 'local', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'home.arpa'];

/** ISATAP wraps an IPv4 address in the second half of any IPv6 address: `…:0:5efe:a.b.c.d`. */
const isIsatap = (address: ipaddr.IPv6): boolean => (address.parts[4] === 0 || address.parts[4] === 0x200) && address.parts[5] === 0x5efe;

/**
 * `public` only for an address that the whole internet routes: not private, link-local (cloud metadata), shared, multicast or
 * reserved, and no IPv6 form that wraps an IPv4 address, save `::ffff:…`, which is judged as the IPv4 address it is. An answer in
 * any but the usual notation, or with a zone, is not one.
 */
function kindOf(ip: string): 'public' | 'loopback' | 'other' {
  if (isIP(ip) === 0 || ip.includes('%')) return 'other';
  const address = ipaddr.process(ip);
  if (address.range() === 'loopback') return 'loopback';
  if (address.range() !== 'unicast' || METADATA.has(address.toString())) return 'other';
  return address instanceof ipaddr.IPv6 && (!address.match(GLOBAL_IPV6) || isIsatap(address)) ? 'other' : 'public';
}

/** The same of a name, before anybody is asked where it leads: a name without a dot is one of this network's. */
function kindOfName(host: string): 'public' | 'loopback' | 'other' {
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  return !host.includes('.') || INNER_NAMES.some((name) => host.endsWith(`.${name}`)) ? 'other' : 'public';
}

/** The web's own ports, and those that need no privilege: no mail, shell or file service listens there by custom. */
function portAllowed(port: string): boolean {
  return port === '' || port === '80' || port === '443' || Number(port) >= 1024;
}

/**
 * Resolves the webhook's host once and checks every address that it leads to. Whoever connects must use the returned address, not
 * resolve again: a name may lead elsewhere a moment later.
 * @throws WebhookTargetRefused when it is no plain http(s) URL, or any address is not public (or loopback, where allowed)
 */
export async function assertWebhookTarget(text: string, options: TargetOptions): Promise<CheckedTarget> {
  const refuse = (reason: string, kind: WebhookTargetRefused['kind'] = 'malformed'): never => {
    throw new WebhookTargetRefused(text, reason, kind);
  };
  const passes = (kind: ReturnType<typeof kindOf>): boolean => kind === 'public' || (kind === 'loopback' && options.allowLoopback);
  if (!URL.canParse(text)) return refuse('it is not a URL');
  // The parser turns every notation of an IPv4 address (decimal, octal, hexadecimal, short, full width) into the usual one.
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse(`its scheme is ${url.protocol.slice(0, -1)}`);
  if (url.username !== '' || url.password !== '') return refuse('it holds a user name or a password');
  if (!portAllowed(url.port)) return refuse(`its port is ${url.port}, expected 80, 443 or one from 1024 on`);
  // A name may end in the dot of the root (`localhost.`); without it the name is the same.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host.split('.').includes('')) return refuse('a part of its name is empty');
  if (isIP(host) === 0 && !passes(kindOfName(host))) return refuse(`${host} is not a public name`, 'private');
  const found = isIP(host) === 0 ? await options.resolve(host).catch(() => []) : [host];
  for (const ip of found) {
    if (!passes(kindOf(ip))) return refuse(`${host === ip ? ip : `${host} leads to ${ip}, which`} is not a public address`, 'private');
  }
  const [first] = found;
  if (first === undefined) return refuse(`the name ${host} leads to no address`, 'unresolved');
  return { url, ip: first, family: isIP(first) === 4 ? 4 : 6 };
}
