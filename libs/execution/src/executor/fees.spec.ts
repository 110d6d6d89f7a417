import type { IntentTransaction } from '@ballast/policy';
import { address } from '@ballast/units';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshFees, outbidding } from './fees.js';

const settings = { tip: 2n, maxFeePerGas: 1_000n };
const offered = (maxFeePerGas: bigint, maxPriorityFeePerGas: bigint): IntentTransaction => ({
  id: 't', lane: address(`0x${'1'.repeat(40)}`), nonce: 0n, purpose: 'call', hash: null, raw: null, gasLimit: 1n, maxFeePerGas, maxPriorityFeePerGas, broadcastAt: null,
});

describe('fees', () => {
  it('offer twice the base fee and the tip, at most the ceiling', () => {
    expect(freshFees(100n, settings)).toEqual({ maxFeePerGas: 202n, maxPriorityFeePerGas: 2n });
    expect(freshFees(800n, settings)).toEqual({ maxFeePerGas: 1_000n, maxPriorityFeePerGas: 2n });
    expect(freshFees(1_001n, settings)).toBeNull();
  });

  it('of a replacement raise both parts by an eighth over the highest so far', () => {
    expect(outbidding([offered(200n, 8n), offered(400n, 16n)], 10n, settings)).toEqual({ maxFeePerGas: 450n, maxPriorityFeePerGas: 18n });
    expect(outbidding([offered(100n, 2n)], 300n, settings)).toEqual({ maxFeePerGas: 602n, maxPriorityFeePerGas: 3n });
    expect(outbidding([offered(900n, 2n)], 10n, settings)).toBeNull();
  });

  it('of a replacement are what nodes ask for, or none', () => {
    const fee = fc.bigInt(1n, 2_000n);
    fc.assert(fc.property(fee, fee, fee, (max, tip, base) => {
      const fees = outbidding([offered(max, tip < max ? tip : max)], base, settings);
      if (fees === null) return;
      expect(fees.maxFeePerGas * 10n).toBeGreaterThanOrEqual(max * 11n);
      expect(fees.maxPriorityFeePerGas * 10n).toBeGreaterThanOrEqual((tip < max ? tip : max) * 11n);
      expect(fees.maxFeePerGas).toBeLessThanOrEqual(settings.maxFeePerGas);
      expect(fees.maxPriorityFeePerGas).toBeLessThanOrEqual(fees.maxFeePerGas);
    }));
  });
});
