import { ASSUMED_HOURLY, STABLE_SYMBOLS, annualVolatility } from '@ballast/risk';

/** Where a volatility came from. */
export interface UsedVolatility {
  readonly symbol: string;
  readonly annual: number;
  readonly source: 'given' | 'dollar coin' | 'assumed';
}

/** The volatility given, 0 for a dollar coin, else the stated high figure that stands in for one that is not known. */
export function volatilityOf({ symbol, volatility }: { readonly symbol: string; readonly volatility?: number | undefined }): UsedVolatility {
  if (volatility !== undefined) return { symbol, annual: volatility, source: 'given' };
  return STABLE_SYMBOLS.includes(symbol) ? { symbol, annual: 0, source: 'dollar coin' } : { symbol, annual: annualVolatility(ASSUMED_HOURLY), source: 'assumed' };
}

/** What a reader must know of the volatilities used. */
export function volatilityNotes(used: readonly UsedVolatility[]): string[] {
  const named = (source: UsedVolatility['source']): string => used.flatMap((one) => (one.source === source ? [one.symbol] : [])).join(', ');
  const notes: string[] = [];
  if (named('assumed') !== '') notes.push(`No volatility was given for ${named('assumed')}: a high one stands in.`);
  if (named('dollar coin') !== '') notes.push(`${named('dollar coin')} counts as a dollar: that it may lose its peg is not in these figures.`);
  return notes;
}

/** Seconds since the prices were true, 0 for a time ahead of the clock; null when the request does not say. */
export const ageSeconds = (pricesAt: string | undefined, now: Date): number | null => (pricesAt === undefined ? null : Math.max(0, Math.round((now.getTime() - Date.parse(pricesAt)) / 1000)));

/** Eight figures: the same on every machine, and more than any input is known to. */
export const figure = (value: number): number => Number(value.toPrecision(8));
/** Six figures, of what comes from differences. */
export const slopeFigure = (value: number): number => Number(value.toPrecision(6));
export const figureOrNull = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : figure(value));

export const HOURS_PER_YEAR = 8760;
