import type { Rejection, UnknownBecause } from '@ballast/positions';

/** What a venue's answer says of a failure, before its meaning is known. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** The venue answered and said no. Inside of the adapters only; its message may hold what must not be shown. */
export class VenueSaid extends Error {
  constructor(readonly httpStatus: number, readonly venueCode: string, message: string) {
    super(message);
  }
}

/** Nothing came that says whether it was done. Inside of the adapters only. */
export class VenueSilent extends Error {
  constructor(readonly because: 'timeout' | 'network' | 'server-error', message: string) {
    super(message);
  }
}

/** What a venue's no means: nothing was executed, for this reason; or it may have been. */
export type Meaning = { readonly kind: 'refused'; readonly reason: Rejection['reason'] } | { readonly kind: 'unknown'; readonly because: UnknownBecause };

export const refused = (reason: Rejection['reason']): Meaning => ({ kind: 'refused', reason });
export const maybe = (because: UnknownBecause): Meaning => ({ kind: 'unknown', because });

/** The meaning of codes, listed by it; what is not listed is `other`. */
export function meaningsByCode(listed: readonly (readonly [meaning: Meaning, ...codes: (string | number)[]])[]): (said: VenueSaid) => Meaning {
  const found = new Map(listed.flatMap(([meaning, ...codes]) => codes.map((code) => [String(code), meaning] as const)));
  return ({ httpStatus, venueCode }) => found.get(venueCode) ?? (httpStatus === 429 ? refused('rate-limit') : httpStatus === 401 ? refused('key-refused') : refused('other'));
}
