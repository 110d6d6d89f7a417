export * from './action-breakers.js';
export * from './breaker.js';
export * from './chain-breakers.js';
export * from './code-breakers.js';
export * from './key-theft-signal.js';
export * from './price-breakers.js';
export * from './rules.js';
