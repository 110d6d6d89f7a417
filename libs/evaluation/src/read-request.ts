import { BallastError, fieldProblems, type FieldProblem } from '@ballast/units';
import { riskRequest, type RiskRequest } from './request.js';

export class RiskRequestInvalid extends BallastError {
  readonly code = 'request-invalid';
  readonly disposition = 'invalid';
  constructor(readonly errors: readonly FieldProblem[]) {
    super(errors.map(({ field, given, expected }) => `${field}: got ${given}, expected ${expected}`).join('\n'));
  }
}

/** A request from its text. @throws RiskRequestInvalid with every field that is wrong, or that the text is no JSON */
export function readRiskRequest(text: string): RiskRequest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RiskRequestInvalid([{ field: '(request)', given: text.trim() === '' ? 'nothing' : `${text.trim().slice(0, 60)}…`, expected: 'a position as JSON, see docs/evaluating.md' }]);
  }
  const parsed = riskRequest.safeParse(json);
  if (!parsed.success) throw new RiskRequestInvalid(fieldProblems(parsed.error.issues as never, json));
  return parsed.data;
}
