import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { fieldProblems } from '@ballast/units';
import { RequestInvalid } from '../problems/api-errors.js';

/**
 * Parses one part of a request with its schema of the contract. Fields named in `untold` may hold a secret: what was given there is not repeated.
 * @throws RequestInvalid that lists every field that did not parse
 */
export class ZodPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.infer<Schema>> {
  constructor(private readonly schema: Schema, private readonly untold: readonly string[] = []) {}

  transform(input: unknown): z.infer<Schema> {
    const result = this.schema.safeParse(input);
    if (result.success) return result.data;
    throw new RequestInvalid(fieldProblems(result.error.issues as never, input).map((problem) => (this.untold.includes(problem.field) ? { ...problem, given: 'something that is not repeated here' } : problem)));
  }
}
