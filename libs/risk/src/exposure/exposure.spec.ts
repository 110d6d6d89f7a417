import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known, unknown, venueAccountId, type Reading, type TokenRate } from '@ballast/positions';
import { DERIBIT, WALL, aDerivativeAccount, aPerpPosition, aPerpetual, anInversePerpetual, anOption, anOptionPosition, coins, contracts, settlement, usd } from '../../../../test/factories/derivatives.js';
import { WETH, aCollateralLeg, anAddress, aDebtLeg, aLendingPosition } from '../../../../test/factories/lending-position.js';
import { checkGreeks, exposureOf, ownGreeks, withOwnGreeks, type DeltaInterval, type ExposureInput } from '../index.js';

const ETH: TokenRate = { kind: 'rate', underlying: 'ETH', rateE18: 10n ** 18n };
const STAKED: TokenRate = { kind: 'rate', underlying: 'ETH', rateE18: 1_200_000_000_000_000_000n };
const DOLLAR: TokenRate = { kind: 'rate', underlying: 'USD', rateE18: 10n ** 18n };

const of = (change: Partial<ExposureInput>) => exposureOf({ underlying: 'ETH', now: WALL, loans: [], accounts: [], instruments: [aPerpetual(), anInversePerpetual(), anOption()], ...change });
const read = <T>(value: T): { readonly id: string; readonly account: Reading<T> } => ({ id: 'a', account: known(value, WALL) });
const middle = (delta: DeltaInterval): number => (delta.kind === 'unbounded' ? NaN : Number(delta.lo + delta.hi) / 2e18);
const width = (delta: DeltaInterval): bigint => (delta.kind === 'unbounded' ? -1n : delta.hi - delta.lo);

