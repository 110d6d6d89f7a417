import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { RequestInvalid, type FieldProblem } from '../problems/api-errors.js';

type Issue = z.core.$ZodIssue;

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined), input);
}

/** What was given, as JSON, cut to 80 characters. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return `a value of type ${issue.expected}`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

/** Parses one part of a request with its schema of the contract. @throws RequestInvalid that lists every field that did not parse */
export class ZodPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.infer<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(input: unknown): z.infer<Schema> {
    const result = this.schema.safeParse(input);
    if (result.success) return result.data;
    const errors = result.error.issues.slice(0, 20).map((issue): FieldProblem => ({
      field: issue.path.length === 0 ? '(request)' : issue.path.map(String).join('.'),
      given: shown(at(input, issue.path)),
      expected: expectation(issue),
    }));
    throw new RequestInvalid(errors);
  }
}
