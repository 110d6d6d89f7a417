import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnknownIntent } from '@ballast/execution';
import type { Runtime } from '../runtime.js';
import { Actor } from './act.processor.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An actor whose intents fail like this each time, and how often one was taken up. */
function anActor(failure: Error) {
  const advance = vi.fn(() => Promise.reject(failure));
  const runtime = { leader: { leads: true }, follower: { precedence: { clear: () => Promise.resolve() } }, executor: { advance } };
  return { actor: new Actor(runtime as unknown as Runtime), advance };
}

describe('an intent that cannot be taken up', () => {
  it('is tried again a second later where the failure is ours', async () => {
    const { actor, advance } = anActor(new Error('the database does not answer'));
    await actor.act('int_1');
    await vi.advanceTimersByTimeAsync(3_500);
    expect(advance).toHaveBeenCalledTimes(4);
    actor.onApplicationShutdown();
  });

  it('is dropped where no journal has it', async () => {
    const { actor, advance } = anActor(new UnknownIntent('int_1'));
    await actor.act('int_1');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(advance).toHaveBeenCalledTimes(1);
  });
});
