import { Logger } from '@nestjs/common';
import { beforeAll, expect, it } from 'vitest';
import { OPERATORS, type Notice, type Stop } from '@ballast/policy';
import { positionId } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { haltOnDefect } from './defects.js';
import { pageOf } from './operator-pages.js';

beforeAll(() => Logger.overrideLogger(false));

it('a defect stops everything at its protocol and calls people, before whoever found it goes on', async () => {
  const stops: Stop[] = [];
  const told: Notice[] = [];
  const halt = haltOnDefect({ stop: async (stop, tell) => { stops.push(stop); told.push(...(tell?.(new Date(0)) ?? [])); return true; } }, pageOf(chainId(1), 'Ethereum'));
  const plan = { positionId: positionId(1, 'morpho-blue', address(`0x${'a'.repeat(40)}`), `0x${'b'.repeat(64)}` as never) };
  await halt({ id: 'one', plan } as never, { code: 'own-balance-changed', message: 'The guard would have kept something.' });
  expect(stops).toEqual([{ scope: { kind: 'protocol', chainId: 1, protocol: 'morpho-blue' }, stops: 'all', setBy: 'defect', reason: 'an action of ours would not have done what it must: The guard would have kept something' }]);
  expect(told).toMatchObject([{ account: OPERATORS, kind: 'operator.page', severity: 'critical', data: { title: 'defect stopped everything at Morpho Blue on Ethereum', todo: expect.stringContaining('--breaker defect') } }]);
});

it('a stop that cannot be written keeps whoever found the defect from going on', async () => {
  const halt = haltOnDefect({ stop: () => Promise.reject(new Error('the disk is full')) }, pageOf(chainId(1), 'Ethereum'));
  await expect(halt({ id: 'one', plan: { positionId: positionId(1, 'aave-v3', address(`0x${'a'.repeat(40)}`)) } } as never, { code: 'no-effect', message: '' })).rejects.toThrow('full');
});
