import type { CaseType } from '../case-type.js';
import { cascade, cascadeUniform } from './cascade.js';
import { minVariance, whalleyWilmott } from './hedge.js';
import { doubleBarrier, inversePerp, margin } from './margin.js';
import { black76, blackScholes } from './options.js';
import { merton } from './merton.js';
import { multi } from './multi.js';
import { single } from './single.js';
import { restoreTarget, trigger } from './trigger.js';

/** Every kind of case that the golden command knows. */
export const CASE_TYPES: readonly CaseType[] = [
  single, multi, merton, blackScholes, black76, margin, inversePerp, doubleBarrier, trigger, restoreTarget, minVariance, whalleyWilmott, cascade, cascadeUniform,
];
