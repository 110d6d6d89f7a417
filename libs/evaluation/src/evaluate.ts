import type { RiskAnswer } from './answer.js';
import { evaluateLending } from './evaluate-lending.js';
import { evaluateInversePerp, evaluateMargin } from './evaluate-margin.js';
import type { RiskRequest } from './request.js';

/**
 * The risk of a position that is described in full by the request: nothing is read, nothing is kept. Figures to eight digits; the same request has the same
 * answer, but for the age of its prices at `now`. @throws InvalidInput where figures that are each possible contradict each other
 */
export function evaluate(request: RiskRequest, now: Date): RiskAnswer {
  if (request.kind === 'lending') return evaluateLending(request, now);
  return request.kind === 'margin' ? evaluateMargin(request, now) : evaluateInversePerp(request, now);
}
