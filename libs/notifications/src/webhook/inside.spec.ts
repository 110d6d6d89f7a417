import { describe, expect, it } from 'vitest';
import { assertWebhookTarget } from './target.js';

const PUBLIC = '93.184.216.34';
/** A resolver that an attacker owns: whatever name it is asked for leads to a public address, so that only the name itself can be refused. */
const anyNameIsPublic = { allowLoopback: false, resolve: async () => [PUBLIC] };
const leadsTo = (ip: string) => ({ allowLoopback: false, resolve: async () => [PUBLIC, ip] });

/** Addresses that a name's last record leads to. */
const ADDRESSES: readonly (readonly [what: string, ip: string])[] = [
  ['this host on this network', '0.0.0.0'], ['this network', '0.1.2.3'], ['loopback', '127.0.0.1'], ['the end of loopback', '127.255.255.254'],
  ['private, class A', '10.0.0.1'], ['private, the end of class A', '10.255.255.255'], ['private, class B', '172.16.0.1'], ['private, the end of class B', '172.31.255.254'], ['private, class C', '192.168.0.1'],
  ['link-local', '169.254.0.1'], ['metadata of AWS, Google and Azure', '169.254.169.254'], ['task metadata of AWS', '169.254.170.2'], ['metadata of Oracle', '192.0.0.192'], ['metadata of Alibaba', '100.100.100.200'], ['the agent of Azure', '168.63.129.16'],
  ['carrier-grade NAT', '100.64.0.1'], ['the end of carrier-grade NAT', '100.127.255.254'], ['protocol assignments', '192.0.0.8'],
  ['documentation 1', '192.0.2.1'], ['documentation 2', '198.51.100.1'], ['documentation 3', '203.0.113.1'], ['benchmarking', '198.18.0.1'], ['the end of benchmarking', '198.19.255.254'], ['6to4 relays', '192.88.99.1'],
  ['multicast', '224.0.0.1'], ['the end of multicast', '239.255.255.250'], ['reserved', '240.0.0.1'], ['broadcast', '255.255.255.255'],
  ['IPv6 loopback', '::1'], ['IPv6 unspecified', '::'], ['IPv6 link-local', 'fe80::1'], ['IPv6 link-local with a zone', 'fe80::1%eth0'], ['a public IPv6 with a zone', '2606:2800:220:1::1%eth0'], ['IPv6 site-local', 'fec0::1'],
  ['IPv6 unique local', 'fc00::1'], ['IPv6 metadata of AWS', 'fd00:ec2::254'], ['IPv6 metadata of Google', 'fd20:ce::254'], ['IPv6 multicast', 'ff02::1'], ['IPv6 documentation', '2001:db8::1'], ['IPv6 documentation, the newer', '3fff::1'],
  ['IPv6 benchmarking', '2001:2::1'], ['ORCHID', '2001:20::1'], ['IPv6 discard', '100::1'], ['segment routing', '5f00::1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'], ['IPv4-mapped metadata, in hexadecimal', '::ffff:a9fe:a9fe'], ['IPv4-mapped private', '::ffff:10.0.0.1'], ['IPv4-mapped any', '::ffff:0.0.0.0'], ['IPv4-compatible loopback', '::7f00:1'], ['IPv4-compatible private', '::a00:1'],
  ['IPv4-translated loopback', '::ffff:0:7f00:1'], ['NAT64 of loopback', '64:ff9b::7f00:1'], ['NAT64 of metadata', '64:ff9b::a9fe:a9fe'], ['local NAT64', '64:ff9b:1::7f00:1'], ['6to4 of loopback', '2002:7f00:1::'], ['6to4 of metadata', '2002:a9fe:a9fe::1'],
  ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'], ['ISATAP of loopback', '2606:2800:220:1:0:5efe:7f00:1'], ['ISATAP of a private address', '2606:2800:220:1:200:5efe:a00:1'],
  ['an address in octal', '0177.0.0.1'], ['an address in hexadecimal', '0x7f.0.0.1'], ['an address as one number', '2130706433'], ['no address', 'localhost'], ['nothing', ''],
];

