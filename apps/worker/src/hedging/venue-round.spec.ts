import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS, type GuardedAccount, type Notice, type VenueOwner } from '@ballast/policy';
import { address, chainId } from '@ballast/units';
import { aDerivativeAccount } from '../../../../test/factories/derivatives.js';
import { OwnerAlarm } from './owner-alarm.js';
import { LATE_MS, RoundWatch } from './round-watch.js';
import { VenueRound } from './venue-round.js';

const CHAIN = chainId(1);
const ACCOUNT = aDerivativeAccount().id;
const OWNER: VenueOwner = { chainId: CHAIN, owner: address(`0x${'0a'.repeat(20)}`) };

/** A round of one owner whose turns go as they are told to, and an outbox that takes notices or does not. */
function stage() {
  const world = { fails: true, hangs: false, takes: true, clock: 1_000, told: [] as Notice[], finished: 0 };
  const outbox = { tell: async (notices: readonly Notice[]): Promise<void> => (world.takes ? void world.told.push(...notices) : Promise.reject(new Error('no connection'))) };
  const alarm = new OwnerAlarm({ outbox, environment: 'paper', now: () => world.clock });
  const watch = new RoundWatch({ alarm, outbox, finished: async () => void (world.finished += 1), chainId: CHAIN, chainName: 'Local chain', now: () => world.clock, steadyMs: () => world.clock - 500 });
  const guarded = async (): Promise<readonly GuardedAccount[]> => [{ ...OWNER, id: ACCOUNT, bounds: DEFAULT_ACCOUNT_BOUNDS }];
  const round = new VenueRound({
    keeping: { owners: async () => [OWNER], plans: async () => [], guarded }, alarm, watch, chainId: CHAIN,
    owners: { turn: async () => (world.hangs ? new Promise<boolean>(() => undefined) : world.fails ? Promise.reject(new Error('the books moved')) : true) },
  });
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) {
      world.clock += 1_000;
      await round.turn(async () => undefined);
    }
  };
  // What is over of an earlier process's alarm is written only where that is still open.
  return { world, turns, watch, round, told: () => world.told.filter(({ kind }) => kind !== 'alarm.over').map(({ id, severity }) => `${severity} ${id}`) };
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

  it('whom an earlier process told of it hears with the first turn that gets through that it is over, once', async () => {
    const { world, turns } = stage();
    [world.fails, world.takes] = [false, false];
    await turns(1);
    world.takes = true;
    await turns(3);
    expect(world.told).toMatchObject([{ kind: 'alarm.over', severity: 'info', data: { of: 'hedge.cannot', subject: 'hedge:paper:' } }]);
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

describe('a round that does not end', () => {
  it('is told to whom it leaves out and to operators, once, as soon as the outbox takes it; and so is its end to the owner', async () => {
    const { world, turns, watch, round, told } = stage();
    world.fails = false;
    await turns(1);
    expect(world.finished).toBe(1);
    world.hangs = true;
    void round.turn(async () => undefined);
    world.clock += LATE_MS;
    await watch.judge();
    expect(told()).toEqual([]);
    world.clock += 1;
    world.takes = false;
    await watch.judge();
    world.takes = true;
    world.clock += 5_000;
    await watch.judge();
    await watch.judge();
    expect(told()).toEqual([`critical evt_hedge_failing_${OWNER.owner}_2000`, 'critical evt_page_1_hedging_late_2000']);
    world.hangs = false;
    await turns(1);
    await watch.judge();
    expect(told().slice(2)).toEqual([`info evt_hedge_works_${OWNER.owner}_2000`]);
    expect(world.finished).toBe(2);
  });

  it('and one that leaves anybody out are not stored as finished', async () => {
    const { world, turns } = stage();
    await turns(3);
    expect(world.finished).toBe(0);
  });

  it('is nobody’s alarm while another process leads', async () => {
    const { world, turns, watch, told } = stage();
    world.fails = false;
    await turns(1);
    watch.rests();
    world.clock += LATE_MS * 10;
    await watch.judge();
    expect(told()).toEqual([]);
  });
});
