import type { z } from 'zod';
import { DERIVATIVES_VENUE_NAMES, accountWorth, partsOfInstrument, type DerivativeAccount, type Reading } from '@ballast/positions';
import type { StoredVenueKey } from '@ballast/storage';
import type * as contract from '../../contract/hedging-schemas.js';
import { isoOrNull, usdDown } from '../text.js';
import { amountWords, bpsText, clockTime } from './figures.js';

export type VenueKeyView = z.infer<typeof contract.venueKey>;

/** What an owner must have read before anything is traded with a key, with what its accounts hold now. */
export function lossWarning(balances: readonly Reading<DerivativeAccount>[]): string {
  const told = balances.flatMap((reading) => (reading.kind === 'unknown' ? [] : [amountWords(accountWorth(reading.value), reading.value.settlement, 'up')]));
  return `If our server is stolen, this account can lose all it holds: ${told.length === 0 ? 'everything in it' : told.join(' and ')}. Your loans cannot be touched through it.`;
}

/** The same words, whatever the amounts: those move with the market while they are read. */
export const isSameWarning = (one: string, other: string): boolean => withoutAmounts(one) === withoutAmounts(other);
const withoutAmounts = (text: string): string => text.replace(/\s+/g, ' ').replace(/\d[\d,.]*\d|\d/g, '#').trim();

/** `balances`: the readings of the key's accounts. */
export function venueKeyView(key: StoredVenueKey, balances: readonly Reading<DerivativeAccount>[]): VenueKeyView {
  const { state, limits } = key;
  return {
    name: key.name, environment: key.environment, venue: key.venue, venueName: DERIVATIVES_VENUE_NAMES[key.venue], label: key.label,
    state: state.kind === 'connected' && key.acceptedAt !== null ? 'accepted' : state.kind, why: state.kind === 'refused' ? state.why : null,
    endsAt: state.kind === 'connected' && state.ends.kind === 'at' ? clockTime(state.ends.at) : null,
    warning: state.kind === 'ended' || balances.every(({ kind }) => kind === 'unknown') ? null : lossWarning(balances),
    limits: { instruments: limits.instruments.map((id) => partsOfInstrument(id).symbol), maxNotionalUsd: usdDown(limits.maxNotionalUsdE8), turnoverPerDayUsd: usdDown(limits.turnoverPerDayUsdE8), maxPriceApartPercent: bpsText(limits.maxPriceApart) },
    createdAt: isoOrNull(key.createdAt) as string,
  };
}
