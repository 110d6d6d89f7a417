import { describe, expect, it } from 'vitest';
import { WALL, aDerivativeAccount, aPerpPosition, settlement } from '../../../../test/factories/derivatives.js';
import { accountWorth, coinEquity, worstMarginUse, type DerivativeAccount, type PositionMargin } from './derivative-account.js';
import { known, unknown } from './reading.js';

const apart = (margin: number, maintenance: number | null): PositionMargin => ({ kind: 'isolated', margin: settlement(margin), maintenance: maintenance === null ? unknown('not told') : known(settlement(maintenance), WALL) });
const account = (margins: readonly PositionMargin[], change: Partial<DerivativeAccount> = {}): DerivativeAccount =>
  aDerivativeAccount({ equity: settlement(25_000), maintenanceMargin: known(settlement(500), WALL), positions: margins.map((margin) => aPerpPosition({ margin })), ...change });

describe('what an account holds', () => {
  it('counts what isolated positions have apart', () => {
    expect(accountWorth(account([apart(30_000, 2_000), apart(4_500, 100), { kind: 'cross' }]))).toBe(settlement(59_500));
    expect(accountWorth(account([]))).toBe(settlement(25_000));
  });

  it('in coins it is all an exposure', () => {
    const inCoins = account([apart(3, 1)], { settlement: { kind: 'coin', underlying: 'ETH' }, equity: settlement(7) });
    expect([coinEquity(inCoins), coinEquity(account([apart(3, 1)]))]).toEqual([settlement(10), 0n]);
  });
});

describe('how much of its margin an account needs', () => {
  it('is what the worst of its margins needs', () => {
    expect(worstMarginUse(account([]))).toEqual({ kind: 'share', wad: 20_000_000_000_000_000n });
    expect(worstMarginUse(account([apart(10_000, 2_000), apart(10_000, 100)]))).toEqual({ kind: 'share', wad: 200_000_000_000_000_000n });
    expect(worstMarginUse(account([apart(0, 2_000)]))).toEqual({ kind: 'exhausted' });
    expect(worstMarginUse(account([], { maintenanceMargin: known(settlement(0), WALL) }))).toEqual({ kind: 'none' });
  });

  it('is unknown where one of them is, unless another is used up', () => {
    expect(worstMarginUse(account([apart(10_000, null)]))).toMatchObject({ kind: 'unknown' });
    expect(worstMarginUse(account([], { maintenanceMargin: unknown('not told') }))).toMatchObject({ kind: 'unknown' });
    expect(worstMarginUse(account([apart(10_000, null), apart(0, 1)]))).toEqual({ kind: 'exhausted' });
    // Nothing shares the account's margin: what is not told of it says nothing.
    expect(worstMarginUse(account([apart(10_000, 1_000)], { marginMode: 'isolated', maintenanceMargin: unknown('not told') }))).toEqual({ kind: 'share', wad: 100_000_000_000_000_000n });
  });
});
