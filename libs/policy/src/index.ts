export * from './decision.js';
export * from './intent.js';
export * from './mandate.js';
export * from './ports.js';
