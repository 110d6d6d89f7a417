import type { BlockRef } from '@ballast/connectors';
import type { FillFinder } from '@ballast/execution';
import type { Mandate } from '@ballast/policy';
import { expect, it, vi } from 'vitest';
import { aMandate } from '../../../../test/factories/mandate.js';
import { anAddress } from '../../../../test/factories/lending-position.js';
import { FillLook } from './fill-look.js';

const blockAt = (number: bigint): BlockRef => ({ number, hash: `0x${number.toString(16).padStart(64, '0')}` as BlockRef['hash'], timestamp: number });
const under = (keepers: number): Mandate => {
  const mandate = aMandate();
  return { ...mandate, terms: { ...mandate.terms, keepers: anAddress(keepers) } };
};

it('asks ahead for the fillers that were asked for of late, and whoever needs one then asks no more', async () => {
  const fillerFor = vi.fn(async (_block: BlockRef, _mandate: Mandate) => anAddress(9));
  const look = new FillLook({ fillerFor } as unknown as FillFinder);
  look.ahead(blockAt(1n));
  expect(fillerFor).not.toHaveBeenCalled();
  await Promise.all([look.fillerFor(blockAt(1n), under(1)), look.fillerFor(blockAt(1n), under(1)), look.fillerFor(blockAt(1n), under(2))]);
  expect(fillerFor).toHaveBeenCalledTimes(2);

  look.ahead(blockAt(2n));
  expect(fillerFor.mock.calls.slice(2).map(([block, { terms }]) => [block.number, terms.keepers])).toEqual([[2n, anAddress(1)], [2n, anAddress(2)]]);
  expect(await look.fillerFor(blockAt(2n), under(2))).toBe(anAddress(9));
  expect(fillerFor).toHaveBeenCalledTimes(4);
});

it('asks again for what failed ahead', async () => {
  const fillerFor = vi.fn(async () => anAddress(9));
  const look = new FillLook({ fillerFor } as unknown as FillFinder);
  await look.fillerFor(blockAt(1n), under(1));
  fillerFor.mockRejectedValueOnce(new Error('the node does not answer'));
  look.ahead(blockAt(2n));
  await new Promise((turn) => setImmediate(turn));
  expect(await look.fillerFor(blockAt(2n), under(1))).toBe(anAddress(9));
});
