export { parseAddressBook, type ChainBook } from '../address-book.js';
export * from './keeper-signer.js';
export * from './remote-keeper-signer.js';
export * from './signed-log.js';
export * from './signer-wire.js';
export * from './signing-policy.js';
