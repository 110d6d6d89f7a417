import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketPrice } from '@ballast/positions';
import { InvalidInput, usdE8, type UsdE8 } from '@ballast/units';
import { ASSUMED_HOURLY, NO_PRINTS, PRINT_LIMITS, SeededRandom, allowedBpsDown, judgePrint, type PrintContext, type PrintMemory, type PrintVerdict } from '../index.js';

const FOLDER = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'data/crash_1m');
const known = existsSync(FOLDER);
const T0 = 1_770_000_000n;
const usd = (dollars: number): UsdE8 => usdE8(BigInt(Math.round(dollars * 1e8)));
const print = (dollars: number, after: number) => ({ usdE8: usd(dollars), at: T0 + BigInt(after) });
const other = (dollars: number, after: number, change: Partial<MarketPrice> = {}): MarketPrice => ({ name: 'another pool', origin: 'pool', usdE8: usd(dollars), at: T0 + BigInt(after), windowSeconds: 0n, goodForSeconds: 300n, depthUsdE8: null, ...change });
const context = (after: number, ...others: MarketPrice[]): PrintContext => ({ hourlyVolatility: 0.01, others, origin: 'feed', now: T0 + BigInt(after), limits: PRINT_LIMITS });
const at2200: PrintMemory = { accepted: print(2_200, 0), held: null };

/** Judges prints one after the other, 12 s apart after T0, with what others say at each; the verdicts and what is left in memory. */
function judgeAll(memory: PrintMemory, prices: readonly number[], others: (after: number) => MarketPrice[] = () => []): { readonly verdicts: readonly PrintVerdict[]; readonly memory: PrintMemory } {
  const verdicts: PrintVerdict[] = [];
  let current = memory;
  prices.forEach((price, index) => {
    const after = (index + 1) * 12;
    const told = judgePrint(current, print(price, after), context(after, ...others(after)));
    verdicts.push(told.verdict);
    current = told.memory;
  });
  return { verdicts, memory: current };
}

