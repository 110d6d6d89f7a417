import type { CaseType } from '../case-type.js';

/** Every kind of case that the golden command knows. */
export const CASE_TYPES: readonly CaseType[] = [
];
