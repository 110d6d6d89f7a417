import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, hash32, type Address } from '@ballast/units';
import { touchedAccounts } from './touched-accounts.js';

const anAccount = fc.bigInt({ min: 1n << 100n, max: (1n << 160n) - 1n }).map((value) => address(`0x${value.toString(16).padStart(40, '0')}`));
const word = (account: Address): string => account.slice(2).padStart(64, '0');

describe('the accounts that logs name', () => {
  it('are those in a topic or in a word of the data, and no others', () => {
    fc.assert(fc.property(fc.uniqueArray(anAccount, { minLength: 3, maxLength: 3 }), ([inTopic, inData, absent]) => {
      const log = { topics: [hash32(`0x${'f'.repeat(64)}`), hash32(`0x${word(inTopic as Address)}`)], data: `0x${'0'.repeat(63)}7${word(inData as Address)}${'f'.repeat(64)}` as const };
      const tracked = new Set([inTopic, inData, absent]);
      expect(touchedAccounts([log], (account) => tracked.has(account))).toEqual(new Set([inTopic, inData]));
      expect(touchedAccounts([log], () => false)).toEqual(new Set());
    }));
  });

  it('are not told by data that is cut short or by a word that is no address', () => {
    const account = address(`0x${'a'.repeat(40)}`);
    const logs = [{ topics: [], data: `0x${word(account).slice(1)}` as const }, { topics: [hash32(`0x1${word(account).slice(1)}`)], data: '0x' as const }];
    expect(touchedAccounts(logs, () => true)).toEqual(new Set());
  });
});
