import { InvalidInput } from '@ballast/units';
import { hitProbability } from '../hit-probability.js';
import { erfcxEach } from '../statistics/erfcx.js';

/** Many motions, one column for each figure of a FirstPassage; the time is the same for all or has a column of its own. */
export interface MotionColumns {
  readonly logDistance: Float64Array;
  readonly drift: Float64Array;
  readonly volatility: Float64Array;
  readonly years: Float64Array | number;
}

/** One column for each figure of a HitProbability. */
export interface HitColumns {
  readonly probability: Float64Array;
  readonly byDistance: Float64Array;
  readonly byDistanceTwice: Float64Array;
  readonly byDrift: Float64Array;
  readonly byVolatility: Float64Array;
  readonly byTime: Float64Array;
}

/** Small enough for the nearest cache, long enough to pay for the loops. */
const BLOCK = 512;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
const SQRT_HALF_PI = 1.2533141373155003;

/** Scratch of one block, taken once: tails holds |a| and |b| of each motion and then Mills' ratio of both. JavaScript runs one call at a time. */
const times = new Float64Array(BLOCK);
const densities = new Float64Array(BLOCK);
const tails = new Float64Array(2 * BLOCK);

/** Columns of zeros for `count` motions: 48 bytes each. */
export function hitColumns(count: number): HitColumns {
  const column = (): Float64Array => new Float64Array(count);
  return { probability: column(), byDistance: column(), byDistanceTwice: column(), byDrift: column(), byVolatility: column(), byTime: column() };
}

/**
 * hitProbability of the first `count` motions, written into `out`: the same formulas, edge rules and refusals, to the last few digits, tails included.
 * Nothing is allocated for motions between the edges.
 * @throws InvalidInput as hitProbability does; columns before the refused motion are then written
 */
export function hitEach(motions: MotionColumns, count: number, out: HitColumns): void {
  requireColumns(motions, count, out);
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    if (typeof motions.years === 'number') times.fill(motions.years, 0, size);
    else for (let index = 0; index < size; index += 1) times[index] = motions.years[from + index] as number;
    scale(motions, from, size);
    erfcxEach(tails, 2 * size);
    join(motions, from, size, out);
    settleEdges(motions, from, size, out);
  }
}

function scale({ logDistance, drift, volatility }: MotionColumns, from: number, size: number): void {
  for (let index = 0; index < size; index += 1) {
    const h = logDistance[from + index] as number;
    const t = times[index] as number;
    const move = (drift[from + index] as number) * t;
    const spread = (volatility[from + index] as number) * Math.sqrt(t);
    const a = (-h - move) / spread;
    densities[index] = INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * a * a);
    tails[2 * index] = Math.abs(a) * Math.SQRT1_2;
    tails[2 * index + 1] = Math.abs((move - h) / spread) * Math.SQRT1_2;
  }
}

function join({ logDistance, drift, volatility }: MotionColumns, from: number, size: number, out: HitColumns): void {
  const { probability, byDistance, byDistanceTwice, byDrift, byVolatility, byTime } = out;
  for (let index = 0; index < size; index += 1) {
    const at = from + index;
    const h = logDistance[at] as number;
    const nu = drift[at] as number;
    const s = volatility[at] as number;
    const t = times[index] as number;
    const density = densities[index] as number;
    const inverse = 1 / s;
    const spread = inverse / Math.sqrt(t);
    const k = 2 * nu * inverse * inverse;
    const direct = density * SQRT_HALF_PI * (tails[2 * index] as number);
    const mirror = density * SQRT_HALF_PI * (tails[2 * index + 1] as number);
    const reflected = nu * t <= h ? mirror : Math.exp(-k * h) - mirror;
    const chance = (h + nu * t >= 0 ? direct : 1 - direct) + reflected;
    const steep = density * spread;
    probability[at] = chance > 1 ? 1 : chance;
    byDistance[at] = -2 * steep - k * reflected;
    byDistanceTwice[at] = steep * (k + 2 * (h + nu * t) * spread * spread) + k * k * reflected;
    byDrift[at] = -2 * h * inverse * inverse * reflected;
    byVolatility[at] = 2 * h * inverse * (steep + k * reflected);
    byTime[at] = (h * steep) / t;
  }
}

/** Motions that an edge rule decides, and those that must be refused, by hitProbability itself. */
function settleEdges({ logDistance, drift, volatility }: MotionColumns, from: number, size: number, out: HitColumns): void {
  for (let index = 0; index < size; index += 1) {
    const at = from + index;
    const h = logDistance[at] as number;
    const nu = drift[at] as number;
    const s = volatility[at] as number;
    const t = times[index] as number;
    if (h > 0 && h < Infinity && s > 0 && s < Infinity && t > 0 && t < Infinity && nu - nu === 0) continue;
    const found = hitProbability({ logDistance: h, drift: nu, volatility: s, years: t });
    out.probability[at] = found.probability;
    out.byDistance[at] = out.byDistanceTwice[at] = out.byDrift[at] = out.byVolatility[at] = out.byTime[at] = 0;
  }
}

function requireColumns(motions: MotionColumns, count: number, out: HitColumns): void {
  if (!(Number.isInteger(count) && count >= 0)) throw new InvalidInput('count', String(count), 'a whole number from 0');
  for (const [name, column] of [...Object.entries(motions), ...Object.entries(out)] as [string, Float64Array | number][]) {
    if (typeof column !== 'number' && column.length < count) throw new InvalidInput(`column ${name}`, `${column.length} values`, `at least ${count}`);
  }
}
