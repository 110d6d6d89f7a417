import { describe, expect, it } from 'vitest';
import type { VenueReader } from '@ballast/readers';
import { RpcUnreachable } from '@ballast/connectors';
import { address, hash32, type Address } from '@ballast/units';
import { aLendingPosition } from '../../../../test/factories/lending-position.js';
import { readExactly } from './exact-reads.js';

const accounts = [1, 2, 3, 4, 5].map((digit) => address(`0x${String(digit).repeat(40)}`));
const block = { number: 7n, hash: hash32(`0x${'ab'.repeat(32)}`), timestamp: 1_700_000_000n } as const;

/** Accounts in `broken` spoil every answer that they are part of; of the others only the first has a loan. */
function readerOf(broken: readonly Address[], failure: Error = new Error('an answer that cannot be used')): VenueReader {
  return {
    protocol: 'aave-v3',
    liquidations: () => Promise.reject(new Error('not asked for')),
    read: async (asked) => {
      if (asked.some((account) => broken.includes(account))) throw failure;
      return asked.filter((account) => account === accounts[0]).map((account) => aLendingPosition({ account }));
    },
  };
}

describe('accounts that are read exactly', () => {
  it('are all known, those without a loan too', async () => {
    const { positions, known } = await readExactly(readerOf([]), accounts, block);
    expect(positions.map(({ account }) => account)).toEqual([accounts[0]]);
    expect(known).toEqual(accounts);
  });

  it('are known but for the one that cannot be read', async () => {
    const { positions, known } = await readExactly(readerOf([accounts[3] as Address]), accounts, block);
    expect(positions).toHaveLength(1);
    expect(known).toEqual(accounts.filter((_, index) => index !== 3));
  });

  it('are nobody’s fault where the node does not answer', async () => {
    const silent = new RpcUnreachable('http://127.0.0.1:1', 'eth_call', 'no answer');
    await expect(readExactly(readerOf(accounts, silent), accounts, block)).rejects.toBe(silent);
  });
});
