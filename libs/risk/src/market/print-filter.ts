import { momentOf, type MarketPrice } from '@ballast/positions';
import { BPS, InvalidInput, mulDivUp, type Bps, type UsdE8 } from '@ballast/units';

/** One price that a source published. `at` is its own time in chain seconds: a print that is read again is the same print. */
export interface PricePrint {
  readonly usdE8: UsdE8;
  readonly at: bigint;
}

/** Prints in a row, and the seconds between the first and the last of them. Both must be reached. */
export interface Persistence {
  readonly prints: number;
  readonly seconds: bigint;
}

export interface PrintLimits {
  /** Standard deviations that a price may move between two prints and be believed at once. */
  readonly sigmas: number;
  /** Always believed, however short the time. */
  readonly leastBps: Bps;
  /** Never believed at once, however long the time and high the volatility. */
  readonly mostBps: Bps;
  /** After this a held print is believed where no other source can speak. */
  readonly alone: Persistence;
  /** After this a held print is believed although others still say otherwise: averages take a while to follow. */
  readonly contradicted: Persistence;
}

/** In a normal market one print in five hundred million is 6 deviations off; markets are not normal, hence the floor of 2%. */
export const PRINT_LIMITS: PrintLimits = {
  sigmas: 6, leastBps: 200n as Bps, mostBps: 3_000n as Bps, alone: { prints: 3, seconds: 60n }, contradicted: { prints: 5, seconds: 600n },
};

/** What is remembered of one source: the last print that was believed, and those since that are not yet. */
export interface PrintMemory {
  readonly accepted: PricePrint | null;
  readonly held: { readonly first: PricePrint; readonly last: PricePrint; readonly prints: number } | null;
}

export const NO_PRINTS: PrintMemory = { accepted: null, held: null };

/**
 * `accepted`: the price may be acted upon, and why. `held`: it may neither trigger nor un-trigger anything; the accepted price stands. `known`: no newer than what was judged before.
 */
export type PrintVerdict =
  | { readonly kind: 'accepted'; readonly because: 'near-the-last' | 'persisted' }
  | { readonly kind: 'accepted'; readonly because: 'confirmed'; readonly by: string }
  | { readonly kind: 'held'; readonly moveBps: Bps | null; readonly allowedBps: Bps; readonly prints: number; readonly contradictedBy: readonly string[] }
  | { readonly kind: 'known' };

export interface PrintContext {
  /** Standard deviation of the logarithm of the price in an hour. */
  readonly hourlyVolatility: number;
  /** What other sources say now. Those that are too old are not heard, nor those of `origin`. */
  readonly others: readonly MarketPrice[];
  /** The print's own source. */
  readonly origin: string;
  /** Chain seconds. */
  readonly now: bigint;
  readonly limits: PrintLimits;
}

/**
 * Whether a print is believed, and what is then remembered. It is believed at once when it is as near as volatility allows, by the square root of the time between, to the last believed
 * print or to what another source says: a crash that others see too passes at once. Any other is held until a later one is believed or until enough prints in a row have said the
 * same. Before the first believed print there is nothing to be near to, so another source or persistence is needed.
 * @throws InvalidInput for a price of zero or less, or a volatility that is no number above or at zero
 */
export function judgePrint(memory: PrintMemory, print: PricePrint, context: PrintContext): { readonly verdict: PrintVerdict; readonly memory: PrintMemory } {
  if (print.usdE8 <= 0n) throw new InvalidInput('print', print.usdE8.toString(), 'a price above zero');
  requireVolatility(context.hourlyVolatility);
  const newest = memory.held?.last.at ?? memory.accepted?.at;
  if (newest !== undefined && print.at <= newest) return { verdict: { kind: 'known' }, memory };
  const accept = (verdict: PrintVerdict) => ({ verdict, memory: { accepted: print, held: null } });
  const { accepted } = memory;
  const heard = context.others.filter(({ origin, at, goodForSeconds }) => origin !== context.origin && at <= context.now && context.now - at <= goodForSeconds);
  if (accepted !== null && isNearTheLast(print, accepted, heard, context)) return accept({ kind: 'accepted', because: 'near-the-last' });
  const confirming = heard.find((other) => isNear(print, { usdE8: other.usdE8, at: momentOf(other) }, context));
  if (confirming !== undefined) return accept({ kind: 'accepted', because: 'confirmed', by: confirming.name });

  const held = heldWith(memory, print, context);
  const needed = heard.length === 0 ? context.limits.alone : context.limits.contradicted;
  if (held.prints >= needed.prints && print.at - held.first.at >= needed.seconds) return accept({ kind: 'accepted', because: 'persisted' });
  const verdict: PrintVerdict = {
    kind: 'held', prints: held.prints, contradictedBy: heard.map(({ name }) => name),
    moveBps: accepted === null ? null : moveBpsUp(print.usdE8, accepted.usdE8), allowedBps: accepted === null ? (0n as Bps) : allowedBpsDown(print.at - accepted.at, context.hourlyVolatility, context.limits),
  };
  return { verdict, memory: { accepted, held } };
}

/**
 * The longer ago the last believed print is, the further the market may have gone since. Where others that bear it out have been heard later, no more time has passed than since the
 * latest of them: a feed that speaks once a day is not believed any price because of that. A move within the least is believed in any case.
 */
function isNearTheLast(print: PricePrint, accepted: PricePrint, heard: readonly MarketPrice[], context: PrintContext): boolean {
  if (moveBpsUp(print.usdE8, accepted.usdE8) <= context.limits.leastBps) return true;
  const seen = heard.map((other): PricePrint => ({ usdE8: other.usdE8, at: momentOf(other) })).filter((other) => isNear(other, accepted, context));
  return isNear(print, seen.reduce((latest, other) => (other.at > latest.at ? other : latest), accepted), context);
}

/** A print that does not say what the held one before it said begins a new row: noise persists in nothing. */
function heldWith({ held }: PrintMemory, print: PricePrint, context: PrintContext): NonNullable<PrintMemory['held']> {
  return held !== null && isNear(print, held.last, context) ? { first: held.first, last: print, prints: held.prints + 1 } : { first: print, last: print, prints: 1 };
}

function isNear(print: PricePrint, anchor: PricePrint, { hourlyVolatility, limits }: PrintContext): boolean {
  const apart = print.at > anchor.at ? print.at - anchor.at : anchor.at - print.at;
  return moveBpsUp(print.usdE8, anchor.usdE8) <= allowedBpsDown(apart, hourlyVolatility, limits);
}

/** How far the higher price lies above the lower one: the same up as down. Rounded up. */
const moveBpsUp = (one: bigint, other: bigint): Bps => (one > other ? mulDivUp(one - other, BPS, other) : mulDivUp(other - one, BPS, one)) as Bps;

/** exp(sigmas x hourly x sqrt(hours)) - 1, between the two limits, rounded down. @throws InvalidInput for a volatility that is no number above or at zero */
export function allowedBpsDown(seconds: bigint, hourlyVolatility: number, { sigmas, leastBps, mostBps }: PrintLimits): Bps {
  requireVolatility(hourlyVolatility);
  const share = Math.expm1(sigmas * hourlyVolatility * Math.sqrt(Number(seconds) / 3600));
  const bounded = BigInt(Math.floor(Math.min(share * 10_000, Number(mostBps)))) as Bps;
  return bounded < leastBps ? leastBps : bounded;
}

function requireVolatility(hourly: number): void {
  if (!(hourly >= 0) || !Number.isFinite(hourly)) throw new InvalidInput('hourly volatility', String(hourly), 'a number of zero or more');
}
