import type { KnownBlock } from '@ballast/positions';

/** Of the newest blocks every one scanned to is kept: reorganisations are a few blocks deep. */
const NEWEST_KEPT = 64;

/**
 * The known blocks with one more, newest first: the newest 64, and below them the highest of each stretch of blocks, where stretches are a power of two of blocks and
 * longer the further down they are. So even a branch that parted long ago has a known ancestor, and the list stays short.
 */
export function knowBlock(known: readonly KnownBlock[], block: KnownBlock): readonly KnownBlock[] {
  const all = [block, ...known.filter(({ number }) => number !== block.number)].sort((a, b) => (a.number > b.number ? -1 : 1));
  const newest = all[0]?.number ?? 0n;
  const stretches = new Set<string>();
  return all.filter(({ number }, index) => {
    if (index < NEWEST_KEPT) return true;
    const bits = BigInt(Math.max(0, (newest - number).toString(2).length - 2));
    // Stretches begin at fixed numbers: as the chain grows two become one, and the higher block of the two stays.
    const stretch = `${bits} ${number >> bits}`;
    if (stretches.has(stretch)) return false;
    stretches.add(stretch);
    return true;
  });
}
