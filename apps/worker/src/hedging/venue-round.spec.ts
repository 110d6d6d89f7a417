import { describe, expect, it } from 'vitest';
import type { Notice, VenueOwner } from '@ballast/policy';
import { address, chainId } from '@ballast/units';
import { VenueRound } from './venue-round.js';

const CHAIN = chainId(1);
const OWNER: VenueOwner = { chainId: CHAIN, owner: address(`0x${'0a'.repeat(20)}`) };

/** A round of one owner whose turns go as they are told to, and an outbox that takes notices or does not. */
function stage() {
  const world = { fails: true, takes: true, clock: 1_000, told: [] as Notice[] };
  const round = new VenueRound({
    keeping: { owners: async () => [OWNER], plans: async () => [], guarded: async () => [] }, chainId: CHAIN, environment: 'paper', now: () => world.clock,
    owners: { turn: async () => (world.fails ? Promise.reject(new Error('the books moved')) : true) },
    outbox: { tell: async (notices) => (world.takes ? void world.told.push(...notices) : Promise.reject(new Error('no connection'))) },
  });
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) {
      world.clock += 1_000;
      await round.turn(async () => undefined);
    }
  };
  return { world, turns, told: () => world.told.map(({ id, severity }) => `${severity} ${id}`) };
}

describe('an owner whose turns fail', () => {
  it('is told at the third in a row, once, and that it works again', async () => {
    const { world, turns, told } = stage();
    await turns(2);
    expect(told()).toEqual([]);
    await turns(4);
    expect(told()).toEqual([`critical evt_hedge_failing_${OWNER.owner}_2000`]);
    world.fails = false;
    await turns(2);
    expect(told()).toEqual([`critical evt_hedge_failing_${OWNER.owner}_2000`, `info evt_hedge_works_${OWNER.owner}_2000`]);
  });

  it('is told as soon as the outbox takes it, however late that is, and so is the end', async () => {
    const { world, turns, told } = stage();
    world.takes = false;
    await turns(5);
    expect(told()).toEqual([]);
    world.takes = true;
    await turns(3);
    expect(told()).toEqual([`critical evt_hedge_failing_${OWNER.owner}_2000`]);
    [world.takes, world.fails] = [false, false];
    await turns(2);
    world.takes = true;
    await turns(2);
    expect(told()).toEqual([`critical evt_hedge_failing_${OWNER.owner}_2000`, `info evt_hedge_works_${OWNER.owner}_2000`]);
  });

  it('hears nothing of failures that were over before they were told', async () => {
    const { world, turns, told } = stage();
    await turns(2);
    world.fails = false;
    await turns(1);
    world.fails = true;
    await turns(2);
    expect(told()).toEqual([]);
  });
});
