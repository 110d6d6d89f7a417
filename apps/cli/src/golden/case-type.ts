import type { z } from 'zod';

/** What a case may expect: numbers, words, true or false, null for "none", or groups of these. Infinity is a number here, the word "Infinity" in a file. */
export type Measured = number | string | boolean | null | { readonly [name: string]: Measured };

/** One kind of golden case: what it is given, and how the engine measures what the file expects, under the file's own names. */
export interface CaseType {
  readonly type: string;
  /** @throws z.ZodError when the inputs are not of this kind's schema */
  measure(inputs: unknown): Readonly<Record<string, Measured>>;
}

/** A case type from the schema of its inputs and the engine's own functions. */
export function caseType<Inputs>(type: string, schema: z.ZodType<Inputs>, measure: (inputs: Inputs) => Readonly<Record<string, Measured>>): CaseType {
  return { type, measure: (inputs) => measure(schema.parse(inputs)) };
}
