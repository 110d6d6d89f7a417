import { InvalidInput } from '@ballast/units';

/** Liquidations spread evenly: so many units for each dollar of price between two prices; linear impact in dollars per unit. */
export interface UniformBook {
  readonly topUsd: number;
  readonly bottomUsd: number;
  readonly unitsPerUsd: number;
  readonly impactUsdPerUnit: number;
}

export interface UniformCascade {
  readonly shockedPriceUsd: number;
  readonly finalPriceUsd: number;
  readonly soldUnits: number;
  /** impact x density; from 1 on the fall runs away to the bottom of the book. */
  readonly loopGain: number;
  readonly amplification: number;
}

/** Where the price comes to rest, in closed form: (p_s - g p_top) / (1 - g) while that is inside the book, else the whole book is sold. */
export function uniformCascade(priceUsd: number, shock: number, book: UniformBook): UniformCascade {
  if (!(priceUsd > 0) || !(shock >= 0 && shock < 1)) throw new InvalidInput('price and shock', `${priceUsd} and ${shock}`, 'dollars above 0, a share from 0 and under 1');
  if (!(book.topUsd >= book.bottomUsd && book.bottomUsd >= 0 && book.unitsPerUsd >= 0 && book.impactUsdPerUnit >= 0)) throw new InvalidInput('book', JSON.stringify(book), 'top at or above bottom, and numbers from 0');
  const shockedPriceUsd = priceUsd * (1 - shock);
  const loopGain = book.impactUsdPerUnit * book.unitsPerUsd;
  const finalPriceUsd = restOf(shockedPriceUsd, loopGain, book);
  const soldUnits = book.unitsPerUsd * Math.max(0, book.topUsd - Math.max(finalPriceUsd, book.bottomUsd));
  return { shockedPriceUsd, finalPriceUsd, soldUnits, loopGain, amplification: shock === 0 ? 1 : (priceUsd - finalPriceUsd) / (priceUsd - shockedPriceUsd) };
}

function restOf(shocked: number, gain: number, { topUsd, bottomUsd }: UniformBook): number {
  if (shocked >= topUsd) return shocked;
  const inside = gain < 1 ? (shocked - gain * topUsd) / (1 - gain) : -Infinity;
  return inside >= bottomUsd ? inside : Math.max(0, shocked - gain * (topUsd - bottomUsd));
}
