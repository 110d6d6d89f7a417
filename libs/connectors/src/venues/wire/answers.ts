import { VenueAnswerInvalid, type DerivativesVenue } from '@ballast/positions';
import { fieldProblems } from '@ballast/units';
import type { z } from 'zod';

/** The answer as the schema has it. @throws VenueAnswerInvalid naming each field with what was given and what was expected */
export function parsed<S extends z.ZodType>(venue: DerivativesVenue, call: string, schema: S, answer: unknown): z.output<S> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const problems = fieldProblems(result.error.issues, answer).map(({ field, given, expected }) => `${field}: got ${given}, expected ${expected}`);
  throw new VenueAnswerInvalid(venue, call, problems.join('; '));
}