describe('exposure', () => {
  it('counts what is supplied less what is owed through the rates of wrappers, and dollars not at all', () => {
    const loan = aLendingPosition({ collaterals: [aCollateralLeg({ asset: { ...WETH, symbol: 'wstETH', address: anAddress(0x57) }, rate: STAKED })], debts: [aDebtLeg({ rate: DOLLAR }), aDebtLeg({ asset: WETH, amount: 3n * 10n ** 18n, rate: ETH })] });
    const { delta, isFresh } = of({ loans: [{ id: loan.id, loan: known(loan, WALL) }] });
    expect(middle(delta)).toBeCloseTo(10 * 1.2 - 3, 12);
    expect(width(delta)).toBeLessThanOrEqual(3n);
    expect(isFresh).toBe(true);
  });

  it('takes a linear perpetual as its coins, and short beside a loan as less', () => {
    const loan = aLendingPosition({ collaterals: [aCollateralLeg({ rate: ETH })], debts: [aDebtLeg({ rate: DOLLAR })] });
    const { delta, higher } = of({ loans: [{ id: loan.id, loan: known(loan, WALL) }], accounts: [read(aDerivativeAccount({ positions: [aPerpPosition({ contracts: contracts(-4) })] }))] });
    expect(middle(delta)).toBeCloseTo(6, 12);
    // 4 ETH short at 3,000 receive 0.00125% an hour.
    expect(higher.thetaUsdPerDay).toBeCloseTo(4 * 3_000 * 0.0000125 * 24, 9);
  });

  it('of a coin-margined short stays the same at every price: none at 1x, -X where N = (C + X) S0', () => {
    const [cash, entry] = [10, 3_000];
    for (const [outside, expected] of [[0, 0], [10, -10]] as const) {
      const dollars = (cash + outside) * entry;
      for (const mark of [1_200, 2_500, 3_000, 3_700, 5_900]) {
        const equity = cash - dollars * (1 / entry - 1 / mark);
        const account = aDerivativeAccount({
          ...DERIBIT, id: venueAccountId(DERIBIT, 'main.ETH'), settlement: { kind: 'coin', underlying: 'ETH' }, equity: settlement(equity),
          positions: [aPerpPosition({ account: venueAccountId(DERIBIT, 'main.ETH'), instrument: anInversePerpetual().id, contracts: contracts(-dollars), markUsdE8: known(usd(mark), WALL) })],
        });
        expect(middle(of({ accounts: [read(account)] }).delta)).toBeCloseTo(expected, 6);
      }
    }
  });

  it('takes the premium off an option where the account holds it in coins, and not where it is in dollars', () => {
    const own = ownGreeks({ option: anOption(), forwardUsd: 3_000, volatility: 0.62, now: WALL });
    const inDollars = of({ accounts: [read(aDerivativeAccount({ ...DERIBIT, positions: [anOptionPosition({ contracts: contracts(100) })] }))] });
    expect(middle(inDollars.delta)).toBeCloseTo(100 * own.delta, 8);
    const inCoins = of({ accounts: [read(aDerivativeAccount({ ...DERIBIT, settlement: { kind: 'coin', underlying: 'ETH' }, equity: settlement(5), positions: [anOptionPosition({ contracts: contracts(100) })] }))] });
    expect(middle(inCoins.delta)).toBeCloseTo(5 + 100 * (own.delta - own.valueCoin), 8);
    expect(inDollars.higher.gammaPerUsd).toBeCloseTo(100 * own.gamma, 12);
    expect(inDollars.higher.vegaUsdPerVolPoint).toBeCloseTo(100 * own.vega, 12);
  });

  it('is an interval where a part is stale, and has none where a part is unknown', () => {
    const loan = aLendingPosition({ collaterals: [aCollateralLeg({ rate: ETH })], debts: [aDebtLeg({ rate: DOLLAR })] });
    const stale = of({ loans: [{ id: loan.id, loan: { kind: 'stale', value: loan, at: WALL - 1 } }] });
    expect(stale.isFresh).toBe(false);
    expect(stale.delta).toMatchObject({ kind: 'interval', lo: 0n });
    expect(stale.delta.kind === 'interval' && stale.delta.hi >= coins(10)).toBe(true);
    for (const gone of [of({ loans: [{ id: 'x', loan: unknown('no node') }] }), of({ accounts: [{ id: 'a', account: unknown('503') }] }), of({ accounts: [read(aDerivativeAccount({ positions: [aPerpPosition()] }))], instruments: [] })]) {
      expect([gone.delta.kind, gone.isFresh]).toEqual(['unbounded', false]);
    }
    const noRate = aLendingPosition({ collaterals: [aCollateralLeg({ rate: { kind: 'no-rate', underlying: 'ETH' } })], debts: [aDebtLeg({ rate: DOLLAR })] });
    expect(of({ loans: [{ id: 'x', loan: known(noRate, WALL) }] }).delta.kind).toBe('unbounded');
    expect(of({ loans: [{ id: 'x', loan: known(aLendingPosition(), WALL) }] }).delta.kind).toBe('unbounded');
  });

  it('of an option that cannot be valued is anything up to its size', () => {
    const blind = of({ accounts: [read(aDerivativeAccount({ ...DERIBIT, positions: [anOptionPosition({ contracts: contracts(-7), markVolatility: unknown('not told') })] }))] });
    expect(blind.delta).toEqual({ kind: 'interval', lo: coins(-7), hi: coins(7) });
    expect(blind.higher).toMatchObject({ kind: 'partial' });
    const old = of({ accounts: [read(aDerivativeAccount({ ...DERIBIT, positions: [anOptionPosition({ contracts: contracts(7), markVolatility: { kind: 'stale', value: 0.62, at: WALL } })] }))] });
    expect(old.delta).toEqual({ kind: 'interval', lo: coins(-7), hi: 0n });
  });

  it('needs the mark of what is counted in dollars, and not of what is counted in coins', () => {
    const blind = { markUsdE8: unknown('no price') };
    expect(middle(of({ accounts: [read(aDerivativeAccount({ positions: [aPerpPosition(blind)] }))] }).delta)).toBe(-10);
    expect(of({ accounts: [read(aDerivativeAccount({ ...DERIBIT, positions: [aPerpPosition({ ...blind, account: venueAccountId(DERIBIT, 'main'), instrument: anInversePerpetual().id })] }))] }).delta.kind).toBe('unbounded');
  });

  it('holds the true delta of options at any size', () => {
    fc.assert(fc.property(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: 500, max: 9_000 }), fc.integer({ min: 5, max: 300 }), (size, forward, vol) => {
      const position = anOptionPosition({ contracts: contracts(size), forwardUsdE8: known(usd(forward), WALL), markVolatility: known(vol / 100, WALL) });
      const { delta } = of({ accounts: [read(aDerivativeAccount({ ...DERIBIT, positions: [position] }))] });
      const own = ownGreeks({ option: anOption(), forwardUsd: forward, volatility: vol / 100, now: WALL });
      expect(delta.kind === 'interval' && Number(delta.lo) / 1e18 <= size * own.delta + 1e-9 && Number(delta.hi) / 1e18 >= size * own.delta - 1e-9).toBe(true);
      expect(width(delta)).toBeLessThanOrEqual(5_000n * 2_000_000n);
    }));
  });
});

