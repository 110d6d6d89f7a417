import { setTimeout as sleep } from 'node:timers/promises';
import type { Devchain } from './devchain.js';
import { rawHour, seeded, spreadHour, type PathBlock } from './path.js';
import { scaledPath, type HourlyPrice, type PriceScenario } from './scenarios/scenario.js';

export type Variant = 'spread' | 'raw';

export interface PlayedBlock {
  readonly timestamp: number;
  readonly price: bigint;
  readonly hour: number;
  /** Share of all blocks that are made, 0 to 1. */
  readonly progress: number;
}

export interface PlayOptions {
  /** `spread`: every update at most 0.5%. `raw`: the same, but the scenario's steepest hour comes in one step. */
  readonly variant: Variant;
  /** How long the whole play takes on the wall clock; 120 when not given. */
  readonly secondsTotal?: number;
  /** Decides the sizes of the steps within an hour. */
  readonly seed?: number;
  /** Play only these hours of the story, from the first to before the second; all when not given. */
  readonly hours?: readonly [number, number];
  /** Called when an hour's last block is made. */
  readonly onHour?: (hour: HourlyPrice) => void;
  readonly onBlock?: (block: PlayedBlock) => void;
  /** Ends the play after the block under way; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Played {
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly blocks: number;
  readonly endPrice: bigint;
}

interface PlannedHour {
  readonly close: HourlyPrice;
  readonly blocks: readonly PathBlock[];
}

function plan(scenario: PriceScenario, from: bigint, { variant, seed = 1, hours }: PlayOptions): PlannedHour[] {
  const random = seeded(seed);
  const [first, end] = hours ?? [0, scenario.closes.length];
  let price = from;
  return scaledPath(scenario).story.slice(first, end).map((close) => {
    const blocks = variant === 'raw' && close.hour === scenario.rawHour ? rawHour(close.price) : spreadHour(price, close.price, random);
    price = close.price;
    return { close, blocks };
  });
}

/**
 * Plays a price path on the chain: blocks come only from here while it lasts, each with its feed update first, their
 * timestamps spread over the hour they tell of, evenly paced on the wall clock. What others send between two blocks goes into
 * the next one. All feeds keep their heartbeat. Afterwards the chain makes its own blocks again, also when the play fails.
 */
export async function playScenario(chain: Devchain, scenario: PriceScenario, options: PlayOptions): Promise<Played> {
  const { mining, feeds } = chain;
  const { secondsTotal = 120, signal } = options;
  await mining.takeInHand();
  try {
    const fromBlock = (await chain.provider.getBlockNumber()) + 1;
    const hours = plan(scenario, (await feeds.latest(scenario.symbol)).price, options);
    const total = hours.reduce((sum, hour) => sum + hour.blocks.length, 0);
    const pace = (secondsTotal * 1000) / total;
    const startedAt = performance.now();
    let hourStart = await mining.chainTime();
    let last = (await feeds.latest(scenario.symbol)).price;
    let made = 0;
    for (const { close, blocks } of hours) {
      for (const { price, offset } of blocks) {
        signal?.throwIfAborted();
        const timestamp = hourStart + offset;
        if (price !== last && !feeds.isSilenced(scenario.symbol)) await feeds.set(scenario.symbol, price, timestamp);
        last = price;
        await feeds.keepAlive(timestamp);
        made += 1;
        // The update stays visible as pending until its block is due: those who watch may answer it in the same block.
        await sleep(Math.max(0, startedAt + made * pace - performance.now()));
        await mining.mine(timestamp);
        options.onBlock?.({ timestamp, price, hour: close.hour, progress: made / total });
      }
      hourStart += 3600;
      options.onHour?.(close);
    }
    return { fromBlock, toBlock: await chain.provider.getBlockNumber(), blocks: made, endPrice: last };
  } finally {
    feeds.resync();
    await mining.idle();
  }
}

// The way to the first close of the history takes a day of chain time: taken in an hour, it would stay in the volatility of the days after.
const approachHours = 24;

/**
 * Sets the hours before the story, one answer an hour at its full hour, as fast as the chain takes them, so that there is a
 * day of prices to measure volatility on and the feed ends at the scenario's start price. The feed first walks from where it
 * stands to the first close, in steps of at most 0.5%, before that day begins.
 */
export async function playHistory(chain: Devchain, scenario: PriceScenario, onHour?: (hour: HourlyPrice) => void): Promise<void> {
  const { mining, feeds } = chain;
  await mining.takeInHand();
  try {
    const { history } = scaledPath(scenario);
    const first = history[0];
    let time = await mining.chainTime();
    const step = async (price: bigint, at: number): Promise<void> => {
      await feeds.set(scenario.symbol, price, at);
      await feeds.keepAlive(at);
      await mining.mine(at);
    };
    if (first) {
      for (const { price, offset } of spreadHour((await feeds.latest(scenario.symbol)).price, first.price, seeded(1))) await step(price, time + offset * approachHours);
      time += approachHours * 3600;
      onHour?.(first);
    }
    for (const hour of history.slice(1)) {
      time += 3600;
      await step(hour.price, time);
      onHour?.(hour);
    }
  } finally {
    feeds.resync();
    await mining.idle();
  }
}
