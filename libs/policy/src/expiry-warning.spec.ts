import { describe, expect, it } from 'vitest';
import { BLOCK_TIME } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { expiryWarning } from './index.js';

const DAY = 86_400n;
const endingIn = (seconds: bigint, status: 'active' | 'signed' | 'revoked' = 'active') => expiryWarning(aMandate({ status, terms: { expiry: BLOCK_TIME + seconds } }), BLOCK_TIME);

describe('the warning before a mandate ends', () => {
  it('is due at seven days and at one, to the second', () => {
    expect([endingIn(7n * DAY + 1n), endingIn(7n * DAY), endingIn(DAY + 1n), endingIn(DAY), endingIn(0n)]).toEqual([null, 7, 7, 1, 1]);
  });

  it('is none once it has ended: that is told as its end', () => {
    expect(endingIn(-1n)).toBeNull();
  });

  it('is none for a mandate that is not in force', () => {
    expect([endingIn(DAY, 'signed'), endingIn(DAY, 'revoked')]).toEqual([null, null]);
  });
});
