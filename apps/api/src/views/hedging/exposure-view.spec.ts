import { describe, expect, it } from 'vitest';
import { aged, known, unknown, type DerivativeAccount } from '@ballast/positions';
import { WAD } from '@ballast/units';
import { WALL, aPerpPosition, aPerpetual, contracts, usd } from '../../../../../test/factories/derivatives.js';
import { aCollateralLeg, aDebtLeg, aLendingPosition } from '../../../../../test/factories/lending-position.js';
import { aStoredAccount } from '../../../../../test/factories/stored-venues.js';
import { underlyingExposure as shape } from '../../contract/hedging-schemas.js';
import { headlineOf, isExposed, priceOf, underlyingExposureView, type ExposureFacts } from './exposure-view.js';

/** 10 WETH at 3,000 against 20,000 USDC. */
const loan = aLendingPosition({ collaterals: [aCollateralLeg({ rate: { kind: 'rate', underlying: 'ETH', rateE18: WAD } })], debts: [aDebtLeg({ rate: { kind: 'rate', underlying: 'USD', rateE18: WAD } })] });
const read = { position: loan, reading: aged(known(loan, WALL), WALL, 30_000) };
const holding = (size: number, change: Partial<DerivativeAccount> = {}) => aStoredAccount({}, { positions: size === 0 ? [] : [aPerpPosition({ contracts: contracts(size) })], ...change });
const view = (change: Partial<ExposureFacts> = {}) => {
  const accounts = [holding(-6)];
  return shape.parse(underlyingExposureView({ underlying: 'ETH', environment: 'paper', loans: [read], accounts, instruments: [aPerpetual()], legs: new Set(accounts.map(({ id }) => id)), now: WALL, freshForMs: 30_000, ...change }));
};

describe('the exposure in one underlying', () => {
  it('is what is held without the hedge, the hedge, and both together', () => {
    expect(view()).toMatchObject({ underlying: 'ETH', parts: [{ label: 'Aave v3 loan', what: 'lending', delta: { low: '10', high: '10' }, freshness: 'fresh' }], before: { low: '10', high: '10' }, hedge: { low: '-6', high: '-6' }, after: { low: '4', high: '4' }, priceUsd: '3000', onePercentFallUsd: '120.00' });
  });

  it('counts what no hedge put into an account among the parts', () => {
    const told = view({ legs: new Set() });
    expect(told).toMatchObject({ before: { low: '4', high: '4' }, hedge: { low: '0', high: '0' } });
    expect(told.parts.map(({ label, delta }) => [label, delta?.low])).toEqual([['Aave v3 loan', '10'], ['Hyperliquid', '-6']]);
  });

  it('is unknown where an account was not read, and never nothing', () => {
    const unread = aStoredAccount({ reading: unknown('It was not read yet.') });
    expect(view({ accounts: [unread], legs: new Set([unread.id]) })).toMatchObject({ before: { low: '10', high: '10' }, hedge: null, after: null, onePercentFallUsd: null });
  });

  it('is there as soon as a part or a hedge is', () => {
    expect(isExposed(view())).toBe(true);
    expect(isExposed(view({ loans: [], accounts: [], legs: new Set() }))).toBe(false);
    expect(isExposed(view({ loans: [] }))).toBe(true);
  });
});

describe('the price of an underlying', () => {
  it('is the protocol’s before the venue’s mark, and none where neither tells one', () => {
    const facts = { underlying: 'ETH', loans: [read], accounts: [aStoredAccount({}, { positions: [aPerpPosition({ markUsdE8: known(usd(2_990), WALL) })] })], instruments: [aPerpetual()] } as const;
    expect(priceOf(facts)).toBe(usd(3_000));
    expect(priceOf({ ...facts, loans: [] })).toBe(usd(2_990));
    expect(priceOf({ ...facts, loans: [], accounts: [] })).toBeNull();
    expect(priceOf({ ...facts, underlying: 'BTC' })).toBeNull();
  });
});

describe('the finding of the page', () => {
  const exposure = (change: Partial<ReturnType<typeof view>> = {}) => ({ ...view(), ...change });
  it.each([
    ['nothing is exposed', [], 'Nothing here moves with ETH or BTC'],
    ['a hedge is paper', [exposure()], 'PAPER: If ETH falls 1%, you lose $120 instead of $300'],
    ['a hedge is live', [exposure({ environment: 'live' })], 'If ETH falls 1%, you lose $120 instead of $300'],
    ['nothing is hedged', [exposure({ environment: 'live', hedge: { low: '0', high: '0' }, after: { low: '10', high: '10' }, onePercentFallUsd: '300.00' })], 'If ETH falls 1%, you lose $300'],
    ['a fall brings something', [exposure({ environment: 'live', onePercentFallUsd: '-30.99' })], 'If ETH falls 1%, you gain $30 instead of $300'],
    ['something is unknown', [exposure({ onePercentFallUsd: null })], 'Nobody can tell now what a fall of ETH would cost you'],
    ['there is both: live alone', [exposure({ onePercentFallUsd: null }), exposure({ environment: 'live' })], 'If ETH falls 1%, you lose $120 instead of $300'],
  ])('where %s', (_, exposures, headline) => expect(headlineOf(exposures)).toBe(headline));
});
