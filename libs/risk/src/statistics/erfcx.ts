/**
 * erfcx(x) = exp(x^2) erfc(x), relative error near 1e-16 for x >= 0.
 * W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969): three ranges. Each table runs
 * from the highest power down.
 */
const CENTRE_LIMIT = 0.46875;
const TAIL_LIMIT = 4;
const INVERSE_SQRT_PI = 0.5641895835477563;

const CENTRE_TOP = [1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
const CENTRE_BOTTOM = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
const MIDDLE_TOP = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const MIDDLE_BOTTOM = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const TAIL_TOP = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
  6.58749161529837803e-4,
];
const TAIL_BOTTOM = [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3];

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

const ratio = (top: readonly number[], bottom: readonly number[], x: number): number => polynomial(top, x) / polynomial(bottom, x);

/** exp(x^2) erfc(x). For x under -26.6 it overflows to Infinity, as the function itself does. */
export function erfcx(x: number): number {
  const size = Math.abs(x);
  if (size <= CENTRE_LIMIT) return Math.exp(x * x) * (1 - x * ratio(CENTRE_TOP, CENTRE_BOTTOM, x * x));
  const value = size <= TAIL_LIMIT ? ratio(MIDDLE_TOP, MIDDLE_BOTTOM, size) : tail(size);
  return x > 0 ? value : 2 * Math.exp(x * x) - value;
}

function tail(size: number): number {
  const inverseSquare = 1 / (size * size);
  return (INVERSE_SQRT_PI - inverseSquare * ratio(TAIL_TOP, TAIL_BOTTOM, inverseSquare)) / size;
}
