import type { Corridor } from '@ballast/risk';

const MOST_MODES = 2_000;

/** The chance of staying inside by the modes of the corridor (Geman and Yor 1996), which shares nothing with images; for spreads that are not short against the width and moderate drifts. */
export function fourierSeries({ lower, upper, drift, volatility, years }: Corridor): number {
  const width = upper - lower;
  const variance = volatility * volatility;
  const tilt = drift / variance;
  const decay = (drift * drift * years) / (2 * variance);
  let inside = 0;
  for (let n = 1; n <= MOST_MODES; n += 1) {
    const wave = (n * Math.PI) / width;
    const fading = Math.exp(-0.5 * wave * wave * variance * years - decay);
    const integral = (wave * (Math.exp(tilt * lower) - (n % 2 === 0 ? 1 : -1) * Math.exp(tilt * upper))) / (wave * wave + tilt * tilt);
    inside += (2 / width) * fading * Math.sin(wave * -lower) * integral;
    if (fading < 1e-18) break;
  }
  return inside;
}
