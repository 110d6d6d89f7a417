import type { FirstPassage, HitProbability } from '@ballast/risk';

/**
 * The first passage in fixed-point arithmetic of hundreds of digits, from the textbook formula and series that share nothing with the engine's: the error function by its
 * all-positive series, exponentials by Taylor, far tails by the asymptotic series where it is exact to more digits than are kept. Derivatives are central
 * differences with a step far under any scale of the function.
 */
const DIGITS = 700;
const ONE = 10n ** BigInt(DIGITS);
const STEP = 10n ** BigInt(DIGITS - 45);
/** From here on the asymptotic series of Mills' ratio is exact to exp(-x^2 / 2) = 1e-190. */
const FAR = 30n * ONE;
const HALVINGS = 24n;
/** Its exponential is under the last digit kept. */
const LEAST_EXPONENT = -1_700n * ONE;

const times = (x: bigint, y: bigint): bigint => (x * y) / ONE;
const over = (x: bigint, y: bigint): bigint => (x * ONE) / y;
const abs = (x: bigint): bigint => (x < 0n ? -x : x);

/** A double is a whole number over a power of two, so nothing of it is lost. */
function exact(value: number): bigint {
  let [whole, power] = [value, 0n];
  while (!Number.isInteger(whole)) {
    whole *= 2;
    power += 1n;
  }
  return (BigInt(whole) * ONE) / (1n << power);
}

function root(x: bigint): bigint {
  const square = x * ONE;
  let guess = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (;;) {
    const next = (guess + square / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function exponential(x: bigint): bigint {
  if (x < LEAST_EXPONENT) return 0n;
  const small = abs(x) >> HALVINGS;
  let [term, sum] = [ONE, ONE];
  for (let n = 1n; term !== 0n; n += 1n) {
    term = times(term, small) / n;
    sum += term;
  }
  for (let round = 0n; round < HALVINGS; round += 1n) sum = times(sum, sum);
  return x < 0n ? over(ONE, sum) : sum;
}

function arctanOfInverse(n: bigint): bigint {
  let [power, sum] = [ONE / n, ONE / n];
  for (let k = 1n; power !== 0n; k += 1n) {
    power /= -(n * n);
    sum += power / (2n * k + 1n);
  }
  return sum;
}
const PI = 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
const ROOT_TWO_PI = root(2n * PI);

const density = (x: bigint): bigint => over(exponential(-times(x, x) / 2n), ROOT_TWO_PI);

/** N(-x) / density(x) for x from 30: 1/x - 1/x^3 + 3/x^5 - ... */
function farMills(x: bigint): bigint {
  const inverse = over(ONE, x);
  const square = times(inverse, inverse);
  let [term, sum] = [inverse, inverse];
  for (let n = 1n; term !== 0n; n += 1n) {
    const next = -times(term, square) * (2n * n - 1n);
    if (abs(next) >= abs(term)) break;
    term = next;
    sum += term;
  }
  return sum;
}

/** N(x): 1/2 + density(x) (x + x^3/3 + x^5/15 + ...) for x near 0. */
function normal(x: bigint): bigint {
  if (abs(x) >= FAR) {
    const tail = times(density(x), farMills(abs(x)));
    return x < 0n ? tail : ONE - tail;
  }
  const square = times(x, x);
  let [term, sum] = [x, x];
  for (let n = 1n; term !== 0n; n += 1n) {
    term = times(term, square) / (2n * n + 1n);
    sum += term;
  }
  return ONE / 2n + times(density(x), sum);
}

interface Motion {
  readonly h: bigint;
  readonly nu: bigint;
  readonly s: bigint;
  readonly t: bigint;
}

function chanceOf({ h, nu, s, t }: Motion): bigint {
  const spread = times(s, root(t));
  const a = over(-h - times(nu, t), spread);
  const b = over(-h + times(nu, t), spread);
  // exp(-k h) N(b); far below, exp(-k h) density(b) = density(a) keeps it in range.
  const reflected = -b >= FAR ? times(density(a), farMills(-b)) : times(exponential(-over(2n * times(nu, h), times(s, s))), normal(b));
  return normal(a) + reflected;
}

/** To the nearest double; under 1e-320 it is 0. */
function nearest(x: bigint): number {
  const digits = abs(x).toString();
  const kept = digits.slice(0, 30);
  return Number(`${x < 0n ? '-' : ''}${kept}e${digits.length - kept.length - DIGITS}`);
}

/** The chance and its derivatives of a motion that no edge rule decides, right to every digit of a double. */
export function exactHitProbability(motion: FirstPassage): HitProbability {
  const at: Motion = { h: exact(motion.logDistance), nu: exact(motion.drift), s: exact(motion.volatility), t: exact(motion.years) };
  const middle = chanceOf(at);
  const beside = (key: keyof Motion): [bigint, bigint] => [chanceOf({ ...at, [key]: at[key] + STEP }), chanceOf({ ...at, [key]: at[key] - STEP })];
  const slope = (key: keyof Motion): number => {
    const [up, down] = beside(key);
    return nearest(over(up - down, 2n * STEP));
  };
  const [up, down] = beside('h');
  return {
    probability: nearest(middle), byDistance: slope('h'), byDistanceTwice: nearest(over(over(up - 2n * middle + down, STEP), STEP)),
    byDrift: slope('nu'), byVolatility: slope('s'), byTime: slope('t'),
  };
}
