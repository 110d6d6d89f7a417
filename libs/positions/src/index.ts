export * from './asset.js';
export * from './lending.js';
export * from './ports.js';
export * from './price.js';
export * from './provenance.js';
export * from './comet-loan.js';
export * from './morpho-loan.js';
export * from './venus-loan.js';
