import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { Actor } from '../pipeline/act.processor.js';
import type { Runtime } from '../runtime.js';
import { Rederive } from './rederive.js';

describe('work that is derived again', () => {
  const open = ['one', 'two'].map((id) => ({ id }));
  const runtime = (leads: boolean) => ({
    env: { roles: ['act', 'notify'] }, leader: { leads }, reads: { chainId: 1 }, now: Date.now, journal: { openIntents: async () => open }, outbox: { claimDue: async () => [] },
  }) as unknown as Runtime;

  it('reaches the leader’s own hands, without a queue', async () => {
    const acted: string[] = [];
    const actor = new Actor(runtime(true));
    actor.act = async (id) => void acted.push(id);
    const rederive = new Rederive(runtime(true), actor);
    void rederive.deliveries();
    await rederive.intents();
    await rederive.intents();
    expect(acted).toEqual(['one', 'two', 'one', 'two']);
  });

  it('is left alone by who does not lead', async () => {
    const rederive = new Rederive(runtime(false), { takeUp: () => expect.fail('acted') } as unknown as Actor);
    await rederive.intents();
  });
});
