import { ON_AAVE, type MandatePlace } from '@ballast/policy';
import { address, chainId, hash32, type Address } from '@ballast/units';
import { concat, randomBytes } from 'ethers';
import { describe, expect, it } from 'vitest';
import { mandateTerms } from '../../../../test/factories/mandate.js';
import { activatedIn, activationOf } from './activation-data.js';
import { encodeActivate, encodeRepay, encodeSet } from './calls.js';
import { GUARDS } from './signed-form.js';
import { encodeMultiSend } from './safe-batch.js';
import { mandateHash } from './typed-data.js';

const CHAIN = chainId(1);
const at = address(`0x${'1'.repeat(40)}`);
const [collateralMarket, debtMarket] = [address(`0x${'2'.repeat(40)}`), address(`0x${'3'.repeat(40)}`)];
const SIGNATURE = `0x${'4'.repeat(130)}` as const;
const terms = mandateTerms({});
const { collateral: _collateral, debt: _debt, ...tokenless } = terms;
const PLACES: readonly (readonly [MandatePlace, object])[] = [
  [ON_AAVE, terms],
  [{ guard: 'MorphoGuard', marketId: hash32(`0x${'5'.repeat(64)}`) }, tokenless],
  [{ guard: 'VenusGuard', collateralMarket, debtMarket }, tokenless],
];

describe.each(PLACES)('calldata for %o', (place, expected) => {
  const mandate = { place, terms };
  const hash = mandateHash(CHAIN, at, mandate);
  const guard = { kind: place.guard, at };

  it('of the guard\'s own functions tells the terms', () => {
    for (const input of [encodeActivate(mandate, SIGNATURE), encodeSet(mandate)]) expect(activationOf(CHAIN, guard, hash, input)).toEqual({ place, terms: expected });
  });

  it('is found inside a wallet\'s call, whatever is around it', () => {
    const batch = encodeMultiSend([{ to: collateralMarket, data: '0x12345678' }, { to: at, data: encodeSet(mandate) }]);
    const wrapped = concat(['0xaabbccdd', randomBytes(13), GUARDS[place.guard].getFunction('set')!.selector, encodeSet(mandate), randomBytes(7)]) as `0x${string}`;
    for (const input of [batch, wrapped]) expect(activationOf(CHAIN, guard, hash, input)).toEqual({ place, terms: expected });
  });

  it('with one field altered, of another guard or chain, cut off, or of another call tells nothing', () => {
    const altered = { place, terms: { ...terms, maxCostBps: (terms.maxCostBps + 1n) as typeof terms.maxCostBps } };
    expect(activationOf(CHAIN, guard, hash, encodeSet(altered))).toBeNull();
    expect(activationOf(chainId(2), guard, hash, encodeSet(mandate))).toBeNull();
    expect(activationOf(CHAIN, { ...guard, at: debtMarket as Address }, hash, encodeSet(mandate))).toBeNull();
    expect(activationOf(CHAIN, guard, hash, encodeSet(mandate).slice(0, -2) as `0x${string}`)).toBeNull();
    expect(activationOf(CHAIN, guard, hash, encodeRepay(mandate, { min: 1n, max: 2n, deadline: 3n }))).toBeNull();
    expect(activationOf(CHAIN, guard, hash, '0x')).toBeNull();
  });
});

it('the event names the mandate and its owner', () => {
  const owner = address(`0x${'6'.repeat(40)}`);
  const hash = hash32(`0x${'7'.repeat(64)}`);
  for (const [guard, rest] of [['AaveGuard', [at, at]], ['MorphoGuard', [hash]]] as const) {
    const { topics, data } = GUARDS[guard].encodeEventLog('Activated', [hash, owner, ...rest]);
    expect(activatedIn(guard, { topics: topics.map(hash32), data: data as `0x${string}` })).toEqual({ hash, owner });
    expect(activatedIn(guard, { topics: [hash], data: '0x' })).toBeNull();
  }
});
