import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import type { Queue } from 'bull';
import { Actor } from '../pipeline/act.processor.js';
import type { Runtime } from '../runtime.js';
import { Rederive } from './rederive.js';

describe('work that is derived again', () => {
  const open = ['one', 'two'].map((id) => ({ id }));
  const runtime = (leads: boolean) => ({
    env: { roles: ['act', 'notify'] }, leader: { leads }, reads: { chainId: 1 }, now: Date.now, journal: { openIntents: async () => open }, outbox: { due: async () => ['delivery'] },
  }) as unknown as Runtime;
  /** A queue whose Redis never answers. */
  const hanging = { add: () => new Promise(() => undefined) } as unknown as Queue;

  it('reaches the leader’s own hands, also while a queue hangs', async () => {
    const acted: string[] = [];
    const actor = new Actor(runtime(true));
    actor.act = async (id) => void acted.push(id);
    const rederive = new Rederive(runtime(true), actor, hanging);
    void rederive.deliveries();
    await rederive.intents();
    await rederive.intents();
    expect(acted).toEqual(['one', 'two', 'one', 'two']);
  });

  it('is left alone by who does not lead', async () => {
    const rederive = new Rederive(runtime(false), { takeUp: () => expect.fail('acted') } as unknown as Actor, hanging);
    await rederive.intents();
  });
});
