import { afterEach, expect, inject, it } from 'vitest';
import { HedgeStage } from './hedge-stage.js';

let stage: HedgeStage;
afterEach(() => stage.close());

it('a hedge with a margin of its own is given what lies free in its account before anything of it is closed', async () => {
  stage = await HedgeStage.open(inject('postgresUrl'));
  await stage.margin('isolated', 2);
  await stage.hedged(-20, 0.5);
  const before = await stage.held();
  // 30,000 dollars of margin at 3,000 are about 3,000 at 4,350, and 1,740 have to be kept.
  for (let turn = 0; turn < 3; turn += 1) {
    await stage.moment('20', '4350');
    await stage.turn();
  }
  expect(await stage.moves()).toEqual(['DONE']);
  expect(await stage.held()).toBe(before);
  expect((await stage.notices('account.protected')).map(({ data }) => data['action'])).toEqual(['add-margin']);
  expect(await stage.notices('hedge.deposit-needed')).toEqual([]);
});
