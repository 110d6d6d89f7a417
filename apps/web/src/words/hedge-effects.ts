import { cents, dollars, percentDown, size } from './numbers.js';

/**
 * What a limit of a hedge does, told beside its field: what it gives and what it costs. Estimates at today's price for reading only; the service decides with its own figures.
 * Every field may hold what is no number yet: then nothing is told.
 */
export interface Effects {
  readonly gives: string;
  readonly costs: string;
}

/** What a venue keeps as maintenance margin and what closing costs, as shares: taken high, so that the margin told is enough. */
const MAINTENANCE = 0.02;
const CLOSING = 0.01;

const text = (value: number): string => value.toFixed(8);
const number = (entered: string): number | null => (/^\d{1,15}(\.\d+)?$/.test(entered.replace(/[\s,]/g, '')) ? Number(entered.replace(/[\s,]/g, '')) : null);

/** Margin in dollars that a short of `notional` needs to live through a rise of `share`: the loss, and what the venue keeps and closing costs at the higher price. */
export const marginFor = (notional: number, share: number): number => notional * (share + (MAINTENANCE + CLOSING) * (1 + share));

/** Most leverage that lives through a rise of `share`, rounded down to a tenth: 1.8 for 50%. */
export const leverageFor = (share: number): number => Math.floor(10 / (share + (MAINTENANCE + CLOSING) * (1 + share))) / 10;

/** A share of the exposure hedged away, as far as `most`, what the hedge may be worth in dollars, lets it. `before` in coins. */
export function shareEffects(entered: string, { before, price, underlying }: { readonly before: number; readonly price: number; readonly underlying: string }, most: string): Effects | null {
  const share = number(entered);
  if (share === null || share > 100 || !(before > 0)) return null;
  const [wanted, limit] = [(before * share) / 100, (number(most) ?? Number.POSITIVE_INFINITY) / price];
  const left = before - Math.min(wanted, limit);
  return {
    gives: `A 1% fall of ${underlying} costs you ${dollars(text(left * price * 0.01), 'up')} instead of ${dollars(text(before * price * 0.01), 'up')}${limit < wanted ? ': the most that it may be worth is reached before this share' : ''}.`,
    costs: `A 1% rise brings ${dollars(text(left * price * 0.01), 'down')} instead of ${dollars(text(before * price * 0.01), 'down')}.`,
  };
}

/** Most that the hedge may be worth. */
export function notionalEffects(entered: string, survives: string, { before, price, underlying }: { readonly before: number; readonly price: number; readonly underlying: string }): Effects | null {
  const [most, share] = [number(entered), number(survives)];
  if (most === null || !(price > 0)) return null;
  const covered = Math.min(Math.max(before, 0), most / price);
  const part = before > 0 ? `, ${percentDown(text((covered / before) * 100))} of your ${size(text(before))}` : '';
  return {
    gives: `Covers up to ${size(text(covered))} ${underlying} at today’s price${part}.`,
    costs: share === null ? 'It needs margin at the venue.' : `Needs about ${dollars(text(marginFor(covered * price, share / 100)), 'up')} of margin at the venue; a thief could lose that.`,
  };
}

/** Most that funding and trading may cost in 30 days. `carry` is what is paid (below zero) or earned in dollars a day now; null where nobody can tell, as before there is a hedge. */
export function budgetEffects(entered: string, carry: number | null): Effects | null {
  const budget = number(entered);
  if (budget === null) return null;
  return {
    gives: carry === null ? 'What funding costs is known once something is hedged.' : carry > 0 ? `Funding earns about ${cents(text(carry), 'down')} a day at the moment.` : carry === 0 ? 'Funding costs nothing at the moment.' : `Pays for ${Math.floor(budget / -carry)} days at today’s ${cents(text(-carry), 'up')} a day.`,
    costs: 'At 70% you are told. When it is used up the hedge grows no more, and may only shrink.',
  };
}

/** The move against it that a leg lives through without help. */
export function surviveEffects(entered: string, { price, underlying }: { readonly price: number; readonly underlying: string }): Effects | null {
  const share = number(entered);
  if (share === null || share < 1) return null;
  return {
    gives: `Lives through a rise of ${underlying} to ${dollars(text(price * (1 + share / 100)), 'down')} without more margin.`,
    costs: `So it is at most ${leverageFor(share / 100).toFixed(1)}× leveraged: $1,000 hedged needs ${dollars(text(marginFor(1_000, share / 100)), 'up')} of margin.`,
  };
}

/** When Ballast acts on a derivative account, by the share of its margin that is used. */
export function boundsEffects(earliest: string, latest: string): Effects | null {
  const [first, last] = [number(earliest), number(latest)];
  if (first === null || last === null || first >= last || last >= 100) return null;
  return {
    gives: `Acts between ${first}% and ${last}% of the margin used, the earlier the more the price moves.`,
    costs: `At ${last}% the account may lose about ${(100 - last).toFixed(0)}% of what is in it before the venue may liquidate. Acting earlier trades more often.`,
  };
}
