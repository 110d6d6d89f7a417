import { InvalidInput } from '@ballast/units';

/** Legs that one loan has room for; one with more is always looked at exactly. */
export const MOST_LEGS = 6;

/** One leg: what it adds to the counted collateral (or to the debt) is `units` times the factor with this number. */
export interface WatchLeg {
  readonly factor: number;
  readonly units: number;
  readonly side: 'collateral' | 'debt';
}

const FIRST_SIZE = 1_024;
/** A slot without a known health: asked for in every answer. */
const UNKNOWN = -1;

/**
 * Loans as columns of floats, whose healths follow from few numbers that are the same for all (prices, indices, thresholds): the factors. It chooses whom to look at; what is then
 * decided is decided on exact integers. So it may name too many and never too few: each loan has a margin, by which its health may be lower than told here, and whatever cannot be told
 * is named. Memory: 10 bytes a leg, of which each loan has six, and 32 for the rest: 92 a loan.
 */
export class WatchBook {
  private size = FIRST_SIZE;
  private used = 0;
  private readonly free: number[] = [];
  private units = new Float64Array(FIRST_SIZE * MOST_LEGS);
  private factors = new Uint16Array(FIRST_SIZE * MOST_LEGS);
  private healths = new Float64Array(FIRST_SIZE);
  /** Above which health, margin included, nothing can be asked for; 0 where nothing ever is. */
  private bounds = new Float64Array(FIRST_SIZE);
  private margins = new Float64Array(FIRST_SIZE);
  private known = new Float64Array(FIRST_SIZE);
  /** The last factors; none before the first. */
  private values = new Float64Array(0);

  /** Slots given out so far: all of them are below this. */
  get length(): number {
    return this.used;
  }

  /** A place for a loan, of unknown health and without a bound. */
  take(): number {
    const slot = this.free.pop() ?? this.used++;
    if (slot >= this.size) this.grow();
    this.forget(slot);
    this.bounds[slot] = 0;
    return slot;
  }

  /** Gives the place back. */
  give(slot: number): void {
    this.forget(slot);
    this.bounds[slot] = 0;
    this.free.push(slot);
  }

  /** The loan's health is not known from here on: it is named in every answer while it has a bound. */
  forget(slot: number): void {
    this.units.fill(0, slot * MOST_LEGS, (slot + 1) * MOST_LEGS);
    this.factors.fill(0, slot * MOST_LEGS, (slot + 1) * MOST_LEGS);
    this.healths[slot] = NaN;
    this.margins[slot] = 0;
    this.known[slot] = UNKNOWN;
  }

  /**
   * Writes a loan, and its health at the last factors. `margin` is the share by which its health may be lower than told. One with too many legs, or with a figure that is no number, is
   * forgotten.
   * @throws InvalidInput for a negative amount or a factor that cannot be numbered
   */
  set(slot: number, legs: readonly WatchLeg[], margin: number): void {
    this.forget(slot);
    if (legs.length > MOST_LEGS || !(margin >= 0 && margin < 1) || legs.some(({ units }) => !Number.isFinite(units))) return;
    for (const [place, { factor, units, side }] of legs.entries()) {
      if (units < 0) throw new InvalidInput('units', String(units), 'an amount of 0 or more');
      if (!(Number.isInteger(factor) && factor > 0 && factor < 65_536)) throw new InvalidInput('factor', String(factor), 'a whole number from 1 to 65535');
      // A debt is kept with its sign, so that one column is enough.
      this.units[slot * MOST_LEGS + place] = side === 'debt' ? -units : units;
      this.factors[slot * MOST_LEGS + place] = factor;
    }
    this.margins[slot] = margin;
    this.known[slot] = 1;
    this.healths[slot] = this.priced(slot);
  }

  /** From now on the loan is named where its health, by its margin lower, is under `bound`; 0: never. @throws InvalidInput */
  setBound(slot: number, bound: number): void {
    if (!(bound >= 0)) throw new InvalidInput('bound', String(bound), 'a health factor of 0 or more');
    this.bounds[slot] = bound;
  }

  /** Whether the loan's health is told by `reprice`. */
  isKnown(slot: number): boolean {
    return this.known[slot] === 1;
  }

  /** The health at the last prices: Infinity without debt, NaN where it is not known. */
  health(slot: number): number {
    return this.healths[slot] as number;
  }

  /**
   * Every loan's health at these factors, by number; that with number 0 is not used. A factor that is NaN makes the health of who needs it unknown.
   * Returns the column, which the next call writes over.
   */
  reprice(factors: Float64Array): Float64Array {
    this.values = Float64Array.from(factors);
    this.values[0] = 1;
    for (let slot = 0; slot < this.used; slot += 1) this.healths[slot] = this.known[slot] === 1 ? this.priced(slot) : NaN;
    return this.healths;
  }

  private priced(slot: number): number {
    const { units, factors, values } = this;
    let counted = 0;
    let owed = 0;
    for (let leg = slot * MOST_LEGS; leg < (slot + 1) * MOST_LEGS; leg += 1) {
      const worth = (units[leg] as number) * (values[factors[leg] as number] as number);
      if (worth >= 0) counted += worth;
      else owed -= worth;
    }
    return owed === 0 ? Infinity : counted / owed;
  }

  /** Slots whose health may be under their bound at the last factors, the weakest first (the protocol liquidates by the health alone, whatever the bound); those whose health is not known before all. */
  crossed(): number[] {
    const { healths, bounds, margins, used } = this;
    const found: number[] = [];
    for (let slot = 0; slot < used; slot += 1) {
      const bound = bounds[slot] as number;
      // Written so that a health that is no number is under every bound.
      if (bound > 0 && !((healths[slot] as number) * (1 - (margins[slot] as number)) >= bound)) found.push(slot);
    }
    const urgency = (slot: number): number => (Number.isNaN(healths[slot]) ? -1 : (healths[slot] as number));
    return found.sort((one, other) => urgency(one) - urgency(other));
  }

  private grow(): void {
    this.size *= 2;
    const larger = <T extends Float64Array | Uint16Array>(column: T, length: number): T => {
      const next = new (column.constructor as new (length: number) => T)(length);
      next.set(column);
      return next;
    };
    this.units = larger(this.units, this.size * MOST_LEGS);
    this.factors = larger(this.factors, this.size * MOST_LEGS);
    [this.healths, this.bounds, this.margins, this.known] = [larger(this.healths, this.size), larger(this.bounds, this.size), larger(this.margins, this.size), larger(this.known, this.size)];
  }
}
