import type { ActionJournal, IntentPlan } from '@ballast/policy';
import { positionId } from '@ballast/positions';
import { usdE8, wad } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { anAddress } from '../../../../test/factories/lending-position.js';
import { pauseOf } from './pause.js';

const NOW = 1_800_000_000_000;
/** Failed six times, the last time 90 seconds ago: a pause of eight minutes, or of one for a loan that is about to be liquidated. */
const failures = Array.from({ length: 6 }, (_, index) => ({ code: 'below-min', at: NOW - 90_000 - index * 60_000 }));
const journal = { costlyFailures: async () => failures } as unknown as ActionJournal;
const planAt = (health: bigint | null): IntentPlan => ({
  kind: 'REPAY', positionId: positionId(1, 'aave-v3', anAddress(1)),
  ...(health === null ? {} : { economics: { healthFactor: wad(health), lossAvoidedUsdE8: usdE8(1n), coinUsdE8: null, chance: null } }),
} as unknown as IntentPlan);
const paused = (plan: IntentPlan, health: bigint | null) => pauseOf({ journal, now: () => NOW }, plan, health === null ? null : wad(health));

describe('the pause of an action that failed too often', () => {
  const [calm, urgent] = [1_100_000_000_000_000_000n, 1_001_000_000_000_000_000n];

  it('goes by the health that the plan itself carries where no other is known', async () => {
    expect(await paused(planAt(calm), null)).toMatchObject({ code: 'failed-too-often' });
    expect(await paused(planAt(urgent), null)).toBeNull();
    expect(await paused(planAt(null), null)).toMatchObject({ code: 'failed-too-often' });
  });

  it('goes by the health that was found since, where one was', async () => {
    expect(await paused(planAt(calm), urgent)).toBeNull();
    expect(await paused(planAt(urgent), calm)).toMatchObject({ code: 'failed-too-often' });
  });
});
