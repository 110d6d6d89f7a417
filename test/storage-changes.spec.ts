import { expect, it } from 'vitest';
import { CHANGE_CHANNEL as JOBS_CHANNEL, changeEvent, type ChangeEvent } from '@ballast/jobs';
import { CHANGE_CHANNEL, type Change } from '@ballast/storage';

// storage may not import jobs, so it declares the changes itself; these hold the two together, at compile time and at run time.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const sameShape: Same<Change, ChangeEvent> = true;

it('storage announces changes in the very shape that libs/jobs declares', () => {
  const about = { positionId: '31337-aave-v3-0x1', account: '0x1' };
  const changes: Change[] = [
    { type: 'chain', chainId: 31337 }, { type: 'position', ...about }, { type: 'decision', ...about }, { type: 'intent', ...about }, { type: 'mandate', ...about }, { type: 'delivery', account: '0x1' }, { type: 'hedge', account: '0x1' },
  ];
  for (const change of changes) expect(changeEvent.parse(JSON.parse(JSON.stringify(change)))).toEqual(change);
  expect(CHANGE_CHANNEL).toBe(JOBS_CHANNEL);
  expect(sameShape).toBe(true);
});
