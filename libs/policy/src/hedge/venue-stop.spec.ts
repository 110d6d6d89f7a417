import { describe, expect, it } from 'vitest';
import { address, chainId } from '@ballast/units';
import { hedgeStopFor, strongestStop, weakestStop } from './venue-stop.js';

const owner = { chainId: chainId(1), owner: address(`0x${'a1'.repeat(20)}`) };
const nobody = address(`0x${'b2'.repeat(20)}`);

describe('stops of venues', () => {
  it('come to the one after which the least is sent', () => {
    expect(strongestStop([])).toBe('none');
    expect(weakestStop([])).toBe('none');
    expect(weakestStop(['cancel-all', 'flatten'])).toBe('flatten');
    expect(weakestStop(['cancel-all', 'none'])).toBe('none');
    expect(strongestStop(['flatten', 'no-grow'])).toBe('flatten');
    expect(strongestStop(['flatten', 'cancel-all', 'no-grow'])).toBe('cancel-all');
  });

  it('flatten nothing before that was confirmed', () => {
    expect(hedgeStopFor([{ level: 'flatten', isConfirmed: false }], [], owner)).toBe('no-grow');
    expect(hedgeStopFor([{ level: 'flatten', isConfirmed: true }], [], owner)).toBe('flatten');
  });

  it('take the kill switches of everything and of the owner with them, and no others', () => {
    expect(hedgeStopFor([], [{ scope: { kind: 'global' }, stops: 'all' }], owner)).toBe('cancel-all');
    expect(hedgeStopFor([], [{ scope: { kind: 'owner', ...owner }, stops: 'not-urgent' }], owner)).toBe('no-grow');
    expect(hedgeStopFor([], [
      { scope: { kind: 'owner', chainId: owner.chainId, owner: nobody }, stops: 'all' }, { scope: { kind: 'owner', chainId: chainId(2), owner: owner.owner }, stops: 'all' }, { scope: { kind: 'chain', chainId: owner.chainId }, stops: 'all' },
      { scope: { kind: 'protocol', chainId: owner.chainId, protocol: 'venus' }, stops: 'all' },
    ], owner)).toBe('none');
  });
});
