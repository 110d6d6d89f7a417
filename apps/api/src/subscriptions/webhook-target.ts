import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { WebhookTargetRefused } from '../problems/api-errors.js';

/** Every address that a name leads to, as text. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveByDns: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

export type AddressKind = 'public' | 'loopback' | 'private';

const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an IP address is on the public internet, this machine's own, or anything else: private, link-local (cloud metadata
 * among them), shared, multicast, reserved, or one that wraps an IPv4 address in IPv6. What cannot be parsed is private.
 */
export function addressKind(text: string): AddressKind {
  if (!ipaddr.isValid(text)) return 'private';
  const address = ipaddr.process(text);
  if (address.range() === 'loopback') return 'loopback';
  if (address.range() !== 'unicast') return 'private';
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_IPV6) ? 'public' : 'private';
}

/** The web's own ports, and those that need no privilege: no mail, shell or file service listens there by custom. The sender has the same rule. */
const portAllowed = (port: string): boolean => port === '' || port === '80' || port === '443' || Number(port) >= 1024;

/**
 * Lets a webhook address pass only when every address that its host leads to is public (or loopback, where allowed).
 * The sender resolves again and pins the address when it delivers: names can be changed after this check.
 * @throws WebhookTargetRefused
 */
export async function assertWebhookTarget(url: string, options: { readonly allowLoopback: boolean; readonly resolve: Resolve }): Promise<void> {
  const refuse = (why: string): never => {
    throw new WebhookTargetRefused(url, why);
  };
  if (!URL.canParse(url)) return refuse('it is not a URL');
  const { protocol, username, password, hostname, port } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return refuse(`its scheme is ${protocol.slice(0, -1)}`);
  if (username !== '' || password !== '') return refuse('it holds a user name or a password');
  if (!portAllowed(port)) return refuse(`its port is ${port}, expected 80, 443 or one from 1024 on`);
  // A name may end in the dot of the root (`localhost.`); without it the name is the same, and it is what the sender asks for.
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const found = ipaddr.isValid(host) ? [host] : await options.resolve(host).catch(() => []);
  if (found.length === 0) return refuse(`the name ${host} leads to no address`);
  for (const ip of found) {
    const kind = addressKind(ip);
    if (kind !== 'public' && !(kind === 'loopback' && options.allowLoopback)) return refuse(`${host === ip ? ip : `${host} leads to ${ip}, which`} is not a public address`);
  }
}
