import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { requestIdOf } from '../http/request-id.js';
import { TooManyRequests } from './api-errors.js';
import { problemOf } from './problem.js';

/** The one place where a failure becomes an answer: always problem+json, never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = problemOf(thrown, requestIdOf(response));
    if (problem.status >= 500) {
      this.log.error(`${request.method} ${request.path} ${problem.instance}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    if (thrown instanceof TooManyRequests) response.setHeader('retry-after', thrown.retryAfterSeconds);
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