describe('a print of a price', () => {
  it('is believed within what volatility allows by the square root of time', () => {
    // 6 x 1% x sqrt(12 s / 3,600 s) = 0.35%, below the floor of 2%; after an hour 6.18%; never more than 30%.
    expect(allowedBpsDown(12n, 0.01, PRINT_LIMITS)).toBe(200n);
    expect(allowedBpsDown(3_600n, 0.01, PRINT_LIMITS)).toBe(618n);
    expect(allowedBpsDown(14_400n, 0.01, PRINT_LIMITS)).toBe(1_274n);
    expect(allowedBpsDown(10_000_000n, 0.5, PRINT_LIMITS)).toBe(3_000n);
    expect(allowedBpsDown(0n, 0, PRINT_LIMITS)).toBe(200n);
    expect(judgePrint(at2200, print(2_244, 12), context(12)).verdict).toEqual({ kind: 'accepted', because: 'near-the-last' });
    expect(judgePrint(at2200, print(2_244.1, 12), context(12)).verdict).toMatchObject({ kind: 'held', moveBps: 201n, allowedBps: 200n });
    expect(judgePrint(at2200, print(2_330, 3_600), context(3_600)).verdict.kind).toBe('accepted');
  });

  it('of cbETH at a dollar triggers nothing: it is held, and the next one is judged by the price before it', () => {
    const absurd = judgePrint(at2200, print(1, 12), context(12, other(2_201, 10)));
    expect(absurd.verdict).toEqual({ kind: 'held', moveBps: 21_990_000n, allowedBps: 200n, prints: 1, contradictedBy: ['another pool'] });
    expect(absurd.memory.accepted).toEqual(at2200.accepted);
    const after = judgePrint(absurd.memory, print(2_198, 24), context(24, other(2_201, 22)));
    expect(after.verdict).toEqual({ kind: 'accepted', because: 'near-the-last' });
    expect(after.memory).toEqual({ accepted: print(2_198, 24), held: null });
  });

  it('at a dollar is not believed for being read again, and the first of a source not at all by itself', () => {
    const absurd = judgePrint(at2200, print(1, 12), context(12));
    for (const later of [24, 120, 3_600]) expect(judgePrint(absurd.memory, print(1, 12), context(later))).toEqual({ verdict: { kind: 'known' }, memory: absurd.memory });
    expect(judgePrint(at2200, print(1, 0), context(12)).verdict).toEqual({ kind: 'known' });
    expect(judgePrint(NO_PRINTS, print(1, 12), context(12)).verdict).toMatchObject({ kind: 'held', moveBps: null, prints: 1 });
    expect(judgePrint(NO_PRINTS, print(2_200, 12), context(12, other(2_201, 0))).verdict).toMatchObject({ kind: 'accepted', because: 'confirmed' });
  });

  it('un-triggers nothing either: a spike up is held as a fall is', () => {
    const fallen: PrintMemory = { accepted: print(1_500, 0), held: null };
    const { verdicts, memory } = judgeAll(fallen, [2_200, 1_490, 1_480]);
    expect(verdicts.map(({ kind }) => kind)).toEqual(['held', 'accepted', 'accepted']);
    expect(memory.accepted).toEqual(print(1_480, 36));
  });

  it('after a long silence is not believed any price while others have been heard since', () => {
    const day = 86_400;
    // 6 x 1% x sqrt(24) = 29.4%: alone it would be believed.
    expect(judgePrint(at2200, print(2_700, day), context(day)).verdict.kind).toBe('accepted');
    expect(judgePrint(at2200, print(2_700, day), context(day, other(2_210, day - 12))).verdict).toMatchObject({ kind: 'held', contradictedBy: ['another pool'] });
    expect(judgePrint(at2200, print(2_220, day), context(day, other(2_300, day - 12))).verdict.kind).toBe('accepted');
    // One that is itself far off takes nothing away.
    expect(judgePrint(at2200, print(2_700, day), context(day, other(1, day - 12))).verdict.kind).toBe('accepted');
  });

  it('of a crash that another source sees passes at once', () => {
    expect(judgePrint(at2200, print(1_700, 12), context(12, other(1_710, 11))).verdict).toEqual({ kind: 'accepted', because: 'confirmed', by: 'another pool' });
    // One of several is enough; those that lag do not stand in the way.
    expect(judgePrint(at2200, print(1_700, 12), context(12, other(2_190, 0, { name: 'average', windowSeconds: 1_800n }), other(1_690, 12))).verdict.kind).toBe('accepted');
  });

  it('is confirmed neither by its own origin nor by what is old or of a time to come', () => {
    for (const change of [{ origin: 'feed' }, { at: T0 - 300n }, { at: T0 + 13n }]) expect(judgePrint(at2200, print(1_700, 12), context(12, other(1_700, 12, change))).verdict).toMatchObject({ kind: 'held', contradictedBy: [] });
  });

  it('is believed after enough prints that say the same for long enough, where nobody else can speak', () => {
    const { verdicts } = judgeAll(at2200, [1_700, 1_702, 1_699, 1_701, 1_700, 1_698]);
    // Three prints are there after 24 s, 60 s at the sixth.
    expect(verdicts.map(({ kind }) => kind)).toEqual(['held', 'held', 'held', 'held', 'held', 'accepted']);
    expect(verdicts[5]).toEqual({ kind: 'accepted', because: 'persisted' });
  });

  it('is held longer while others contradict it, and not for ever', () => {
    const others = (after: number) => [other(2_200, after)];
    const { verdicts } = judgeAll(at2200, Array.from({ length: 51 }, () => 1_700), others);
    expect(verdicts.filter(({ kind }) => kind === 'held')).toHaveLength(50);
    expect(verdicts[50]).toEqual({ kind: 'accepted', because: 'persisted' });
  });

  it('that says something else each time persists in nothing', () => {
    const { verdicts } = judgeAll(at2200, [1, 9_000, 1, 9_000, 1, 9_000, 1, 9_000]);
    expect(verdicts.every((verdict) => verdict.kind === 'held' && verdict.prints === 1)).toBe(true);
  });

  it('must be a price, and the volatility a number', () => {
    expect(() => judgePrint(at2200, print(0, 12), context(12))).toThrow(InvalidInput);
    expect(() => judgePrint(at2200, print(2_200, 12), { ...context(12), hourlyVolatility: Number.NaN })).toThrow(InvalidInput);
  });

  it('alone and far off never changes what is believed, whatever the prints before it', () => {
    const walk = fc.array(fc.double({ min: -0.015, max: 0.015, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(fc.property(walk, fc.double({ min: Math.log(1.35), max: 8, noNaN: true }), fc.boolean(), (steps, far, up) => {
      let price = 2_200;
      const before = judgeAll(at2200, steps.map((step) => (price *= Math.exp(step)))).memory;
      const after = (steps.length + 1) * 12;
      const absurd = judgePrint(before, print(price * Math.exp(up ? far : -far), after), context(after));
      expect(absurd.verdict.kind).toBe('held');
      expect(absurd.memory.accepted).toEqual(before.accepted);
      expect(judgePrint(absurd.memory, print(price, after + 12), context(after + 12)).verdict.kind).toBe('accepted');
    }));
  });
});

interface Minute {
  readonly at: bigint;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

function minutesOf(day: string): Minute[] {
  if (!known) return [];
  const rows = gunzipSync(readFileSync(resolve(FOLDER, `ETHUSDT_perp_1m_${day}.csv.gz`))).toString('utf8').trim().split('\n').slice(1);
  return rows.map((row) => row.split(',').map(Number)).map(([ms = 0, high = 0, low = 0, close = 0]) => ({ at: BigInt(ms / 1000), high, low, close }));
}

interface Judged {
  readonly price: number;
  readonly at: bigint;
  readonly isClose: boolean;
  readonly verdict: PrintVerdict;
}

/** Standard deviation of an hour from the last hour's closes, at least what is assumed of an unknown asset. */
function hourly(closes: readonly number[]): number {
  const moves = closes.slice(-61).map((close, index, all) => (index === 0 ? 0 : Math.log(close / (all[index - 1] as number)))).slice(1);
  return Math.max(ASSUMED_HOURLY, Math.sqrt((moves.reduce((sum, move) => sum + move * move, 0) * 60) / Math.max(1, moves.length)));
}

/**
 * Three prints a minute: its low and high, the nearer to where it closed last, and its close. The other source prints the close of each minute, up to half a per cent off, and is read
 * with the next minute's prints.
 */
function replay(day: string, heard: boolean): Judged[] {
  const random = new SeededRandom(323);
  const judged: Judged[] = [];
  let memory: PrintMemory = NO_PRINTS;
  let others: MarketPrice[] = [];
  const closes: number[] = [];
  for (const { at, high, low, close } of minutesOf(day)) {
    const volatility = hourly(closes);
    const rising = close >= (closes.at(-1) ?? close);
    for (const [index, price] of [...(rising ? [low, high] : [high, low]), close].entries()) {
      const time = at + BigInt(20 * (index + 1));
      if (index === 2 && heard) others = [{ name: 'other', origin: 'other', usdE8: usd(close * (0.995 + 0.01 * random.uniform())), at: time, windowSeconds: 0n, goodForSeconds: 120n, depthUsdE8: null }];
      const told = judgePrint(memory, { usdE8: usd(price), at: time }, { hourlyVolatility: volatility, others, origin: 'perpetual', now: time, limits: PRINT_LIMITS });
      judged.push({ price, at: time, isClose: index === 2, verdict: told.verdict });
      memory = told.memory;
    }
    closes.push(close);
  }
  return judged;
}

/** Seconds from the first print of the longest row of held ones to the print that was believed after it. */
function longestHold(judged: readonly Judged[]): bigint {
  let [since, longest] = [null as bigint | null, 0n];
  for (const { at, verdict } of judged) {
    if (verdict.kind === 'held') since ??= at;
    else if (since !== null) [longest, since] = [at - since > longest ? at - since : longest, null];
  }
  return longest;
}

describe.skipIf(!known)('the minutes of real crashes (skipped without the data folder)', () => {
  it.each([true, false])('hold the bad print of 323.00 on 13 March 2020 and believe the prices around it, another source heard: %s', (heard) => {
    const judged = replay('2020-03-12', heard);
    const place = judged.findIndex(({ price }) => price === 323);
    expect(judged[place]?.verdict).toMatchObject({ kind: 'held', prints: 1, contradictedBy: heard ? ['other'] : [] });
    expect(judged.slice(place - 3, place).concat(judged.slice(place + 1, place + 10)).map(({ verdict }) => verdict.kind)).toEqual(Array.from({ length: 12 }, () => 'accepted'));
  });

  it.each(['2020-03-12', '2021-05-19', '2022-11-08'])('pass at once on %s where another source sees them: every close is believed when it comes', (day) => {
    const judged = replay(day, true);
    expect(judged.length).toBeGreaterThan(300);
    expect(judged.filter(({ isClose, verdict }) => isClose && verdict.kind !== 'accepted')).toEqual([]);
    // Highs and lows that only one venue printed are held, none for longer than the rest of its minute.
    expect(longestHold(judged)).toBeLessThanOrEqual(40n);
    expect(judged.filter(({ verdict }) => verdict.kind === 'held').length).toBeLessThan(judged.length / 30);
  });

  it.each(['2020-03-12', '2021-05-19', '2022-11-08'])('are believed on %s from one source alone, the steepest after it has lasted', (day) => {
    const judged = replay(day, false).slice(9);
    expect(longestHold(judged)).toBeLessThanOrEqual(120n);
    expect(judged.filter(({ verdict }) => verdict.kind === 'held').length).toBeLessThan(judged.length / 15);
  });
});
