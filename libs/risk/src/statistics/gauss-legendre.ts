const POINTS = 32;
const NEWTON_STEPS = 50;

/** Nodes and weights of the rule with 32 points on [-1, 1]. */
const RULE = legendreRule(POINTS);

/** The integral of f over [from, to] by 32 points: exact for polynomials up to degree 63. */
export function integrate(f: (x: number) => number, from: number, to: number): number {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  return half * RULE.reduce((sum, { node, weight }) => sum + weight * f(middle + half * node), 0);
}

/** Panels towards 0 on which the square root of time is integrated: what is integrated bends where a motion's spread is about its distance. */
const PANELS = 12;

/** The integral of f over [0, years], taken over the square root of time in panels that halve towards 0: for functions that rise from 0 as a hitting probability does. */
export function integrateOverTime(f: (years: number) => number, years: number): number {
  let sum = 0;
  for (let panel = 0, high = Math.sqrt(years); panel < PANELS; panel += 1, high /= 2) sum += integrate((root) => 2 * root * f(root * root), panel === PANELS - 1 ? 0 : high / 2, high);
  return sum;
}

/** Roots of the Legendre polynomial by Newton from Chebyshev's guess, and their weights 2 / ((1 - x^2) P'(x)^2). */
function legendreRule(count: number): readonly { readonly node: number; readonly weight: number }[] {
  return Array.from({ length: count }, (_, index) => {
    let node = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let step = 0; step < NEWTON_STEPS; step += 1) {
      let [value, before] = [1, 0];
      for (let degree = 1; degree <= count; degree += 1) [value, before] = [((2 * degree - 1) * node * value - (degree - 1) * before) / degree, value];
      slope = (count * (node * value - before)) / (node * node - 1);
      const change = value / slope;
      node -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    return { node, weight: 2 / ((1 - node * node) * slope * slope) };
  });
}
