/** Whole numbers from 0 up to `below`, the same for the same seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Each name as often as its weight says. */
export const lotsOf = <N extends string>(weighed: Readonly<Record<N, { readonly weight: number }>>): readonly N[] => (Object.keys(weighed) as N[]).flatMap((name) => new Array<N>(weighed[name].weight).fill(name));
