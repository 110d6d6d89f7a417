import { InvalidInput } from '@ballast/units';

/** Every derivatives venue that can be spoken to. */
export const DERIVATIVES_VENUES = ['deribit', 'hyperliquid', 'binance-usdm', 'okx', 'bybit'] as const;
export type DerivativesVenue = (typeof DERIVATIVES_VENUES)[number];

/** As people call them. */
export const DERIVATIVES_VENUE_NAMES: Readonly<Record<DerivativesVenue, string>> = {
  deribit: 'Deribit', hyperliquid: 'Hyperliquid', 'binance-usdm': 'Binance USD-M futures', okx: 'OKX', bybit: 'Bybit',
};

/** Whether money moves. It is a part of every id, so that nothing of the one can ever be taken for something of the other. */
export const VENUE_ENVIRONMENTS = ['paper', 'live'] as const;
export type VenueEnvironment = (typeof VENUE_ENVIRONMENTS)[number];

declare const idBrand: unique symbol;
type Id<Name extends string> = string & { readonly [idBrand]: Name };

/** `<environment>:<venue>:account:<name>`. The name is Ballast's own; where a venue keeps each currency's margin apart (Deribit), each currency is an account: `main.ETH`. */
export type VenueAccountId = Id<'VenueAccount'>;
/** `<environment>:<venue>:instrument:<symbol>`, the symbol as the venue itself writes it (`ETH-PERPETUAL`), not as a client library does. */
export type InstrumentId = Id<'Instrument'>;
/** `<account id>:<symbol>`: what one account holds of one instrument. */
export type VenuePositionId = Id<'VenuePosition'>;

export interface VenuePlace {
  readonly environment: VenueEnvironment;
  readonly venue: DerivativesVenue;
}

const PLACE = `(${VENUE_ENVIRONMENTS.join('|')}):(${DERIVATIVES_VENUES.join('|')})`;
const NAME = '[A-Za-z0-9._/-]{1,64}';
const ACCOUNT = new RegExp(`^${PLACE}:account:(${NAME})$`);
const INSTRUMENT = new RegExp(`^${PLACE}:instrument:(${NAME})$`);
const POSITION = new RegExp(`^(${PLACE}:account:${NAME}):(${NAME})$`);

/** @throws InvalidInput when the name is not 1 to 64 letters, digits, dots, dashes, slashes or underscores */
export const venueAccountId = ({ environment, venue }: VenuePlace, name: string): VenueAccountId => checked(ACCOUNT, 'venue account id', `${environment}:${venue}:account:${name}`) as VenueAccountId;
/** @throws InvalidInput as `venueAccountId` */
export const instrumentId = ({ environment, venue }: VenuePlace, symbol: string): InstrumentId => checked(INSTRUMENT, 'instrument id', `${environment}:${venue}:instrument:${symbol}`) as InstrumentId;

/** What the account holds of the instrument. @throws InvalidInput when they are of different venues or environments */
export function venuePositionId(account: VenueAccountId, instrument: InstrumentId): VenuePositionId {
  const [held, traded] = [partsOfVenueAccount(account), partsOfInstrument(instrument)];
  if (held.venue !== traded.venue || held.environment !== traded.environment) throw new InvalidInput('instrument', instrument, `one of ${held.environment}:${held.venue}`);
  return `${account}:${traded.symbol}` as VenuePositionId;
}

/** @throws InvalidInput when it is no account id */
export function partsOfVenueAccount(id: VenueAccountId): VenuePlace & { readonly name: string } {
  const [, environment, venue, name] = matched(ACCOUNT, 'venue account id', id);
  return { environment: environment as VenueEnvironment, venue: venue as DerivativesVenue, name: name as string };
}

/** @throws InvalidInput when it is no instrument id */
export function partsOfInstrument(id: InstrumentId): VenuePlace & { readonly symbol: string } {
  const [, environment, venue, symbol] = matched(INSTRUMENT, 'instrument id', id);
  return { environment: environment as VenueEnvironment, venue: venue as DerivativesVenue, symbol: symbol as string };
}

/** @throws InvalidInput when it is no position id */
export function partsOfVenuePosition(id: VenuePositionId): { readonly account: VenueAccountId; readonly instrument: InstrumentId } {
  const [, account, environment, venue, symbol] = matched(POSITION, 'venue position id', id);
  return { account: account as VenueAccountId, instrument: `${environment}:${venue}:instrument:${symbol}` as InstrumentId };
}

const checked = (shape: RegExp, field: string, text: string): string => (matched(shape, field, text), text);

function matched(shape: RegExp, field: string, text: string): RegExpExecArray {
  const parts = shape.exec(text);
  if (parts === null) throw new InvalidInput(field, JSON.stringify(text), '<paper or live>:<venue>:account:<name>, or :instrument:<symbol>, in letters, digits, dots, dashes, slashes and underscores');
  return parts;
}
