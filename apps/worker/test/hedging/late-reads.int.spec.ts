import { afterEach, describe, expect, inject, it } from 'vitest';
import type { DerivativeAccount } from '@ballast/positions';
import { clientOf } from '../../../../libs/storage/src/database.js';
import { withMethods } from './broken-parts.js';
import { HedgeStage } from './hedge-stage.js';

let stage: HedgeStage;
afterEach(() => stage.close());

const NEAR = 0.5;

/** A venue whose orders are answered at once, and which tells the account, or its fills as well, as they were until it catches up. */
async function lagging(whose: 'account' | 'account and fills') {
  stage = await HedgeStage.open(inject('postgresUrl'));
  let then: DerivativeAccount | null = null;
  stage.restart(stage.process({ broken: ({ journal, line }) => ({ journal, line: { ...line, reader: withMethods(line.reader, {
    account: async (id) => (then === null ? line.reader.account(id) : { ...then, provenance: { ...then.provenance, observedAt: stage.now() } }),
    fills: async (id, from) => (then === null || whose === 'account' ? line.reader.fills(id, from) : { items: [], next: from, more: false }),
  }) } }) }));
  await stage.hedged(-20, NEAR);
  return {
    stays: async (): Promise<void> => void (then = await stage.connection.reader.account(stage.account)),
    catchesUp: (): void => void (then = null),
  };
}

/** Turns with this much collateral. */
async function turns(coins: string, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) {
    await stage.moment(coins);
    await stage.turn();
  }
}

describe('an account that is read as it was before an order', () => {
  it.each([['account', '10', -10], ['account and fills', '10', -10], ['account', '40', -40], ['account and fills', '40', -40]] as const)('late %s: with %s ETH of collateral every slice is executed once', async (whose, coins, wanted) => {
    const venue = await lagging(whose);
    const before = (await stage.orders()).length;
    await venue.stays();
    await turns(coins, 4);
    expect(Math.abs((await stage.held()) - wanted)).toBeLessThanOrEqual(2 * NEAR);
    expect((await stage.orders()).slice(0, -before).filter(({ intent }) => intent.filled > 0n)).toHaveLength(1);
    venue.catchesUp();
    await turns(coins, 3);
    expect(Math.abs((await stage.held()) - wanted)).toBeLessThanOrEqual(2 * NEAR);
    expect(await stage.notices('venue.unexplained')).toEqual([]);
  });

  it('and stays so is told once it cannot be late any more', async () => {
    const venue = await lagging('account');
    await venue.stays();
    await turns('10', 2);
    expect(await stage.notices('venue.unexplained')).toEqual([]);
    await clientOf(stage.database).$executeRaw`UPDATE "VenueOrderStep" SET "at" = "at" - interval '11 seconds'`;
    await turns('10', 1);
    expect(await stage.notices('venue.unexplained')).toHaveLength(1);
  });
});
