import type { Feeds } from './feeds.js';
import type { Mining } from './mining.js';

const everyMs = 250;
const saveEveryMs = 60_000;

/**
 * Looks after the chain while nothing plays: makes its blocks, repeats feed answers before their heartbeat runs out, saves
 * the state now and then. A failed round is left to the next one: the chain may be busy or just ending.
 */
export function startIdleLoop({ mining, feeds, save }: { mining: Mining; feeds: Feeds; save: (() => Promise<void>) | undefined }): { stop(): Promise<void> } {
  let round: Promise<void> = Promise.resolve();
  let busy = false;
  let savedAt = performance.now();
  const once = async (): Promise<void> => {
    if (mining.isInHand) return;
    const now = performance.now();
    // By the next block's time, not the last one's: after the computer slept the first block holds the new answers already.
    await feeds.keepAlive(await mining.nextTime());
    await mining.idleRound();
    if (save && now - savedAt > saveEveryMs) {
      savedAt = now;
      await save();
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    round = once().catch(() => feeds.resync()).finally(() => {
      busy = false;
    });
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}