/** Notations of addresses and names in a URL that a public resolver could not save. */
const PRIVATE_URLS: readonly (readonly [what: string, url: string])[] = [
  ['loopback as one decimal number', 'http://2130706433/'], ['loopback as one octal number', 'http://017700000001/'], ['loopback as one hexadecimal number', 'http://0x7f000001/'], ['loopback in octal', 'http://0177.0.0.1/'], ['loopback in octal with many zeros', 'http://0000177.0.0.01/'],
  ['loopback in hexadecimal', 'http://0x7f.0x0.0x0.0x1/'], ['loopback in mixed notations', 'http://0x7f.0.01/'], ['loopback in two parts', 'http://127.1/'], ['loopback in three parts', 'http://127.0.1/'], ['zero', 'http://0/'], ['metadata as one number', 'http://2852039166/'], ['metadata in hexadecimal', 'http://0xa9fea9fe/'], ['metadata in octal', 'http://0251.0376.0251.0376/'], ['metadata in two parts', 'http://169.16689662/'],
  ['an address with the dot of the root', 'http://127.0.0.1./'], ['a short address with the dot of the root', 'http://127.1./'], ['full-width digits', 'http://１２７.０.０.１/'], ['circled digits', 'http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/'], ['ideographic dots', 'http://127。0。0。1/'], ['half-width ideographic dots', 'http://127｡0｡0｡1/'], ['full-width dots', 'http://127．0．0．1/'], ['percent-encoded digits', 'http://%31%32%37.0.0.1/'],
  ['a tab within', 'http://127.0.\t0.1/'], ['a line end within', 'http://loca\nlhost/'], ['one slash', 'http:/127.0.0.1/'], ['three slashes', 'http:///127.0.0.1/'], ['no slash', 'http:127.0.0.1'], ['backslashes', 'http:\\\\127.0.0.1\\'],
  ['IPv6 loopback', 'http://[::1]/'], ['IPv6 loopback in full', 'http://[0:0:0:0:0:0:0:1]/'], ['IPv6 unspecified', 'http://[::]/'], ['IPv4-mapped loopback', 'http://[::ffff:127.0.0.1]/'], ['IPv4-mapped loopback in full', 'http://[0:0:0:0:0:ffff:7f00:0001]/'], ['IPv4-compatible loopback', 'http://[::127.0.0.1]/'], ['NAT64 of metadata', 'http://[64:ff9b::169.254.169.254]/'], ['IPv6 metadata', 'http://[fd00:ec2::254]/'],
  ['localhost', 'http://localhost/'], ['localhost in capitals', 'http://LOCALHOST/'], ['localhost with the dot of the root', 'http://localhost./'], ['a name under localhost', 'http://hooks.localhost/'], ['a name under localhost with the dot of the root', 'http://hooks.localhost./'], ['localhost.localdomain', 'http://localhost.localdomain/'], ['localhost in circled letters', 'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/'], ['localhost with a long s', 'http://localhoſt/'], ['localhost with a soft hyphen', 'http://local\u00adhost/'], ['localhost with a space of no width', 'http://local\u200bhost/'],
  ['localhost with a Cyrillic o', 'http://lоcalhost/'], ['localhost with a Greek o', 'http://lοcalhost/'], ['localhost with a dotless i for an l', 'http://ıocalhost/'], ['ip6-localhost', 'http://ip6-localhost/'], ['metadata of Google by name', 'http://metadata.google.internal/computeMetadata/v1/'], ['metadata by its short name', 'http://metadata/'], ['metadata of AWS by name', 'http://instance-data.ec2.internal/'], ['metadata of AWS by its short name', 'http://instance-data/'],
  ['a service of Kubernetes', 'http://kubernetes.default.svc.cluster.local/'], ['a neighbour of Docker', 'http://host.docker.internal/'], ['a name of mDNS', 'http://printer.local/'], ['a name of the home network', 'http://router.home.arpa/'], ['a name of the LAN', 'http://router.lan/'], ['a name without a dot', 'http://postgres/'],
];

const MALFORMED_URLS: readonly (readonly [what: string, url: string])[] = [
  ['a user name and a password', 'https://user:pass@hooks.example/'], ['a user name alone', 'https://user@hooks.example/'], ['a password alone', 'https://:pass@hooks.example/'], ['an address that only looks like the host', 'https://127.0.0.1:80@hooks.example/'], ['two at signs', 'https://a@b@hooks.example/'], ['a space and an at sign', 'http://93.184.216.34 &@127.0.0.1/'],
  ['ftp', 'ftp://hooks.example/'], ['file', 'file:///etc/passwd'], ['gopher', 'gopher://127.0.0.1:6379/_FLUSHALL'], ['dict', 'dict://127.0.0.1:11211/stat'], ['data', 'data:text/plain,x'], ['javascript', 'javascript:alert(1)'], ['web socket', 'wss://hooks.example/'], ['a socket file', 'unix:///var/run/docker.sock'], ['ldap', 'ldap://127.0.0.1/'], ['no scheme', '//hooks.example/'], ['nothing', ''],
  ['the port of SSH', 'https://hooks.example:22/'], ['the port of SMTP', 'http://hooks.example:25/'], ['the port of DNS', 'http://hooks.example:53/'], ['port 0', 'http://hooks.example:0/'], ['a port over all ports', 'http://hooks.example:65536/'], ['the port of SMB', 'http://hooks.example:445/'],
  ['two dots at the end', 'http://127.0.0.1../'], ['two dots at the end of a name', 'http://localhost../'], ['two dots within', 'http://hooks..example/'], ['a zone', 'http://[fe80::1%25eth0]/'], ['a zone, not encoded', 'http://[fe80::1%eth0]/'], ['an encoded slash in the host', 'http://127.0.0.1%2f.hooks.example/'], ['a number over all addresses', 'http://4294967296/'], ['a NUL', 'http://127.0.0.1%00.hooks.example/'], ['a dot made of circles', 'http://⓵②⑦.⓪.0.1/'],
];

describe('an address that leads inside', () => {
  it('is told from one that leads outside', async () => {
    await expect(assertWebhookTarget('https://hooks.example/', leadsTo('2606:2800:220:1::1'))).resolves.toMatchObject({ ip: PUBLIC });
    await expect(assertWebhookTarget('https://bücher.example/', anyNameIsPublic)).resolves.toMatchObject({ ip: PUBLIC });
    await expect(assertWebhookTarget('https://hooks.local.example./', anyNameIsPublic)).resolves.toMatchObject({ ip: PUBLIC });
  });

  it.each(ADDRESSES)('is refused behind a public one: %s (%s)', async (_what, ip) => {
    await expect(assertWebhookTarget('https://hooks.example/', leadsTo(ip))).rejects.toMatchObject({ code: 'webhook-target-refused', kind: 'private' });
  });

  it.each(PRIVATE_URLS)('is refused however it is written: %s (%j)', async (_what, url) => {
    await expect(assertWebhookTarget(url, anyNameIsPublic)).rejects.toMatchObject({ code: 'webhook-target-refused', kind: 'private' });
  });

  it.each(MALFORMED_URLS)('is no webhook address with %s (%j)', async (_what, url) => {
    await expect(assertWebhookTarget(url, anyNameIsPublic)).rejects.toMatchObject({ code: 'webhook-target-refused', kind: 'malformed' });
  });
});
