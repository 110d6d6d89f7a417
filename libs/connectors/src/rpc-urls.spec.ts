import { InvalidInput } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { parseRpcUrls } from './rpc-urls.js';

describe('RPC addresses', () => {
  it('reads one or several chains', () => {
    expect([...parseRpcUrls('31337=http://127.0.0.1:8545')]).toEqual([[31337, 'http://127.0.0.1:8545']]);
    expect([...parseRpcUrls('1=https://node.example/key=a, 10=http://op.example')].map(([chain]) => chain)).toEqual([1, 10]);
  });

  it.each(['', 'http://127.0.0.1:8545', '31337', '31337=', '31337=ftp://x', '0=http://x', '1=http://', '1=http://a,1=http://b', '-1=http://a'])('refuses %j', (text) => {
    expect(() => parseRpcUrls(text)).toThrow(InvalidInput);
  });
});