describe('own Greeks', () => {
  // BTC-27SEP24-40000-C as Deribit recorded it: forward 38,992.71, IV 61.27%, 0.88297 years (hedging.md section 5).
  const left = 0.88297 * 365 * 86_400_000;
  const call = { type: 'call' as const, strikeUsdE8: usd(40_000), expiresAt: WALL + left, settlementWindowSeconds: 1_800 };
  const own = ownGreeks({ option: call, forwardUsd: 38_992.71, volatility: 0.6127, now: WALL });

  it('are what Deribit recorded', () => {
    expect(own.delta).toBeCloseTo(0.59621, 4);
    expect(Math.abs(own.vega - 141.90146)).toBeLessThan(0.01);
    expect(Math.abs(own.theta - -13.48784)).toBeLessThan(0.005);
    expect(own.gamma).toBeCloseTo(0.00001725, 8);
    expect(own.valueCoin).toBeCloseTo(0.2168, 4);
    expect(own.delta - own.valueCoin).toBeCloseTo(0.3794, 4);
  });

  it('are checked against the venue in one convention', () => {
    const venue = { convention: own.convention, delta: 0.59621, gamma: 0.00002, vega: 141.90146, theta: -13.48784 };
    expect(checkGreeks(own, venue, 38_992.71).kind).toBe('agree');
    expect(checkGreeks(own, { ...venue, convention: { ...own.convention, delta: 'PA', unit: 'coin' }, delta: 0.3794, vega: 141.90146 / 38_992.71 }, 38_992.71).kind).toBe('agree');
    expect(checkGreeks(own, { ...venue, delta: own.delta - 0.021 }, 38_992.71).kind).toBe('differ');
    expect(checkGreeks(own, { ...venue, vega: own.vega * 1.06 }, 38_992.71).kind).toBe('differ');
    expect(checkGreeks(own, { ...venue, vega: own.vega * 1.04, delta: own.delta + 0.019 }, 38_992.71).kind).toBe('agree');
    expect(checkGreeks(own, { ...venue, delta: NaN }, 38_992.71).kind).toBe('not-comparable');
  });

  it('fade in the last half hour, and are gone at expiry', () => {
    const deep = { ...call, strikeUsdE8: usd(10_000) };
    const at = (minutes: number) => ownGreeks({ option: deep, forwardUsd: 38_992.71, volatility: 0.6, now: deep.expiresAt - minutes * 60_000 });
    expect(at(30).delta).toBeCloseTo(1, 9);
    expect(at(15).delta).toBeCloseTo(0.5, 9);
    expect(at(3).delta).toBeCloseTo(0.1, 9);
    expect([at(0).delta, at(-5).delta, at(0).vega]).toEqual([0, 0, 0]);
  });

  it('are put beside the venue’s on the account', () => {
    const account = aDerivativeAccount({ ...DERIBIT, positions: [anOptionPosition()] });
    const [position] = withOwnGreeks(account, [anOption()], WALL).positions;
    expect(position?.kind === 'option' && position.ownGreeks.kind).toBe('known');
    const [lost] = withOwnGreeks(account, [], WALL).positions;
    expect(lost?.kind === 'option' && lost.ownGreeks.kind).toBe('unknown');
  });
});
