import { describe, expect, it } from 'vitest';
import { WebhookTargetRefused } from '../problems/api-errors.js';
import { addressKind, assertWebhookTarget } from './webhook-target.js';

const to = (...ips: string[]) => ({ allowLoopback: false, resolve: async () => ips });

describe('addressKind', () => {
  it.each([
    ['93.184.216.34', 'public'], ['2606:2800:220:1:248:1893:25c8:1946', 'public'],
    ['127.0.0.1', 'loopback'], ['127.8.9.1', 'loopback'], ['::1', 'loopback'], ['::ffff:127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'], ['172.16.0.1', 'private'], ['192.168.1.1', 'private'], ['169.254.169.254', 'private'], ['100.64.0.1', 'private'],
    ['0.0.0.0', 'private'], ['224.0.0.1', 'private'], ['255.255.255.255', 'private'], ['198.18.0.1', 'private'], ['192.0.2.1', 'private'],
    ['::', 'private'], ['fe80::1', 'private'], ['fc00::1', 'private'], ['fd00:ec2::254', 'private'], ['fec0::1', 'private'], ['ff02::1', 'private'],
    ['::ffff:10.0.0.1', 'private'], ['::ffff:169.254.169.254', 'private'], ['::127.0.0.1', 'loopback'], ['64:ff9b::7f00:1', 'private'], ['2002:7f00:1::', 'private'], ['2001:db8::1', 'private'],
    ['not an address', 'private'],
  ])('calls %s %s', (ip, kind) => expect(addressKind(ip)).toBe(kind));
});

describe('assertWebhookTarget', () => {
  it('lets a name pass that leads to public addresses', async () => {
    await expect(assertWebhookTarget('https://hooks.example/x?y=1', to('93.184.216.34', '2606:2800:220:1::1'))).resolves.toBeUndefined();
  });
  it('refuses a name when any one of its addresses is private', async () => {
    await expect(assertWebhookTarget('https://hooks.example', to('93.184.216.34', '10.0.0.7'))).rejects.toThrow('10.0.0.7');
  });
  it.each(['http://127.0.0.1', 'http://2130706433/', 'http://0x7f.1/', 'http://[::1]:80/', 'http://[::ffff:7f00:1]/', 'http://169.254.169.254/latest/meta-data', 'ftp://93.184.216.34', 'https://user:pass@93.184.216.34', 'nonsense'])('refuses %s', async (url) => {
    await expect(assertWebhookTarget(url, to('93.184.216.34'))).rejects.toBeInstanceOf(WebhookTargetRefused);
  });
  it.each([1, 22, 25, 79, 81, 442, 444, 1023])('refuses port %i, where other services than the web listen', async (port) => {
    await expect(assertWebhookTarget(`https://hooks.example:${port}/`, to('93.184.216.34'))).rejects.toThrow(`port is ${port}`);
  });
  it.each(['http://hooks.example/', 'https://hooks.example/', 'http://hooks.example:443/', 'https://hooks.example:80/', 'https://hooks.example:1024/', 'https://hooks.example:65535/'])('lets the port of %s pass', async (url) => {
    await expect(assertWebhookTarget(url, to('93.184.216.34'))).resolves.toBeUndefined();
  });
  it('asks for a name without the dot of the root, as the sender does', async () => {
    const asked: string[] = [];
    const resolve = async (host: string): Promise<string[]> => { asked.push(host); return ['93.184.216.34']; };
    await assertWebhookTarget('https://hooks.example./x', { allowLoopback: false, resolve });
    expect(asked).toEqual(['hooks.example']);
    await expect(assertWebhookTarget('http://127.0.0.1./x', { allowLoopback: false, resolve })).rejects.toThrow('127.0.0.1 is not a public address');
  });
  it('refuses a name that leads nowhere', async () => {
    await expect(assertWebhookTarget('https://nowhere.example', { allowLoopback: false, resolve: () => Promise.reject(new Error('ENOTFOUND')) })).rejects.toThrow('no address');
  });
  it('lets loopback pass under its flag, and still nothing private', async () => {
    const options = { allowLoopback: true, resolve: async (host: string) => [host === 'localhost' ? '127.0.0.1' : '192.168.0.9'] };
    await expect(assertWebhookTarget('http://localhost:9000/hook', options)).resolves.toBeUndefined();
    await expect(assertWebhookTarget('http://[::1]:9000/hook', options)).resolves.toBeUndefined();
    await expect(assertWebhookTarget('http://router/hook', options)).rejects.toBeInstanceOf(WebhookTargetRefused);
  });
});
