import { InvalidInput } from '@ballast/units';

/** variance = scale x (w IV^2 + (1 - w) HAR^2), w between 0 and 1: what options say beside what prices did (Christensen and Prabhala 1998). */
export interface ImpliedBlend {
  readonly impliedWeight: number;
  /** Options ask more than what then happens (Carr and Wu 2009): the scale takes the premium out. */
  readonly scale: number;
}

/**
 * The blend nearest to what was then realised, in squared misses of ln variance, over weights in steps of 1%; for each weight the scale whose volatility is right on
 * average (a lognormal's mean, as a HAR forecast is). Volatilities in any one unit. @throws InvalidInput for fewer than 30 cases, lists of different lengths, or a volatility that is not above 0
 */
export function fitImpliedBlend(implied: Float64Array, historical: Float64Array, realised: Float64Array): ImpliedBlend {
  const count = implied.length;
  if (count < 30 || historical.length !== count || realised.length !== count) throw new InvalidInput('cases', `${count}, ${historical.length} and ${realised.length}`, 'at least 30, as many of each');
  for (const list of [implied, historical, realised]) for (const value of list) if (!(value > 0 && value < Infinity)) throw new InvalidInput('volatility', String(value), 'a number above 0');
  let best: ImpliedBlend & { readonly squares: number } = { impliedWeight: 0, scale: 1, squares: Infinity };
  for (let percent = 0; percent <= 100; percent += 1) {
    const weight = percent / 100;
    const misses = realised.map((value, index) => 2 * Math.log(value) - Math.log(weight * (implied[index] as number) ** 2 + (1 - weight) * (historical[index] as number) ** 2));
    const bias = misses.reduce((sum, one) => sum + one, 0) / count;
    const squares = misses.reduce((sum, one) => sum + (one - bias) ** 2, 0);
    if (squares < best.squares) best = { impliedWeight: weight, scale: Math.exp(bias + squares / count / 4), squares };
  }
  return { impliedWeight: best.impliedWeight, scale: best.scale };
}

/** The blended volatility. */
export const blendedVolatility = ({ impliedWeight, scale }: ImpliedBlend, implied: number, historical: number): number => Math.sqrt(scale * (impliedWeight * implied * implied + (1 - impliedWeight) * historical * historical));
