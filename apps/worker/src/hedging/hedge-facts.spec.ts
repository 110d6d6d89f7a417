import { WAD } from '@ballast/units';
import { unknown, venueAccountId } from '@ballast/positions';
import { describe, expect, it } from 'vitest';
import { DERIBIT, HYPERLIQUID, anInversePerpetual, anOption, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aLeg, aSentOrder } from '../../../../test/factories/hedge.js';
import { paidUsd, premiumsOf } from './hedge-facts.js';

const NO_PRICE = { kind: 'no-price' } as const;
const unread = aLeg({ change: { market: unknown('503') } });
/** Ten paid in fees, four received in funding. */
const costs = (account = venueAccountId(HYPERLIQUID, 'gone'), change: object = {}) => ({ account, settlement: { kind: 'usd', token: 'USDC' } as const, fees: settlement(10), funding: settlement(4), ...change });
const inCoins = costs(venueAccountId(DERIBIT, 'gone.ETH'), { settlement: { kind: 'coin', underlying: 'ETH' }, fees: WAD / 1_000n, funding: 0n });

describe('what a hedge was paid for', () => {
  it('is that of all accounts, also of those that carry it no more', () => {
    expect(paidUsd([costs(aLeg().id), costs()], [aLeg()], NO_PRICE)).toBe(usd(12));
    expect(paidUsd([costs()], [], NO_PRICE)).toBe(usd(6));
  });

  it('counts coins at the mark, or else at the oracle’s price; where nothing tells one, or the account was never read, they wait', () => {
    expect(paidUsd([inCoins], [unread, aLeg()], NO_PRICE)).toBe(usd(3));
    expect(paidUsd([inCoins], [unread], { kind: 'price', usdE8: usd(2_000), at: 0 })).toBe(usd(2));
    expect(paidUsd([inCoins, costs()], [unread], NO_PRICE)).toBe(usd(6));
    expect(paidUsd([costs(undefined, { settlement: null })], [aLeg()], NO_PRICE)).toBe(0n);
  });
});

describe('what puts were bought for', () => {
  const account = venueAccountId(DERIBIT, 'main.ETH');
  const plan = { puts: { kind: 'account', account }, legs: [], leaving: [] } as const;
  const perpetual = anInversePerpetual().id;
  const bought = (change: object = {}) => aSentOrder({ account, instrument: anOption().id, side: 'buy', notionalUsdE8: usd(700), ...change });

  it('is every purchase of an option in the account for them, also of one that is listed no more, and no sale is taken off', () => {
    expect(premiumsOf([bought(), bought({ side: 'sell', reduceOnly: true }), bought({ isRejected: true }), bought({ account: venueAccountId(DERIBIT, 'other.ETH') }), bought({ instrument: perpetual })], plan, new Set([perpetual]))).toBe(usd(700));
    // Of a perpetual that is a leg it is known also while nothing is listed.
    expect(premiumsOf([bought({ instrument: perpetual })], { ...plan, legs: [{ account, instrument: perpetual, maxNotionalUsdE8: usd(1) }] }, new Set())).toBe(0n);
    expect(premiumsOf([bought()], { ...plan, puts: { kind: 'none' } }, new Set())).toBe(0n);
  });
});
