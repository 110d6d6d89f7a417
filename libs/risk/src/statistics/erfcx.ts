/**
 * erfcx(x) = exp(x^2) erfc(x), relative error near 1e-16 for x >= 0.
 * W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969): three ranges.
 */
const CENTRE_LIMIT = 0.46875;
const TAIL_LIMIT = 4;
const INVERSE_SQRT_PI = 0.5641895835477563;

const cell = new Float64Array(1);

/** exp(x^2) erfc(x). For x under -26.6 it overflows to Infinity, as the function itself does. */
export function erfcx(x: number): number {
  cell[0] = Math.abs(x);
  erfcxEach(cell, 1);
  const value = cell[0];
  return x >= 0 ? value : 2 * Math.exp(x * x) - value;
}

/** Puts erfcx(x) in the place of each of the first `count` values, all of zero or more. Written out and in a loop of its own, so that no number leaves the machine's registers. */
export function erfcxEach(values: Float64Array, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const x = values[index] as number;
    if (x <= CENTRE_LIMIT) {
      const y = x * x;
      const top = (((1.85777706184603153e-1 * y + 3.1611237438705656) * y + 1.13864154151050156e2) * y + 3.77485237685302021e2) * y + 3.20937758913846947e3;
      const bottom = (((y + 2.36012909523441209e1) * y + 2.44024637934444173e2) * y + 1.28261652607737228e3) * y + 2.84423683343917062e3;
      values[index] = Math.exp(y) * (1 - (x * top) / bottom);
    } else if (x <= TAIL_LIMIT) {
      const top = (((((((2.15311535474403846e-8 * x + 5.64188496988670089e-1) * x + 8.88314979438837594) * x + 6.61191906371416295e1) * x + 2.98635138197400131e2) * x + 8.8195222124176909e2) * x
        + 1.71204761263407058e3) * x + 2.05107837782607147e3) * x + 1.23033935479799725e3;
      const bottom = (((((((x + 1.57449261107098347e1) * x + 1.17693950891312499e2) * x + 5.37181101862009858e2) * x + 1.62138957456669019e3) * x + 3.29079923573345963e3) * x
        + 4.36261909014324716e3) * x + 3.43936767414372164e3) * x + 1.23033935480374942e3;
      values[index] = top / bottom;
    } else {
      const y = 1 / (x * x);
      const top = ((((1.63153871373020978e-2 * y + 3.05326634961232344e-1) * y + 3.60344899949804439e-1) * y + 1.25781726111229246e-1) * y + 1.60837851487422766e-2) * y + 6.58749161529837803e-4;
      const bottom = ((((y + 2.56852019228982242) * y + 1.87295284992346725) * y + 5.27905102951428412e-1) * y + 6.05183413124413191e-2) * y + 2.33520497626869185e-3;
      values[index] = (INVERSE_SQRT_PI - (y * top) / bottom) / x;
    }
  }
}
