import { FencedOff, SignerUnreachable } from '@ballast/connectors/signer';
import type { Lease } from '@ballast/storage';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Leader } from './leader.js';

const NAME = 'keeper-1';
const SETTINGS = { name: NAME, holder: 'us', leaseMs: 6_000, renewMs: 2_000 };

/** A database's lease and a signer's fence as they are said to be, and one clock for all. */
class World {
  held: Lease | null = { name: NAME, fence: 1n };
  down = false;
  signerDown = false;
  newest = 0n;
  readonly gaveUp: string[] = [];
  readonly asked: (bigint | undefined)[] = [];
  readonly leader = new Leader(
    {
      leases: {
        hold: async (_name, _holder, _ms, atLeast) => {
          this.asked.push(atLeast);
          if (this.down) throw new Error('no database');
          if (atLeast !== undefined) this.held = { name: NAME, fence: atLeast };
          return this.held;
        },
        giveUp: async (_name, holder) => void this.gaveUp.push(holder),
      },
      fences: {
        announce: async (fence) => {
          if (this.signerDown) throw new SignerUnreachable('x', 'y');
          if (fence < this.newest) throw new FencedOff(fence, this.newest);
          this.newest = fence;
        },
      },
    },
    SETTINGS, () => Date.now(),
  );
  readonly told: boolean[] = [];
  constructor() {
    this.leader.onChange((leads) => this.told.push(leads));
  }
}

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  Logger.overrideLogger(false);
  world = new World();
});
afterEach(async () => {
  await world.leader.stop();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a leader', () => {
  it('leads under its fence once the database and the signer have it, and gives the lease up when it stops', async () => {
    expect([world.leader.leads, world.leader.fence]).toEqual([false, 0n]);
    world.leader.start();
    await pass(0);
    expect([world.leader.leads, world.leader.fence, world.newest]).toEqual([true, 1n, 1n]);
    await pass(60_000);
    expect([world.leader.leads, world.told]).toEqual([true, [true]]);
    await world.leader.stop();
    expect([world.leader.leads, world.gaveUp, world.told]).toEqual([false, ['us'], [true, false]]);
  });

  it('is none while another has the lease, and asks more often than a leader', async () => {
    world.held = null;
    world.leader.start();
    await pass(2_000);
    expect([world.leader.leads, world.told, world.asked.length]).toEqual([false, [], 5]);
    world.held = { name: NAME, fence: 8n };
    await pass(500);
    expect([world.leader.leads, world.leader.fence, world.newest]).toEqual([true, 8n, 8n]);
  });

  it('leads no longer than its lease without the database, and keeps the fence that is refused', async () => {
    world.leader.start();
    await pass(0);
    world.down = true;
    await pass(5_999);
    expect(world.leader.leads).toBe(true);
    await pass(1);
    expect([world.leader.leads, world.leader.fence]).toEqual([false, 1n]);
    world.down = false;
    world.held = null;
    await pass(2_000);
    expect([world.leader.leads, world.told]).toEqual([false, [true, false]]);
  });

  it('leads while the signer is away, and tells it who leads when it is back', async () => {
    world.signerDown = true;
    world.leader.start();
    await pass(4_000);
    expect([world.leader.leads, world.newest]).toEqual([true, 0n]);
    world.signerDown = false;
    await pass(2_000);
    expect(world.newest).toBe(1n);
  });

  it('goes past the leaders that only the signer knows when it takes the lease, as after a database was restored', async () => {
    world.newest = 50n;
    world.leader.start();
    await pass(0);
    expect([world.leader.leads, world.leader.fence, world.newest, world.gaveUp]).toEqual([true, 51n, 51n, ['us']]);
  });

  it('never goes past a newer leader while it prolongs', async () => {
    world.leader.start();
    await pass(0);
    world.newest = 9n;
    await pass(20_000);
    expect([world.leader.fence, world.newest]).toEqual([1n, 9n]);
  });
});
