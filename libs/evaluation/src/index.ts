export * from './answer.js';
export * from './evaluate.js';
export * from './request.js';
export * from './read-request.js';
