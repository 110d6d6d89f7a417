import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const HEADER = 'x-request-id';

/** Gives every request an id of ours; a client's own is not taken, since it ends up in logs. */
export function requestId(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader(HEADER, randomUUID());
  next();
}

export const requestIdOf = (response: Response): string => String(response.getHeader(HEADER) ?? 'none');
