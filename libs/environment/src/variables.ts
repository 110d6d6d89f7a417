import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { EnvProblem } from './invalid-environment.js';
import { redact } from './redact.js';

export type EnvSource = Readonly<Record<string, string | undefined>>;

/**
 * The variables of the schema, each by itself: their values, or null and what is wrong with every one that is. An empty variable counts as absent. Each
 * field's `meta` says what is `expected`, and whether it is `secret`.
 */
export function parseVariables<S extends z.ZodObject>(schema: S, source: EnvSource): { readonly env: z.output<S> | null; readonly problems: EnvProblem[] } {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')));
  if (parsed.success) return { env: parsed.data, problems: [] };
  const variables = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  return { env: null, problems: [...variables].map((variable) => problemOf(schema, variable, source[variable])) };
}

/** What is wrong with one variable of the schema, in its own words. */
export function problemOf(schema: z.ZodObject, variable: string, value: string | undefined): EnvProblem {
  const { expected, secret } = ((schema.shape[variable] as z.ZodType | undefined)?.meta() ?? {}) as { expected?: string; secret?: boolean };
  return { variable, given: redact(value, secret), expected: expected ?? 'another value' };
}

/** The address book's JSON, or why there is none; never a piece of the file, which may be any file. */
export function readAddressBook(path: string): { readonly json: unknown } | { readonly problem: EnvProblem } {
  let why = 'not JSON';
  try {
    const text = readFileSync(path, 'utf8');
    return { json: JSON.parse(text) as unknown };
  } catch (error) {
    why = (error as { code?: string }).code ?? why;
  }
  return { problem: { variable: 'ADDRESS_BOOK', given: `${redact(path)} (${why})`, expected: 'the path of a readable JSON address book' } };
}
