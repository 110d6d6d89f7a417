export { contextOf, sealKey, type KeyContent, type KeyPlace, type VenueCredentials } from './key-text.js';
export { keyIdOf, SEALED_VERSION, SealUnopened, sealText } from './seal.js';
