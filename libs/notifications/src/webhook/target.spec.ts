import { describe, expect, it } from 'vitest';
import { WebhookTargetRefused } from '../errors.js';
import { assertWebhookTarget } from './target.js';

const leadsTo = (...ips: string[]) => ({ allowLoopback: false, resolve: async () => ips });
const nowhere = { allowLoopback: false, resolve: () => Promise.reject(new Error('ENOTFOUND')) };

describe('the check of a webhook address', () => {
  it('passes a public name and returns the address to connect to', async () => {
    const target = await assertWebhookTarget('https://hooks.example/ballast?x=1', leadsTo('93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'));
    expect(target).toMatchObject({ ip: '93.184.216.34', family: 4 });
    expect(target.url.hostname).toBe('hooks.example');
    expect(await assertWebhookTarget('http://[2606:2800:220:1::5]:8080/', nowhere)).toMatchObject({ ip: '2606:2800:220:1::5', family: 6 });
  });

  it.each([
    ['this machine', '127.0.0.1'], ['this machine by another number', '127.9.9.9'], ['any address', '0.0.0.0'], ['cloud metadata', '169.254.169.254'],
    ['a private network', '10.1.2.3'], ['a private network', '172.31.0.1'], ['a private network', '192.168.1.1'], ['carrier-grade NAT', '100.64.0.1'],
    ['multicast', '224.0.0.1'], ['broadcast', '255.255.255.255'], ['a reserved network', '240.0.0.1'], ['documentation', '203.0.113.7'],
    ['IPv6 loopback', '::1'], ['IPv6 any', '::'], ['IPv6 link-local', 'fe80::1'], ['IPv6 unique local', 'fd12:3456::1'], ['IPv6 multicast', 'ff02::1'],
    ['IPv4 in IPv6, loopback', '::ffff:127.0.0.1'], ['IPv4 in IPv6, metadata', '::ffff:a9fe:a9fe'], ['IPv4-compatible', '::7f00:1'],
    ['6to4', '2002:7f00:1::'], ['NAT64', '64:ff9b::a9fe:a9fe'], ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'], ['what is no address', 'nonsense'],
  ])('refuses a name that leads to %s', async (_what, ip) => {
    await expect(assertWebhookTarget('https://hooks.example/', leadsTo(ip))).rejects.toMatchObject({ code: 'webhook-target-refused', kind: 'private' });
  });

  it('refuses a name of which only one address is private', async () => {
    await expect(assertWebhookTarget('https://hooks.example/', leadsTo('93.184.216.34', '10.0.0.7'))).rejects.toThrow('10.0.0.7');
  });

  it.each([
    'http://127.0.0.1/', 'http://2130706433/', 'http://0177.0.0.1/', 'http://0x7f.1/', 'http://127.1/', 'http://0/', 'http://169.254.169.254/latest/meta-data',
    'http://0xa9fea9fe/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://127.0.0.1./',
  ])('refuses %s, however the address is written', async (url) => {
    await expect(assertWebhookTarget(url, nowhere)).rejects.toMatchObject({ kind: 'private' });
  });

  it.each(['ftp://93.184.216.34/', 'file:///etc/passwd', 'https://user:pass@93.184.216.34/', 'http://93.184.216.34:22/', 'http://93.184.216.34:25/', 'nonsense', ''])('refuses %j as no webhook address', async (url) => {
    await expect(assertWebhookTarget(url, nowhere)).rejects.toMatchObject({ kind: 'malformed' });
  });

  it.each([1, 22, 25, 79, 81, 442, 444, 1023])('refuses port %i, where other services than the web listen', async (port) => {
    await expect(assertWebhookTarget(`https://hooks.example:${port}/`, leadsTo('93.184.216.34'))).rejects.toMatchObject({ kind: 'malformed' });
  });

  it.each(['http://hooks.example/', 'https://hooks.example/', 'http://hooks.example:443/', 'https://hooks.example:80/', 'https://hooks.example:1024/', 'https://hooks.example:65535/'])('lets the port of %s pass', async (url) => {
    await expect(assertWebhookTarget(url, leadsTo('93.184.216.34'))).resolves.toMatchObject({ ip: '93.184.216.34' });
  });

  it('says apart that a name leads nowhere, since that may pass', async () => {
    await expect(assertWebhookTarget('https://hooks.example/', nowhere)).rejects.toMatchObject({ kind: 'unresolved' });
  });

  it('lets this machine pass where that is allowed, and still no private network', async () => {
    const options = { allowLoopback: true, resolve: async (host: string) => [host === 'localhost' ? '127.0.0.1' : '10.0.0.1'] };
    expect(await assertWebhookTarget('http://localhost:9000/', options)).toMatchObject({ ip: '127.0.0.1' });
    expect(await assertWebhookTarget('http://[::1]:9000/', options)).toMatchObject({ ip: '::1', family: 6 });
    await expect(assertWebhookTarget('http://router/', options)).rejects.toThrow(WebhookTargetRefused);
  });
});
