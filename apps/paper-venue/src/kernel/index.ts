export * from './account.js';
export * from './book.js';
export * from './errors.js';
export * from './instrument.js';
export { adlRanks, type AdlRank } from './liquidation.js';
export { availableFloor, feeOf, orderMarginUp, reducible, type NewOrder } from './matching.js';
export * from './pruning.js';
export * from './state.js';
export * from './venue.js';
