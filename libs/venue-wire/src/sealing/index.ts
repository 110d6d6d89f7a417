export { sealKey, type KeyContent, type KeyPlace, type VenueCredentials } from './key-text.js';
export { keyIdOf, SealUnopened } from './seal.js';
