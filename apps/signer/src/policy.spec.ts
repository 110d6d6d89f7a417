import { FILLER_SELECTORS, KEEPER_SELECTORS } from '@ballast/execution/planner';
import { address, chainId } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { FILLER_FUNCTIONS, GUARD_FUNCTIONS, policyOf } from './policy.js';

const account = (digit: string) => address(`0x${digit.repeat(40)}`);

describe('the signer\'s policy', () => {
  it('knows the functions that the planner calls, and no more, without asking it', () => {
    expect([...GUARD_FUNCTIONS].sort()).toEqual([...KEEPER_SELECTORS].sort());
    expect([...FILLER_FUNCTIONS].sort()).toEqual([...FILLER_SELECTORS].sort());
  });

  it('is made of the address book alone', () => {
    const book = {
      ballast: { aaveGuard: account('1'), keepers: account('2'), aaveFiller: account('3'), venusGuard: account('4') },
      tokens: [{ address: account('5'), symbol: 'A', decimals: 18, aToken: account('6') }, { address: account('7'), symbol: 'B', decimals: 6 }],
    };
    expect(policyOf(chainId(1), book, { maxFeePerGas: 9n, maxGasLimit: 8n })).toMatchObject({
      chainId: 1, guards: [account('1'), account('4')], fillers: [account('3')], keepers: [account('2')], tokens: [account('5'), account('6'), account('7')], maxFeePerGas: 9n, maxGasLimit: 8n,
    });
  });
});
