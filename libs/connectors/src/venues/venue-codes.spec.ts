import { describe, expect, it } from 'vitest';
import { binanceMeaning, binanceProblem } from './binance-usdm/binance-calls.js';
import { bybitMeaning, bybitProblem } from './bybit/bybit-calls.js';
import { deribitMeaning, deribitProblem } from './deribit/deribit-calls.js';
import { okxMeaning, okxProblem } from './okx/okx-calls.js';
import { VenueSaid, type Meaning } from './wire/failures.js';

const told = (meaning: (said: VenueSaid) => Meaning) => (code: string | number, status = 400, message = ''): string => {
  const found = meaning(new VenueSaid(status, String(code), message));
  return found.kind === 'refused' ? found.reason : `unknown: ${found.because}`;
};

describe('codes of venues', () => {
  it('that say that an id is known already leave it open what became of the order', () => {
    expect([told(binanceMeaning)(-4116), told(okxMeaning)(51016), told(bybitMeaning)(110072)]).toEqual(Array(3).fill('unknown: duplicate-id'));
  });

  it('that say that the venue did not come to an end leave it open too', () => {
    expect([told(binanceMeaning)(-1006), told(binanceMeaning)(-1007), told(okxMeaning)(50004), told(bybitMeaning)(10016), told(deribitMeaning)(11094)]).toEqual(Array(5).fill('unknown: server-error'));
  });

  it('of keys, limits and times', () => {
    expect([told(binanceMeaning)(-2015), told(okxMeaning)(50119), told(bybitMeaning)(10003), told(deribitMeaning)(13009), told(deribitMeaning)(13004), told(deribitMeaning)('http-401', 401)]).toEqual(Array(6).fill('key-refused'));
    expect([told(binanceMeaning)(-1003), told(okxMeaning)(50011), told(bybitMeaning)(10006), told(deribitMeaning)(10028), told(okxMeaning)('http-429', 429)]).toEqual(Array(5).fill('rate-limit'));
    expect([told(binanceMeaning)(-1021), told(okxMeaning)(50036), told(bybitMeaning)(10002), told(deribitMeaning)('valid_until')]).toEqual(Array(4).fill('expired'));
  });

  it('of orders', () => {
    expect([told(binanceMeaning)(-2019), told(okxMeaning)(51008), told(bybitMeaning)(110007), told(deribitMeaning)(10009)]).toEqual(Array(4).fill('margin'));
    expect([told(binanceMeaning)(-2022), told(okxMeaning)(51169), told(bybitMeaning)(110017), told(deribitMeaning)(11030, 400, 'other_reject: invalid_reduce_only_order')]).toEqual(Array(4).fill('reduce-only'));
    expect([told(deribitMeaning)(11030, 400, 'other_reject: else'), told(binanceMeaning)(-9999), told(okxMeaning)(59999)]).toEqual(Array(3).fill('other'));
  });

  it('are found where each venue writes them, and an answer without one has none', () => {
    expect(binanceProblem({ code: -2019, msg: 'Margin is insufficient.' })).toEqual({ code: '-2019', message: 'Margin is insufficient.' });
    expect(okxProblem({ code: '1', msg: 'All operations failed', data: [{ sCode: '51008', sMsg: 'low' }] })).toEqual({ code: '51008', message: 'low' });
    expect(okxProblem({ code: '50011', msg: 'Too Many Requests', data: [] })).toEqual({ code: '50011', message: 'Too Many Requests' });
    expect(bybitProblem({ retCode: 110007, retMsg: 'ab not enough' })).toEqual({ code: '110007', message: 'ab not enough' });
    expect(deribitProblem({ error: { code: -32602, message: 'Invalid params', data: { reason: 'late', param: 'valid_until' } } })).toEqual({ code: 'valid_until', message: 'Invalid params: valid_until: late' });
    expect([binanceProblem({ code: 200 }), binanceProblem([]), okxProblem({ code: '0', data: [{ sCode: '0' }] }), bybitProblem({ retCode: 0 }), bybitProblem({ retCode: 110043 }), deribitProblem({ result: {} }), deribitProblem('text')]).toEqual(Array(7).fill(null));
  });
});
