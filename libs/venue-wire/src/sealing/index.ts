export { contextOf, sealKey, type KeyContent, type KeyPlace, type VenueCredentials } from './key-text.js';
export { keyIdOf, SealUnopened, sealText } from './seal.js';
