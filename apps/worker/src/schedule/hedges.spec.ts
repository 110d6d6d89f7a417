import type { Queue } from 'bull';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Runtime } from '../runtime.js';
import { Hedges } from './hedges.js';

let hedges: Hedges | null = null;
beforeAll(() => void vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined));
afterAll(() => vi.restoreAllMocks());
afterEach(async () => hedges?.onApplicationShutdown());

/** A schedule whose parts do what they are given to do; counts what began. */
function scheduled({ tryKeys, round }: { readonly tryKeys: () => Promise<void>; readonly round: () => Promise<void> }): { readonly rounds: number; readonly tries: number } {
  const seen = { rounds: 0, tries: 0 };
  const runtime = {
    env: { roles: ['act'], hedgeTurnMs: 5 }, leader: { leads: true },
    hedging: { watch: { judge: async () => undefined, rests: () => undefined }, leases: { giveUp: async () => undefined }, opener: { turn: () => ((seen.tries += 1), tryKeys()) }, round: { turn: () => ((seen.rounds += 1), round()) } },
  } as unknown as Runtime;
  hedges = new Hedges(runtime, {} as Queue);
  hedges.onApplicationBootstrap();
  return seen;
}
const never = (): Promise<void> => new Promise(() => undefined);

describe('the turns of hedges', () => {
  it('go on while a new key is tried at a venue that does not answer, and after a failure there', async () => {
    const hanging = scheduled({ tryKeys: never, round: async () => undefined });
    await vi.waitFor(() => expect(hanging).toMatchObject({ tries: 1, rounds: expect.any(Number) }));
    await vi.waitFor(() => expect(hanging.rounds).toBeGreaterThan(2));
    await hedges?.onApplicationShutdown();
    const failing = scheduled({ tryKeys: () => Promise.reject(new Error('no database')), round: async () => undefined });
    await vi.waitFor(() => expect(Math.min(failing.rounds, failing.tries)).toBeGreaterThan(2));
  });

  it('that hang or fail keep no new key from being tried', async () => {
    const failing = scheduled({ tryKeys: async () => undefined, round: () => Promise.reject(new Error('no database')) });
    await vi.waitFor(() => expect(Math.min(failing.rounds, failing.tries)).toBeGreaterThan(2));
  });
});
