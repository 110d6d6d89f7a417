import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { requestIdOf } from '../http/request-id.js';
import { TooManyRequests } from './api-errors.js';
import { problemOf } from './problem.js';

const log = new Logger('Problem');

/** Answers with the problem that tells of what was thrown; a fault of ours is also logged, with its stack where nobody foresaw it. */
function sendProblem(thrown: unknown, request: Request, response: Response): void {
  const problem = problemOf(thrown, requestIdOf(response));
  const about = `${request.method} ${request.path} ${problem.instance}`;
  if (problem.status === 500) log.error(`${about}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
  else if (problem.status > 500) log.warn(`${about}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  if (response.headersSent) {
    response.end();
    return;
  }
  if (thrown instanceof TooManyRequests) response.setHeader('retry-after', thrown.retryAfterSeconds);
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The one place where a failure of a route becomes an answer: always problem+json, never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(thrown, http.getRequest<Request>(), http.getResponse<Response>());
  }
}

/** The same for what never reaches a route: addresses beside the API, and what Express itself throws. */
export const notFound = (request: Request, response: Response): void => sendProblem({ status: 404 }, request, response);
export const failed = (thrown: unknown, request: Request, response: Response, _next: NextFunction): void => sendProblem(thrown, request, response);
