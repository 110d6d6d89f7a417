export * from './planner/index.js';
