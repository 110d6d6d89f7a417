import { describe, expect, it } from 'vitest';
import { refusalOf } from './refusals.js';

const range = [{ fromBlock: '0x1', toBlock: '0xffff' }];
const codeOf = (method: string, params: readonly unknown[], code: number, message: string, data: `0x${string}` | null = null, details: unknown = undefined): string =>
  refusalOf('http://node', method, params, code, message, data, details).code;

describe('what a node means by a refusal', () => {
  it.each([
    [-32005, 'query returned more than 10000 results'],
    [-32602, 'range 1000000 exceeds limit of 10000'],
    [-32000, 'block range is larger than max block range, block range = 5120, max block range = 5000'],
    [-32614, 'eth_getLogs is limited to a 10,000 range'],
    [-32602, 'Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range'],
    [-32005, 'block range too large, max range: 1000'],
    [-32000, 'block range is too wide (maximum 1024)'],
    [-32000, 'exceed maximum block range: 2000'],
    [35, 'ranges over 10000 blocks are not supported on free plan'],
    [-32000, 'requested too many blocks from 1 to 4096, maximum is set to 2048'],
    [-32602, 'query exceeds max results 20000, retry with the range 1-2000'],
    [-32000, 'logs matched by query exceeds limit of 10000'],
    [-32005, 'limit exceeded'],
    [-32000, 'response is too big'],
    [-32602, 'invalid params'],
    [-32005, 'query timeout exceeded'],
  ])('%i %s: ask for fewer blocks', (code, message) => expect(codeOf('eth_getLogs', range, code, message)).toBe('log-range-refused'));

  it('finds the reason beside the message too', () => {
    expect(codeOf('eth_getLogs', range, -32000, 'failed', null, { payload: 'range 9009594 is bigger than range limit 2000' })).toBe('log-range-refused');
  });

  it.each([
    [-32000, 'block range extends beyond current head block'],
    [-32000, 'invalid block range params'],
    [-32001, 'One of the blocks specified in filter (fromBlock, toBlock or blockHash) cannot be found'],
    [-32000, 'unknown block'],
    [-32000, 'header not found'],
  ])('%i %s: the node lags, and fewer blocks would not help', (code, message) => expect(codeOf('eth_getLogs', range, code, message)).toBe('rpc-refused'));

  it.each([
    [-32005, 'daily request count exceeded, request rate limited'],
    [429, 'Your app has exceeded its compute units per second capacity'],
    [-32029, 'Too Many Requests'],
    [-32000, 'rate limit exceeded'],
    [-32007, '50/second request limit reached - reduce calls per second or upgrade: requests per second'],
  ])('%i %s: ask less often, whatever was asked', (code, message) => {
    expect(codeOf('eth_getLogs', range, code, message)).toBe('rpc-rate-limited');
    expect(codeOf('eth_call', [], code, message)).toBe('rpc-rate-limited');
  });

  it('takes a bare limit for a rate limit where no range was asked for', () => {
    expect(codeOf('eth_call', [], -32005, 'limit exceeded')).toBe('rpc-rate-limited');
    expect(codeOf('eth_getLogs', [{ blockHash: '0x1' }], -32005, 'limit exceeded')).toBe('rpc-rate-limited');
  });

  it('leaves a contract that speaks of limits its revert', () => {
    expect(codeOf('eth_call', [], 3, 'execution reverted: rate limit exceeded', '0x08c379a0')).toBe('rpc-refused');
    expect(codeOf('eth_call', [], -32000, 'execution reverted: too many requests')).toBe('rpc-refused');
  });

  it.each(['header not found', 'Method not found', 'nonce too low', 'already known', 'in-flight transaction limit reached for delegated accounts', 'exceeds block gas limit'])('%s: nothing of these', (message) => {
    expect(codeOf('eth_sendRawTransaction', ['0x'], -32000, message)).toBe('rpc-refused');
  });
});
