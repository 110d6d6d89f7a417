import type { Mandate } from './mandate.js';

const DAY_SECONDS = 86_400n;
/** Days before its end at which the owner of a mandate is warned, each time once. */
export const EXPIRY_WARNING_DAYS = [7, 1] as const;

/**
 * Which warning of a mandate's end is due: the nearest bound that has been reached, so that one who comes late is warned once and not twice. null while
 * none is reached, once the mandate has ended, and for a mandate that is not in force.
 * @param now chain seconds
 */
export function expiryWarning({ status, terms }: Pick<Mandate, 'status' | 'terms'>, now: bigint): (typeof EXPIRY_WARNING_DAYS)[number] | null {
  if (status !== 'active' || now > terms.expiry) return null;
  const left = terms.expiry - now;
  return EXPIRY_WARNING_DAYS.toReversed().find((days) => left <= BigInt(days) * DAY_SECONDS) ?? null;
}
