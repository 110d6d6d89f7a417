export * from './planner/index.js';
export * from './intent-life.js';
export { FillFinder, type DebtToken } from './fill/fill-finder.js';
export { Executor, type Progress } from './executor/executor.js';
export { freshFees, outbidding, type FeeSettings, type Fees } from './executor/fees.js';
export { noticesOf, type Ending } from './executor/notices.js';
export { UnknownIntent, type ExecutorParts, type ExecutorSettings, type MandateSource, type PermitSource } from './executor/parts.js';
