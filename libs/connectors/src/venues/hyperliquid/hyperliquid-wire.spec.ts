import { describe, expect, it } from 'vitest';
import { VenueSaid } from '../wire/failures.js';
import { checkAction, hyperliquidMeaning, hyperliquidProblem } from './hyperliquid-calls.js';
import { STATE } from './hyperliquid-schemas.js';
import { instrumentsOf, stateOf } from './hyperliquid-values.js';

const PLACE = { environment: 'paper', venue: 'hyperliquid' } as const;
const meaningOf = (message: string, status = 200) => {
  const meaning = hyperliquidMeaning(new VenueSaid(status, 'err', message));
  return meaning.kind === 'refused' ? meaning.reason : meaning.because;
};

describe('what Hyperliquid says', () => {
  it.each([
    ['User or API Wallet 0xb8a6f8b26223de27c31938d56e470a5b832703a5 does not exist.', 'key-refused'], ['Invalid nonce: duplicate nonce 1700000000000', 'duplicate-nonce'], ['Order has a duplicate client order id. asset=4', 'duplicate-id'],
    ['Insufficient margin to place order. asset=4', 'margin'], ['Price must be divisible by tick size. asset=1', 'tick-or-lot'], ['Order must have minimum value of $10. asset=1', 'min-notional'],
    ['Reduce only order would increase position. asset=1', 'reduce-only'], ['Order could not immediately match against any resting orders. asset=1', 'no-match'], ['Order price cannot be more than 80% away from the reference price. asset=1', 'price-band'],
    ['Too many cumulative requests sent (10001 > 10000) for cumulative volume traded $0.00.', 'rate-limit'], ['something new', 'other'],
  ])('%s means %s', (message, meaning) => expect(meaningOf(message)).toBe(meaning));

  it('is found as a whole and in its parts, and nothing is made of a success', () => {
    expect(hyperliquidProblem({ status: 'err', response: 'no' })).toEqual({ code: 'err', message: 'no' });
    expect(hyperliquidProblem({ status: 'ok', response: { type: 'order', data: { statuses: [{ filled: {} }, { error: 'bad' }] } } })).toEqual({ code: 'error', message: 'bad' });
    expect(hyperliquidProblem({ status: 'ok', response: { type: 'order', data: { statuses: [{ filled: {} }] } } })).toBeNull();
    expect(hyperliquidProblem({ status: 'ok', response: { type: 'cancel', data: { statuses: ['success'] } } })).toBeNull();
    expect(hyperliquidProblem([])).toBeNull();
  });

  it('of the end of an order: an order that is done is not one that never was', () => {
    expect(['open', 'triggered', 'filled', 'canceled', 'marginCanceled', 'reduceOnlyCanceled', 'rejected', 'tickRejected', 'scheduledCancel'].map(stateOf)).toEqual(['open', 'open', 'done', 'done', 'done', 'done', 'rejected', 'rejected', 'done']);
  });
});

describe('what may be signed', () => {
  it('is orders, cancels, leverage and margin; nothing that moves funds, approves a fee or names a builder', () => {
    const check = (action: object) => () => checkAction('/exchange', JSON.stringify({ action, nonce: 1 }));
    for (const type of ['order', 'cancelByCloid', 'updateLeverage', 'updateIsolatedMargin']) expect(check({ type })).not.toThrow();
    for (const type of ['withdraw3', 'usdSend', 'spotSend', 'usdClassTransfer', 'approveBuilderFee', 'approveAgent', 'setReferrer', 'vaultTransfer', 'scheduleCancel']) expect(check({ type }), type).toThrow(`the action ${type}`);
    expect(check({ type: 'order', builder: { b: '0x', f: 0 } })).toThrow('a builder');
    expect(() => checkAction('/info', '')).not.toThrow();
  });
});

describe('steps of margin', () => {
  it('join without a jump, and are one step where no table is told', () => {
    const meta = { universe: [{ name: 'ETH', szDecimals: 4, maxLeverage: 25, marginTableId: 55 }, { name: 'BTC', szDecimals: 5, maxLeverage: 40, isDelisted: true }], marginTables: [[55, { marginTiers: [{ lowerBound: '0.0', maxLeverage: 25 }, { lowerBound: '1000.0', maxLeverage: 10 }] }] as [number, { marginTiers: { lowerBound: string; maxLeverage: number }[] }]] };
    const [eth, btc] = instrumentsOf(PLACE, meta, '0.00045');
    expect(eth?.tiers).toMatchObject({ rows: [{ deduction: 0n }, { from: 100_000_000_000n, deduction: 3_000_000_000n }] });
    expect(btc).toMatchObject({ state: 'gone', tick: { kind: 'significant', maxDecimals: 1 }, tiers: { rows: [{ from: 0n }] } });
  });
});

describe('an answer of another shape', () => {
  it('is no account', () => {
    const whole = { crossMarginSummary: { accountValue: '1', totalMarginUsed: '0' }, withdrawable: '1', time: 1, assetPositions: [] };
    expect(STATE.safeParse(whole).success).toBe(true);
    for (const broken of [{ ...whole, withdrawable: 'much' }, { ...whole, assetPositions: [{ type: 'oneWay', position: { coin: 'ETH' } }] }, { ...whole, crossMarginSummary: undefined }]) expect(STATE.safeParse(broken).success).toBe(false);
  });
});
