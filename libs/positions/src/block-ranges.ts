import { InvalidInput } from '@ballast/units';

/** Blocks from `from` to `to`, both included. */
export interface BlockRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** A set of blocks: ascending, and between any two ranges at least one block that is in neither. */
export type BlockRanges = readonly BlockRange[];

/** The set with the range's blocks besides; ranges that overlap or touch become one. @throws InvalidInput for a range that ends before it begins or begins below 0 */
export function addRange(ranges: BlockRanges, added: BlockRange): BlockRanges {
  if (added.from < 0n || added.to < added.from) throw new InvalidInput('block range', `${added.from} to ${added.to}`, 'a first block of at least 0 and a last one not below it');
  const touches = ({ from, to }: BlockRange): boolean => to + 1n >= added.from && from <= added.to + 1n;
  const touching = ranges.filter(touches);
  const apart = ranges.filter((range) => !touches(range));
  const merged = touching.reduce((sum, { from, to }) => ({ from: from < sum.from ? from : sum.from, to: to > sum.to ? to : sum.to }), { from: added.from, to: added.to });
  return [...apart.filter(({ to }) => to < merged.from), merged, ...apart.filter(({ from }) => from > merged.to)];
}

/** The blocks from `from` to `to` that are not in the set, ascending; none where `to` is below `from`. */
export function missingRanges(ranges: BlockRanges, from: bigint, to: bigint): BlockRanges {
  const missing: BlockRange[] = [];
  let next = from;
  for (const range of ranges) {
    if (next > to || range.from > to) break;
    if (range.from > next) missing.push({ from: next, to: range.from - 1n });
    if (range.to >= next) next = range.to + 1n;
  }
  if (next <= to) missing.push({ from: next, to });
  return missing;
}

/** The set without the blocks above `block`. */
export function cutAbove(ranges: BlockRanges, block: bigint): BlockRanges {
  return ranges.filter(({ from }) => from <= block).map(({ from, to }) => ({ from, to: to < block ? to : block }));
}

/** How many blocks are in the set. */
export function countBlocks(ranges: BlockRanges): bigint {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1n, 0n);
}
