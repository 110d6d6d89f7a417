import { describe, expect, it } from 'vitest';
import { WAD } from '@ballast/units';
import { refusedBy } from '../../../test/factories/refused-environment.js';
import { parseEnv } from './env.js';

const paper = { GATEWAY_ENVIRONMENT: 'paper', GATEWAY_LISTEN: '127.0.0.1:4602', GATEWAY_TOKEN_FILE: '/t', GATEWAY_KEY_FILE: '/k', GATEWAY_LOG: '/log', PAPER_HYPERLIQUID_URL: 'http://127.0.0.1:4700' };
const { PAPER_HYPERLIQUID_URL: _, ...live } = { ...paper, GATEWAY_ENVIRONMENT: 'live' };
const refused = (source: Record<string, string>): readonly string[] => refusedBy(() => parseEnv(source)).problems.map(({ variable }) => variable);

describe("the gateway's environment", () => {
  it('has stated defaults', () => {
    expect(parseEnv(live)).toEqual({ environment: 'live', listen: { host: '127.0.0.1', port: 4602 }, tokenFile: '/t', keyFile: '/k', logFile: '/log', venueTimeoutMs: 8_000, mostLeverage: 5n * WAD, paperUrls: {} });
    expect(parseEnv({ ...paper, GATEWAY_LISTEN: '', GATEWAY_TOKEN_FILE: '', GATEWAY_SOCKET: '/run/g' })).toMatchObject({ listen: { socketPath: '/run/g' }, tokenFile: null, paperUrls: { hyperliquid: 'http://127.0.0.1:4700' } });
  });

  it.each([
    ['GATEWAY_ENVIRONMENT', 'test'], ['GATEWAY_ENVIRONMENT', ''], ['GATEWAY_LISTEN', '0.0.0.0:4602'], ['GATEWAY_LISTEN', ''], ['GATEWAY_SOCKET', '/beside/listen'], ['GATEWAY_TOKEN_FILE', ''], ['GATEWAY_KEY_FILE', ''], ['GATEWAY_LOG', ''],
    ['PAPER_HYPERLIQUID_URL', 'https://api.hyperliquid.xyz'], ['PAPER_HYPERLIQUID_URL', 'http://localhost:4700'], ['PAPER_DERIBIT_URL', 'http://127.0.0.1.example.org:80'], ['PAPER_HYPERLIQUID_URL', ''], ['GATEWAY_MOST_LEVERAGE', '0'],
    ['GATEWAY_VENUE_TIMEOUT_MS', '1'],
  ])('names %s when it is "%s"', (variable, value) => expect(refused({ ...paper, [variable]: value })).toEqual([variable]));

  it('acceptance 15: a paper gateway takes no address of a venue but one on this machine, by its number', () => {
    for (const elsewhere of ['https://api.hyperliquid.xyz', 'http://10.0.0.7:4700', 'http://localhost:4700', 'http://127.0.0.1.example.org:80', 'http://127.0.0.1:4700@example.org', 'http://0.0.0.0:4700', 'http://127.0.0.1:4700/elsewhere']) {
      for (const variable of ['PAPER_HYPERLIQUID_URL', 'PAPER_DERIBIT_URL']) expect(refused({ ...paper, [variable]: elsewhere }), elsewhere).toEqual([variable]);
    }
  });

  it('a live gateway speaks to no paper venue', () => expect(refused({ ...live, PAPER_DERIBIT_URL: 'http://127.0.0.1:4700' })).toEqual(['PAPER_DERIBIT_URL']));
});
