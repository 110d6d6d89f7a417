export * from './keeper-signer.js';
export * from './signing-policy.js';
