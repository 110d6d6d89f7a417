import { describe, expect, it } from 'vitest';
import { BlockPace } from './block-pace.js';

/** A pace that has looked at these blocks of a chain with `seconds` between two. */
function paceOf(blocks: readonly number[], seconds = 12): BlockPace {
  const pace = new BlockPace();
  for (const block of blocks) pace.see(BigInt(block), BigInt(1_000_000 + block * seconds));
  return pace;
}
const upTo = (count: number, every = 1): number[] => Array.from({ length: count }, (_, index) => 100 + index * every);

describe('the pace of the blocks', () => {
  it('is not known before two blocks, which counts as slow', () => {
    expect(paceOf([]).reactionSeconds()).toBeNull();
    expect(paceOf([100]).reactionSeconds()).toBeNull();
    expect(paceOf([100, 100]).reactionSeconds()).toBeNull();
    expect(paceOf([100]).secondsPerBlock()).toBe(12);
  });
  it('is the mean over the blocks between, seen or not', () => {
    expect(paceOf(upTo(5), 7).secondsPerBlock()).toBe(7);
    expect(paceOf(upTo(5, 4), 7).secondsPerBlock()).toBe(7);
  });
  it('follows the last thirty looks', () => {
    const pace = paceOf(upTo(40), 12);
    for (let block = 140; block < 170; block++) pace.see(BigInt(block), BigInt(1_000_000 + 139 * 12 + (block - 139) * 2));
    expect(pace.secondsPerBlock()).toBe(2);
  });
});

describe('the reaction time', () => {
  it('is three blocks while every block is looked at', () => expect(paceOf(upTo(10)).reactionSeconds()).toBe(36));
  it('grows by the blocks that went by unseen', () => expect(paceOf([...upTo(3), 112, 113]).reactionSeconds()).toBe((3 + 9) * 12));
  it('does not count a look back at the start as a gap', () => expect(paceOf([80, 100, 101]).reactionSeconds()).toBe(36));
  it('forgets a gap after twenty looks', () => {
    expect(paceOf([...upTo(3), ...Array.from({ length: 20 }, (_, index) => 120 + index)]).reactionSeconds()).toBe((3 + 17) * 12);
    expect(paceOf([...upTo(3), ...Array.from({ length: 21 }, (_, index) => 120 + index)]).reactionSeconds()).toBe(36);
  });
  it('starts again when the chain goes back', () => {
    const pace = paceOf([...upTo(3), 150]);
    pace.see(90n, 1_001_080n);
    expect(pace.reactionSeconds()).toBeNull();
    pace.see(91n, 1_001_092n);
    expect(pace.reactionSeconds()).toBe(36);
  });
});
