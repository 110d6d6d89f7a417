export * from './decimal-text.js';
export * from './errors.js';
export * from './fixed-point.js';
export * from './format.js';
export * from './from-number.js';
export * from './identity.js';
export * from './json.js';
export * from './quantity.js';
