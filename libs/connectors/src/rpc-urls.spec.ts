import { InvalidInput } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { parseRpcUrls } from './rpc-urls.js';

describe('RPC addresses', () => {
  it('reads one or several chains', () => {
    expect([...parseRpcUrls('31337=http://127.0.0.1:8545')]).toEqual([[31337, ['http://127.0.0.1:8545']]]);
    expect([...parseRpcUrls('1=https://node.example/key=a, 10=http://op.example')].map(([chain]) => chain)).toEqual([1, 10]);
  });

  it('reads several endpoints of a chain, in their order', () => {
    expect([...parseRpcUrls('1=https://b.example/key=x|https://a.example?k=1 | http://c.example:8545, 10=http://op.example')]).toEqual([
      [1, ['https://b.example/key=x', 'https://a.example?k=1', 'http://c.example:8545']], [10, ['http://op.example']],
    ]);
  });

  it('refuses an endpoint that is there twice, however it is written, without its key', () => {
    for (const text of ['1=https://a.example/k|https://a.example/k', '1=https://a.example|https://b.example|https://A.example:443/']) {
      expect(() => parseRpcUrls(text)).toThrow(/twice.+expected each endpoint of a chain once/);
    }
    expect(() => parseRpcUrls('1=https://a.example/secret|https://a.example/secret')).not.toThrow(/secret/);
    expect([...parseRpcUrls('1=https://a.example/k1|https://a.example/k2').values()][0]).toHaveLength(2);
  });

  it.each(['', 'http://127.0.0.1:8545', '31337', '31337=', '31337=ftp://x', '0=http://x', '1=http://', '1=http://a,1=http://b', '-1=http://a', '1=http://a|', '1=|http://a', '1=http://a||http://b', '1=http://a|ftp://b', '1=http://a|b', '1=http://a|2=http://b'])('refuses %j', (text) => {
    expect(() => parseRpcUrls(text)).toThrow(InvalidInput);
  });
});
