import { describe, expect, it } from 'vitest';
import { differencesAfter, reconcile, type Differences, type VenueLedger, type VenueOwner, type VenueSays } from '@ballast/policy';
import { address, chainId } from '@ballast/units';
import { WALL, aDerivativeAccount, aPerpPosition, aPerpetual, contracts } from '../../../../test/factories/derivatives.js';
import { noticesOfLook } from './look-notices.js';

const OWNER: VenueOwner = { chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`) };
const ETH = aPerpetual().id;
const LEDGER: VenueLedger = { held: new Map([[ETH, contracts(-10)]]), countedFills: new Set(), countedPayments: new Set(), intents: [], filledLately: [] };
const says = (held: number): VenueSays => ({ account: aDerivativeAccount({ positions: [aPerpPosition({ contracts: contracts(held) })] }), fills: [], payments: [] });

/** Looks one after the other, at which the venue says that so many contracts are held; the ids of what is told at each, those that the outbox has already left out. */
function looks(...held: readonly number[]): readonly number[] {
  let differences: Differences = new Map();
  const told = new Set<string>();
  return held.map((size, look) => {
    const result = reconcile(LEDGER, says(size), new Map());
    differences = differencesAfter(differences, result, WALL + look * 2_000);
    const fresh = noticesOfLook.happened(OWNER, says(size), LEDGER, result, differences).filter(({ id }) => !told.has(id));
    for (const { id } of fresh) told.add(id);
    return fresh.length;
  });
}

describe('a position that is not explained', () => {
  it('is told once for as long as it stands', () => expect(looks(-12, -12, -12)).toEqual([1, 0, 0]));
  it('is told anew where the same difference begins a second time', () => expect(looks(-12, -12, -10, -12, -12)).toEqual([1, 0, 0, 1, 0]));
  it('is told anew where it is another one', () => expect(looks(-12, -13, -12, -13)).toEqual([1, 1, 0, 0]));
});
