export { bookEntry } from './address-book.js';
export { ChainReads, firstBlockOf } from './chain-reads.js';
export { checksAfter, deploy, plain, prepare, type Prepared } from './deploy.js';
export { parseParameters, type Parameters } from './parameters.js';
export { planOf, type PlannedContract } from './plan.js';
export { DeploymentRefused, type DeployProblem } from './problems.js';
