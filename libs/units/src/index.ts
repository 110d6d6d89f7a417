export * from './errors.js';
export * from './fixed-point.js';
export * from './identity.js';
export * from './quantity.js';
