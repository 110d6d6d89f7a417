import { partsOfInstrument, type InstrumentId } from './venue.js';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DERIBIT_NAME = /^[A-Z_]+-(\d{1,2})([A-Z]{3})(\d{2})-.+-[CP]$/;
/** Deribit's options expire at eight in the morning, UTC. */
const EXPIRES_AT_HOUR = 8;

/** When an option expires, in milliseconds, by its name at Deribit alone: one that has expired is listed no more. Null where the name tells none. */
export function expiryByName(id: InstrumentId): number | null {
  const { venue, symbol } = partsOfInstrument(id);
  const [, day, month = '', year] = DERIBIT_NAME.exec(symbol) ?? [];
  const place = MONTHS.indexOf(month);
  return venue !== 'deribit' || place < 0 ? null : Date.UTC(2000 + Number(year), place, Number(day), EXPIRES_AT_HOUR);
}
