import { DERIVATIVES_VENUE_NAMES, partsOfInstrument, partsOfVenueAccount, type InstrumentId, type VenueAccountId } from '@ballast/positions';
import type { Notice, VenueOwner } from '@ballast/policy';

/** What every notice about an account names it by. */
export function accountWords(account: VenueAccountId): { readonly account: VenueAccountId; readonly venue: string; readonly environment: 'paper' | 'live'; readonly name: string } {
  const { venue, environment, name } = partsOfVenueAccount(account);
  return { account, venue: DERIVATIVES_VENUE_NAMES[venue], environment, name };
}

export const symbolOf = (instrument: InstrumentId): string => partsOfInstrument(instrument).symbol;

/** A notice to an owner about a venue: no loan is named. */
export const noticeTo = ({ chainId, owner }: VenueOwner, id: string, kind: Notice['kind'], severity: Notice['severity'], data: Notice['data']): Notice => ({ id, chainId, account: owner, positionId: null, kind, severity, data });
