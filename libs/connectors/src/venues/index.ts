export { connectVenue, type VenueOptions } from './connect-venue.js';
export type { VenueConnection } from './connection.js';
export type { KeyRights, VenueCredentials } from './venue-keys.js';
export { OutboundRefused } from './wire/outbound.js';
