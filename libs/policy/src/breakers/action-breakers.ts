import { formatTokenAmount, type Address } from '@ballast/units';
import { GOOD, bad, type Finding } from './breaker.js';

/** How an action of the last minutes ended, as far as it is a fault of ours: what the owner can mend, or somebody else did first, is none. */
export interface EndedAction {
  readonly failed: boolean;
  /** Our own clock, in seconds. */
  readonly at: bigint;
}

/** Three in a row, or more than a tenth of at least ten, within ten minutes (execution.md, 3.4); under ten the share of one bad one is chance. */
export const FAILURE_LIMITS = { windowSeconds: 600n, inARow: 3, leastForShare: 10, shareBps: 1_000 } as const;

/** @param ended in any order; what ended before the window is not looked at */
export function judgeFailures(ended: readonly EndedAction[], now: bigint, where: string): Finding {
  const { windowSeconds, inARow, leastForShare, shareBps } = FAILURE_LIMITS;
  const recent = ended.filter(({ at }) => now - at <= windowSeconds).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const failures = recent.filter(({ failed }) => failed).length;
  const last = recent.slice(-inARow);
  if (last.length === inARow && last.every(({ failed }) => failed)) return bad(`the last ${inARow} transactions ${where} failed`);
  if (recent.length >= leastForShare && failures * 10_000 > recent.length * shareBps) return bad(`${failures} of the last ${recent.length} transactions ${where} failed`);
  return GOOD;
}

/** Wei that were paid for gas within the last hour. */
export interface SpendFacts {
  readonly byLane: ReadonlyMap<Address, bigint>;
}

export interface SpendLimits {
  /** Wei in an hour from one lane, and from all together. */
  readonly laneWei: bigint;
  readonly allWei: bigint;
}

const COIN = 10n ** 18n;
/**
 * 5 coins from a lane and 10 from all: 12 March 2020 cost one service over 300 ETH for 280 loans in a day (lessons.md, 2), which is about 12 in an hour. Beyond it
 * only what is urgent is sent, and nothing beyond three times as much.
 */
export const SPEND_LIMITS: SpendLimits = { laneWei: 5n * COIN, allWei: 10n * COIN };
export const MOST_SPEND_TIMES = 3n;

export function judgeSpend({ byLane }: SpendFacts, { laneWei, allWei }: SpendLimits, times = 1n): Finding {
  const coins = (wei: bigint, rounding: 'up' | 'down'): string => formatTokenAmount(wei, 18, { rounding });
  const all = [...byLane.values()].reduce((sum, wei) => sum + wei, 0n);
  if (all > allWei * times) return bad(`gas of the last hour cost ${coins(all, 'up')} coins, and at most ${coins(allWei * times, 'down')} may be spent`);
  const [most] = [...byLane].filter(([, wei]) => wei > laneWei * times);
  return most === undefined ? GOOD : bad(`gas of the last hour cost the account ${most[0]} ${coins(most[1], 'up')} coins, and at most ${coins(laneWei * times, 'down')} may be spent by one`);
}
