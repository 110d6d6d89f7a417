import { Interface } from 'ethers';
import { describe, expect, it } from 'vitest';
import { aaveFillerAbi, aaveGuardAbi, decodeRevert, fillerErrorsAbi, guardErrorsAbi } from './index.js';

const guard = new Interface(aaveGuardAbi);

describe('decodeRevert', () => {
  it("names the guard's error with its arguments", () => {
    expect(decodeRevert(guard.encodeErrorResult('BelowBand', [5n, 7n]))).toEqual({ source: 'guard', name: 'BelowBand', args: { hfAfter: '5', minHf: '7' } });
  });

  it('names every error of the guard by its bare selector, as a preview gives it', () => {
    for (const { name } of guardErrorsAbi) {
      expect(decodeRevert(guard.getError(name)?.selector as string)).toEqual({ source: 'guard', name, args: {} });
    }
  });

  it("names the venue's error", () => {
    expect(decodeRevert('0x6679996d')).toEqual({ source: 'venue', name: 'HealthFactorLowerThanLiquidationThreshold', args: {} });
  });

  it("names the filler's errors, and as the guard's those that both have", () => {
    const filler = new Interface(aaveFillerAbi);
    expect(decodeRevert(filler.encodeErrorResult('SwapTooSmall', [5n, 7n]))).toEqual({ source: 'filler', name: 'SwapTooSmall', args: { held: '5', needed: '7' } });
    for (const { name } of fillerErrorsAbi) {
      const source = ['NotKeeper', 'DeadlinePassed', 'Reentered'].includes(name) ? 'guard' : 'filler';
      expect(decodeRevert(filler.getError(name)?.selector as string)).toEqual({ source, name, args: {} });
    }
  });

  it("passes a token's message on", () => {
    const message = new Interface(['error Error(string)']).encodeErrorResult('Error', ['ERC20: insufficient allowance']);
    expect(decodeRevert(message)).toMatchObject({ source: 'message', name: 'Error', args: { 0: 'ERC20: insufficient allowance' } });
  });

  it('says unknown to a foreign selector and to a revert without data', () => {
    expect(decodeRevert('0xdeadbeef')).toEqual({ source: 'unknown', name: '0xdeadbeef', args: {} });
    expect(decodeRevert('0x')).toEqual({ source: 'unknown', name: '0x', args: {} });
  });

  it('does not fail on arguments cut short', () => {
    expect(decodeRevert(guard.encodeErrorResult('BelowBand', [5n, 7n]).slice(0, 40))).toEqual({ source: 'guard', name: 'BelowBand', args: {} });
  });
});
